import Bench
import Detectors

/// What a count of a scan comes from, as a number that fits a photon: which emitter (but not which of its transitions), which
/// background component, or a detector itself.
struct ScanCauses: Sendable {
  private let emitters: Int
  private let backgrounds: Int
  private let detectors: Int

  init(bench: Bench) {
    emitters = bench.emitters.count
    backgrounds = bench.background.count
    detectors = bench.detectors.count
    precondition(emitters + backgrounds + 2 * detectors <= 1 << 16, "a scan has at most 65,000 emitters")
  }

  enum Cause {
    case emitter(Int)
    case background(Int)
    case dark
    case afterpulse
  }

  func number(ofEmitter e: Int) -> Int { e }
  func number(ofBackground c: Int) -> Int { emitters + c }
  func number(ofDarkCountsAt d: Int) -> Int { emitters + backgrounds + d }
  func number(ofAfterpulsesAt d: Int) -> Int { emitters + backgrounds + detectors + d }

  subscript(_ number: Int) -> Cause {
    if number < emitters { return .emitter(number) }
    if number < emitters + backgrounds { return .background(number - emitters) }
    return number < emitters + backgrounds + detectors ? .dark : .afterpulse
  }
}
