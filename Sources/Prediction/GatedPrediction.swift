import Bench
import Detectors
import Emitters

/// What is left when only photons within a gate after the laser pulse count; before jitter, dead times and afterpulses.
public struct GatedPrediction: Sendable, Hashable {
  /// The share of the emitters' photons within the gate.
  public var signalKept: Double
  /// The share of background and dark counts within the gate.
  public var backgroundKept: Double
  /// The centre coincidence peak over the mean of the side peaks.
  public var g2Zero: Double
}

extension Predictor {
  /// Predicts g2(0) with a time gate.
  ///
  /// - Parameters:
  ///   - start, stop: the gate, in nanoseconds after the laser pulse, within a period.
  /// - Returns: `nil` under continuous excitation, in bursts, with a single detector or without light in the gate.
  public func gated(fromNanoseconds start: Double, toNanoseconds stop: Double) -> GatedPrediction? {
    guard !isContinuous, cycle == 1, bench.detectors.count > 1, start >= 0, stop > start, stop <= period else {
      return nil
    }
    let gate = start...stop
    func signal(_ d: Int) -> Double { light.indices.reduce(0) { $0 + gatedMean($1, d, gate) } }
    func poisson(_ d: Int) -> Double {
      darkMeans[d] * (stop - start) / period
        + bench.background.indices.reduce(0) { sum, c in
          sum + backgroundMeans[c][d]
            * bench.background[c].decays.reduce(0) { $0 + $1.share * foldedShare($1.law, gate) }
        }
    }
    let all = [0, 1].map { signal($0) + poisson($0) }
    let n = Self.sidePeaks
    var center = all[0] * all[1]
    var side = center
    for e in light.indices {
      let own = gatedMean(e, 0, gate) * gatedMean(e, 1, gate)
      center -= own
      side -= own
      for (share, state) in zip(shares[e], pulsed[e]) {
        center += share * (state.orderedPairsInPulse(0, 1, gate: gate) + state.orderedPairsInPulse(1, 0, gate: gate))
        let later = zip(
          state.pairsAcrossPulses(0, 1, upTo: n, gate: gate), state.pairsAcrossPulses(1, 0, upTo: n, gate: gate))
        side += share * later.reduce(0) { $0 + ($1.0 + $1.1) / 2 } / Double(n)
      }
    }
    guard side > 0 else { return nil }
    let detectors = bench.detectors.indices
    let (allSignal, allPoisson) = (
      detectors.reduce(0) { $0 + signalMean($1) }, detectors.reduce(0) { $0 + poissonMean($1) }
    )
    return GatedPrediction(
      signalKept: allSignal > 0 ? detectors.reduce(0) { $0 + signal($1) } / allSignal : 0,
      backgroundKept: allPoisson > 0 ? detectors.reduce(0) { $0 + poisson($1) } / allPoisson : 0, g2Zero: center / side)
  }

  private func gatedMean(_ e: Int, _ d: Int, _ gate: ClosedRange<Double>) -> Double {
    zip(shares[e], pulsed[e]).reduce(0) { $0 + $1.0 * $1.1.mean(d, gate: gate) }
  }

  /// The share of a decay's photons within a gate of the period, light of all earlier pulses included; a pulse that takes
  /// time is a sum of 16 instantaneous ones in each of its slices.
  private func foldedShare(_ law: BackgroundComponent.Decay.Law, _ gate: ClosedRange<Double>) -> Double {
    guard let shape = bench.excitation.pulseShape else { return foldedShare(law, gate, from: 0) }
    var start = 0.0
    var sum = 0.0
    for slice in shape.slices {
      for part in 0..<16 {
        let time = start + (Double(part) + 0.5) / 16 * slice.nanoseconds
        sum += slice.energy / 16 * foldedShare(law, gate, from: time)
      }
      start += slice.nanoseconds
    }
    return sum
  }

  private func foldedShare(
    _ law: BackgroundComponent.Decay.Law, _ gate: ClosedRange<Double>, from origin: Double
  ) -> Double {
    let periods = min(100_000, Int(law.extentNanoseconds / period) + 2)
    return (0..<periods).reduce(0) { sum, k in
      let shift = Double(k) * period - origin
      return sum + law.shareBefore(gate.upperBound + shift) - law.shareBefore(gate.lowerBound + shift)
    }
  }
}
