import Bench
import CGSL
import Detectors

/// Breakdown flashes to first order: every click of one detector makes another, taken to be ready, click with the bench's
/// probability; what those clicks bring about in their turn is left out.
extension Predictor {
  /// Mean clicks per unit that the other detectors' flashes make.
  func crosstalkMean(_ d: Int) -> Double {
    crosstalk.indices.reduce(0) { $0 + crosstalk[$1][d] * (signalMean($1) + poissonMean($1)) }
  }

  /// Mean pairs, per pulse, of a click of detector 0 and one of detector 1, `pulses` pulses later, of which one is the flash
  /// of the other.
  func crosstalkPairs(pulsesLater pulses: Int) -> Double {
    guard let path = bench.crosstalk else { return 0 }
    func pairs(_ from: Int, _ to: Int) -> Double {
      crosstalk[from][to] * flashesLater(from, path.delayNanoseconds, by: abs(pulses))
    }
    return (pulses >= 0 ? pairs(0, 1) : 0) + (pulses <= 0 ? pairs(1, 0) : 0)
  }

  /// Mean clicks per pulse whose flash arrives so many pulses later.
  private func flashesLater(_ d: Int, _ delay: Double, by pulses: Int) -> Double {
    let steps = Self.gridSteps
    let dt = period / Double(steps)
    return clickIntensity(d, steps: steps).enumerated().reduce(0) { sum, step in
      let arrival = (Double(step.offset) + 0.5) * dt + delay
      return sum + (Int(arrival / period) == pulses ? step.element * dt : 0)
    }
  }

  /// Coincidences per second with a delay (detector 1 after detector 0) between two, in nanoseconds, of which one is the
  /// flash of the other; jitter and cables folded in.
  func crosstalkCoincidences(from start: Double, to end: Double) -> Double {
    guard let path = bench.crosstalk else { return 0 }
    let response = relativeResponse()
    let half = response.count > 1 ? (response[1].offset - response[0].offset) / 2 : 0
    var sum = 0.0
    for (from, to, sign) in [(0, 1, 1.0), (1, 0, -1.0)] {
      let rate = crosstalk[from][to] * (signalMean(from) + poissonMean(from)) * unitsPerSecond
      guard rate > 0 else { continue }
      for (offset, weight) in response {
        let (low, high) = (offset + sign * path.delayNanoseconds - half, offset + sign * path.delayNanoseconds + half)
        let share =
          half > 0 ? max(0, min(end, high) - max(start, low)) / (2 * half) : (start <= low && low < end ? 1 : 0)
        sum += rate * weight * share
      }
    }
    return sum
  }
}
