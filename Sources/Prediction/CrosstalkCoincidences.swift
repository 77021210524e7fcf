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

  /// Mean recorded clicks per unit that the other detectors' flashes make: with a router, whose dead time all detectors
  /// share, a click and its flash are one record where a path is short against that time.
  func recordedCrosstalkMean(_ d: Int) -> Double {
    guard let dead = sharedDeadTime, let path = bench.crosstalk else { return crosstalkMean(d) }
    func flashes(of a: Int, at b: Int) -> Double { crosstalk[a][b] * (signalMean(a) + poissonMean(a)) }
    return bench.detectors.indices.filter { $0 != d }.reduce(0) { sum, other in
      let cable = bench.edgeDelayNanoseconds(ofDetector: d) - bench.edgeDelayNanoseconds(ofDetector: other)
      // The later of the two edges is lost; by the cables that may be the click's.
      let isLost = 0..<dead ~= path.delayNanoseconds + cable
      let losesItsOwn = 0..<dead ~= cable - path.delayNanoseconds
      return sum + (isLost ? 0 : flashes(of: other, at: d)) - (losesItsOwn ? flashes(of: d, at: other) : 0)
    }
  }

  /// The coincidences of detectors 0 and 1 of which one click is the flash of the other; `nil` where detectors do not see
  /// each other.
  ///
  /// - Parameter response: ``relativeResponse()``.
  func crosstalkPeaks(_ response: [(offset: Double, weight: Double)]) -> CrosstalkPeaks? {
    bench.crosstalk.map { path in
      let rates = [(0, 1), (1, 0)].map { crosstalk[$0][$1] * (signalMean($0) + poissonMean($0)) * unitsPerSecond }
      return CrosstalkPeaks(
        response: response,
        peaks: [(rates[0], path.delayNanoseconds), (rates[1], -path.delayNanoseconds)].filter { $0.0 > 0 })
    }
  }
}

/// Peaks in the correlation of two detectors that see each other's flashes, jitter and cables folded in.
struct CrosstalkPeaks {
  /// How jitter and cables spread a delay, in steps of equal width, in nanoseconds.
  fileprivate let response: [(offset: Double, weight: Double)]
  /// Coincidences per second, and the delay of detector 1 after detector 0, in nanoseconds.
  fileprivate let peaks: [(rate: Double, delay: Double)]

  /// Coincidences per second with a delay (detector 1 after detector 0) between two, in nanoseconds.
  func coincidences(from start: Double, to end: Double) -> Double {
    guard start < end else { return 0 }
    let half = response.count > 1 ? (response[1].offset - response[0].offset) / 2 : 0
    var sum = 0.0
    for (rate, delay) in peaks {
      for (offset, weight) in response {
        let (low, high) = (offset + delay - half, offset + delay + half)
        let share =
          half > 0 ? max(0, min(end, high) - max(start, low)) / (2 * half) : (start <= low && low < end ? 1 : 0)
        sum += rate * weight * share
      }
    }
    return sum
  }
}
