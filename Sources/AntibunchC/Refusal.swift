import Bench
import Glibc
import Scenarios
import Simulation

/// Why there is no run: the command's exit code for it and its message.
struct Refusal: Error {
  var code: Int32
  var message: String

  init(code: Int32, _ message: String) {
    self.code = code
    self.message = message
  }

  init(_ error: any Error) {
    switch error {
    case let refusal as Refusal: self = refusal
    case let diagnostics as Diagnostics: self.init(code: 65, diagnostics.description)
    case is SimulatedRun.Stopped: self.init(code: 130, "interrupted")
    default: self.init(code: 70, "error: \(error)")
    }
  }
}

extension SimulatedRun {
  /// Reads a scenario and simulates it; what the command refuses is refused in its words.
  ///
  /// - Throws: `Diagnostics`, ``Refusal``, ``Stopped``.
  convenience init(
    _ text: String, file: String, overrides: [Override], seed: UInt64, engine: Int32, threads: Int32, truth: Int32,
    isStopped: () -> Bool
  ) throws {
    guard let truth = Truth(rawValue: truth), let engine = [Simulator.Engine.fast, .reference][safe: engine] else {
      throw Refusal(code: 64, "error: there is no such engine or kind of truth")
    }
    guard truth != .all || engine == .reference else {
      throw Refusal(
        code: 64,
        "error: the losses need the reference engine, which draws every photon; the fast engine draws those that are detected"
      )
    }
    guard (0...1024).contains(threads) else {
      throw Refusal(code: 64, "error: threads must be between 1 and 1024, found \(threads)")
    }
    let scenario = try readScenario(text, file: file, overrides: overrides, solve: nil)
    guard scenario.scan == nil else {
      throw Refusal(code: 65, "error: \(file) describes a sample to be scanned; use 'antibunch scan \(file)'")
    }
    guard !scenario.bench.detectors.isEmpty else {
      throw Refusal(
        code: 65,
        "error: \(file) has a spectrometer and no detectors; take its spectrum with 'antibunch spectrum', or add detectors"
      )
    }
    try self.init(
      scenario, seed: seed, engine: engine,
      threads: threads > 0 ? Int(threads) : max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))), truth: truth,
      isStopped: isStopped)
  }
}

extension Array {
  /// The element of a number that came from outside; `nil` if there is none.
  fileprivate subscript(safe index: Int32) -> Element? { indices.contains(Int(index)) ? self[Int(index)] : nil }
}
