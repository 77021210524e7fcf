import Bench
import CGSL
import Detectors

/// When the afterpulse of a click is recorded, to first order: nothing else comes between the two.
struct AfterpulseTimes {
  private let law: Afterpulsing.DelayLaw
  private let probability: Double
  /// What delays are counted from, after the click, in nanoseconds.
  private let start: Double
  /// Times after the click, in nanoseconds, from each of which on a share of the afterpulses is seen; and how many were
  /// seen before each.
  private var steps: [(nanoseconds: Double, seen: Double, before: Double)]
  /// After so long no afterpulse is left to speak of, in nanoseconds.
  let extent: Double

  /// - Parameter electronics: the dead time of the electronics, in nanoseconds.
  init(_ detector: SinglePhotonDetector, electronics: Double) {
    law = detector.afterpulsing.delays
    probability = detector.afterpulsing.probability
    let dead = detector.deadTimeNanoseconds
    start = detector.afterpulsing.start == .deadTimeEnd ? dead : 0
    let first = max(dead, electronics)
    extent = first + law.extentNanoseconds
    steps = [(first, 1, 0)]
    if let recovery = detector.recovery {
      let full = dead + recovery.fullAfterNanoseconds
      if full > first {
        let parts = 400
        let width = (full - first) / Double(parts)
        steps =
          (0..<parts).map { i in
            (first + Double(i) * width, recovery.efficiency(first + (Double(i) + 0.5) * width - dead), 0)
          } + [(full, 1, 0)]
        for i in 1..<steps.count { steps[i].before = before(steps[i].nanoseconds, step: i - 1) }
      }
    }
  }

  /// The probability that a click's afterpulse is recorded before a time after it, in nanoseconds.
  func before(_ time: Double) -> Double {
    guard time > steps[0].nanoseconds else { return 0 }
    var (low, high) = (0, steps.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if steps[middle].nanoseconds <= time { low = middle } else { high = middle }
    }
    return before(time, step: low)
  }

  /// The probability that a click's afterpulse is recorded at all.
  var all: Double {
    let last = steps[steps.count - 1]
    return last.before + probability * (1 - law.shareBefore(last.nanoseconds - start))
  }

  private func before(_ time: Double, step: Int) -> Double {
    let step = steps[step]
    return step.before + probability * step.seen
      * (law.shareBefore(time - start) - law.shareBefore(step.nanoseconds - start))
  }
}

extension Afterpulsing.DelayLaw {
  /// The share of delays below a time, in nanoseconds.
  func shareBefore(_ time: Double) -> Double {
    guard time > 0 else { return 0 }
    func exponential(_ mean: Double) -> Double { mean > 0 ? -gsl_expm1(-min(700, time / mean)) : 1 }
    switch self {
    case .exponential(let mean): return exponential(mean)
    case .exponentials(let components):
      let all = components.reduce(0) { $0 + $1.share }
      return components.reduce(0) { $0 + $1.share / all * exponential($1.meanNanoseconds) }
    case .powerLike(let shortest, let longest):
      func left(_ mean: Double) -> Double { time < 700 * mean ? gsl_sf_expint_E1(time / mean) : 0 }
      return 1 - (left(longest) - left(shortest)) / gsl_sf_log(longest / shortest)
    case .table(let table): return table.shareBefore(time)
    }
  }

  /// Beyond this delay, in nanoseconds, next to nothing is left.
  fileprivate var extentNanoseconds: Double {
    switch self {
    case .exponential(let mean): 30 * mean
    case .exponentials(let components): 30 * (components.map(\.meanNanoseconds).max() ?? 0)
    case .powerLike(_, let longest): 30 * longest
    case .table(let table): table.nanoseconds.last!
    }
  }
}

extension EfficiencyRecovery {
  /// The efficiency relative to its full value, a time after the end of the dead time, in nanoseconds.
  fileprivate func efficiency(_ time: Double) -> Double {
    switch self {
    case .exponential(let tau): return -gsl_expm1(-min(700, time / tau))
    case .table(let times, let values):
      guard let next = times.firstIndex(where: { $0 > time }) else { return 1 }
      if next == 0 { return values[0] }
      let part = (time - times[next - 1]) / (times[next] - times[next - 1])
      return values[next - 1] * (1 - part) + values[next] * part
    }
  }

  fileprivate var fullAfterNanoseconds: Double {
    switch self {
    case .exponential(let tau): 20 * tau
    case .table(let times, _): times.last!
    }
  }
}
