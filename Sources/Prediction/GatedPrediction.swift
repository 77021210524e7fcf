import Bench
import CGSL
import Detectors
import Emitters

/// What is left on detectors 0 and 1 when only photons within a gate after the laser pulse count; before dead times,
/// afterpulses and crosstalk.
public struct GatedPrediction: Sendable, Hashable {
  /// From a delay to another, in nanoseconds; one that stops before it starts reaches round the end of the period.
  public typealias Gate = (start: Double, stop: Double)

  /// The share of the emitters' photons within the gate.
  public var signalKept: Double
  /// The share of background and dark counts within the gate.
  public var backgroundKept: Double
  /// The share of the emitters' photons among those within the gate.
  public var signalFraction: Double
  /// The centre coincidence peak over the mean of the side peaks.
  public var g2Zero: Double
  /// Mean coincidences per second in a side peak.
  public var sidePeakPerSecond: Double
}

extension Predictor {
  /// Predicts g2(0) with a time gate on the times of arrival.
  ///
  /// - Parameters:
  ///   - start, stop: the gate, in nanoseconds after the laser pulse, within a period; with a stop below the start it reaches round
  ///     the period's end.
  /// - Returns: `nil` under continuous excitation, in bursts, with a single detector or without light in the gate.
  public func gated(fromNanoseconds start: Double, toNanoseconds stop: Double) -> GatedPrediction? {
    gated([(start, stop)])?[0]
  }

  /// Predicts g2(0) for many time gates.
  ///
  /// - Parameters:
  ///   - gates: in nanoseconds, within a period.
  ///   - origin: `nil`: gates act on times of arrival, counted from the laser pulse. Else they act on recorded times, smeared by
  ///     detectors and electronics, counted from so many nanoseconds after the pulse has arrived (the rising edge of a
  ///     recorded decay); photons recorded before that, or after the period, are in gates that reach round alone.
  /// - Returns: one entry per gate, `nil` where there is no light in it; `nil` in all under continuous excitation, in bursts,
  ///   with a single detector or for gates outside the period.
  public func gated(_ gates: [GatedPrediction.Gate], recordedAfter origin: Double? = nil) -> [GatedPrediction?]? {
    guard !isContinuous, cycle == 1, bench.detectors.count > 1,
      gates.allSatisfy({ $0 != $1 && min($0, $1) >= 0 && max($0, $1) <= period })
    else { return nil }
    let shifted = gates.map { ($0.start + (origin ?? 0), $0.stop + (origin ?? 0)) }
    let responses = origin.map { _ in
      bench.detectors[0...1].map { detector in
        responseHistogram(detector, dt: 0.01, delay: 0).map { (offset: Double($0.offset) * 0.01, weight: $0.weight) }
      }
    }
    let cells = GateCells(
      delays: Set(shifted.flatMap { [$0.0, $0.1] }), responses: responses, period: period)
    let kinds = pulsed.indices.map { e in
      zip(shares[e], pulsed[e]).filter { $0.0 > 0 }.map { (share: $0, light: GateCells.Light($1, cells: cells)) }
    }
    let background = bench.background.indices.map { foldedShares($0, edges: cells.edgesNanoseconds) }
    return zip(gates, shifted).map { gate, shifted in
      prediction(
        lengthNanoseconds: gate.stop - gate.start + (gate.stop < gate.start ? period : 0),
        [0, 1].map { cells.weights(shifted, detector: $0) },
        kinds,
        background)
    }
  }

  private func prediction(
    lengthNanoseconds length: Double, _ weights: [[Double]], _ kinds: [[(share: Double, light: GateCells.Light)]],
    _ background: [[Double]]
  ) -> GatedPrediction? {
    let both = [0, 1]
    let means = kinds.map { kinds in
      both.map { d in kinds.reduce(0) { $0 + $1.share * $1.light.mean(d, weights[d]) } }
    }
    let signal = both.map { d in means.reduce(0) { $0 + $1[d] } }
    let poisson = both.map { d in
      background.indices.reduce(darkMeans[d] * length / period) {
        $0 + backgroundMeans[$1][d] * dot(background[$1], weights[d])
      }
    }
    let all = zip(signal, poisson).map(+)
    let n = Self.sidePeaks
    var center = all[0] * all[1]
    var side = center
    for (kinds, means) in zip(kinds, means) {
      center -= means[0] * means[1]
      side -= means[0] * means[1]
      for kind in kinds {
        for pairs in both.map({ kind.light.pairs(firstAt: $0, weights, upTo: n) }) {
          center += kind.share * pairs[0]
          side += kind.share * pairs.dropFirst().reduce(0, +) / Double(2 * n)
        }
      }
    }
    guard side > 0 else { return nil }
    let allSignal = both.reduce(0) { $0 + signalMean($1) }
    let allPoisson = both.reduce(0) { $0 + poissonMean($1) }
    return GatedPrediction(
      signalKept: allSignal > 0 ? (signal[0] + signal[1]) / allSignal : 0,
      backgroundKept: allPoisson > 0 ? (poisson[0] + poisson[1]) / allPoisson : 0,
      signalFraction: (signal[0] + signal[1]) / (all[0] + all[1]), g2Zero: center / side,
      sidePeakPerSecond: side * unitsPerSecond)
  }
}
