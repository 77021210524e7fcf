import Bench
import CGSL
import Emitters

extension Predictor {
  /// Places in the cycle of a burst; 1 for a steady train.
  var cycle: Int { bench.excitation.burst?.outOf ?? 1 }

  /// How many more coincidences of prompt, independent light bursts give at a distance of pulses than a steady train of the
  /// same mean.
  func burstFactor(pulsesApart k: Int) -> Double {
    guard let burst = bench.excitation.burst else { return 1 }
    let apart = ((k % burst.outOf) + burst.outOf) % burst.outOf
    let both = (0..<burst.pulses).filter { ($0 + apart) % burst.outOf < burst.pulses }.count
    return Double(both) / Double(burst.outOf) / (bench.excitation.pulseShare * bench.excitation.pulseShare)
  }

  /// Mean detected photons of one emitter at one place of the cycle.
  func emitterMean(_ e: Int, _ d: Int, place: Int) -> Double {
    meansByPlace[e][d][place]
  }

  /// Mean clicks from all emitters at one place of the cycle.
  func signalMean(_ d: Int, place: Int) -> Double {
    light.indices.reduce(0) { $0 + emitterMean($1, d, place: place) }
  }

  /// Mean clicks from background and dark counts at one place of the cycle.
  func poissonMean(_ d: Int, place: Int) -> Double {
    guard let burst = bench.excitation.burst else { return poissonMean(d) }
    var mean = darkMeans[d]
    for (c, component) in bench.background.enumerated() {
      // `backgroundMeans` is the average over the train.
      let perPulse = backgroundMeans[c][d] / bench.excitation.pulseShare
      for decay in component.decays {
        for pulse in 0..<burst.pulses {
          let behind = (place - pulse + burst.outOf) % burst.outOf
          mean += perPulse * decay.share * shareOfDecay(decay.law, periodsBehind: behind, cycle: burst.outOf)
        }
      }
    }
    return mean
  }

  /// The share of a decay's photons that come k periods after their pulse, or whole cycles later.
  private func shareOfDecay(_ law: BackgroundComponent.Decay.Law, periodsBehind k: Int, cycle: Int) -> Double {
    let t = Double(k) * period
    if case .exponential(let lifetime) = law {
      guard lifetime > 0 else { return k == 0 ? 1 : 0 }
      return gsl_sf_exp(-min(700, t / lifetime)) * -gsl_expm1(-period / lifetime)
        / -gsl_expm1(-Double(cycle) * period / lifetime)
    }
    var sum = 0.0
    var start = t
    while start < law.extentNanoseconds {
      sum += law.shareBefore(start + period) - law.shareBefore(start)
      start += Double(cycle) * period
    }
    return sum
  }
}

extension BackgroundComponent.Decay.Law {
  /// The share that has come before a delay after the pulse, in nanoseconds.
  func shareBefore(_ t: Double) -> Double {
    if t <= 0 { return 0 }
    switch self {
    case .exponential(let lifetime): return lifetime > 0 ? -gsl_expm1(-min(700, t / lifetime)) : 1
    case .powerLaw(let exponent, let start, let end):
      if t <= start { return 0 }
      if t >= end { return 1 }
      let power = 1 - exponent
      let (x, whole) = (gsl_sf_log(t / start), gsl_sf_log(end / start))
      return abs(power) < 1e-9 ? x / whole : gsl_expm1(power * x) / gsl_expm1(power * whole)
    }
  }
}
