import Benchmark
import CAllocations
import Foundation

/// What is measured of each benchmark. The harness's own counts of memory are left alone: of allocations it has none
/// without its interposer, and its thread that samples memory would allocate beside what is measured.
enum Measured {
  /// Tags or draws per second.
  static let rate = BenchmarkMetric.custom("Items / s", polarity: .prefersLarger, useScalingFactor: false)
  /// Calls of malloc, calloc and realloc on all threads.
  static let allocations = BenchmarkMetric.custom("Allocations", useScalingFactor: false)
  /// The most memory the process has ever had in use: some 30 MB of libraries, the benchmark's input, the run.
  static let peakMemory = BenchmarkMetric.custom("Peak memory", useScalingFactor: false)

  /// Instructions appear only where the processor's counters may be read.
  static let ofAll: [BenchmarkMetric] = [rate, allocations, peakMemory, .instructions, .wallClock]

  fileprivate static func peakBytes() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
  }
}

extension Benchmark {
  /// Measures one run of `work`, which returns the number of items.
  func measure(_ work: () throws -> Int) throws {
    let clock = ContinuousClock()
    startMeasurement()
    let allocations = allocation_calls()
    let start = clock.now
    let items = try work()
    let elapsed = clock.now - start
    let calls = allocation_calls() - allocations
    stopMeasurement()
    measurement(Measured.rate, Int((Double(items) / (elapsed / .seconds(1))).rounded()))
    measurement(Measured.allocations, Int(calls))
    measurement(Measured.peakMemory, try Measured.peakBytes())
  }
}
