import Bench
import CGSL
import Detectors

/// Dead time, recovery and twilight counts: what is lost of clicks that follow another.
extension Predictor {
  /// A click so long after another is lost with the probability Σ weight over all longer times. The weights sum to 1.
  func lossProfile(_ d: Int) -> [(weight: Double, nanoseconds: Double)] {
    let detector = bench.detectors[d]
    let dead = detector.deadTimeNanoseconds
    var profile: [(weight: Double, nanoseconds: Double)] = []
    var atEnd = 1.0
    if let twilight = detector.twilight {
      profile.append((twilight.probability, dead - twilight.windowNanoseconds))
      atEnd -= twilight.probability
    }
    switch detector.recovery {
    case .exponential(let tau):
      atEnd -= 1
      let parts = 32
      for i in 0..<parts {
        profile.append((1 / Double(parts), dead - tau * gsl_sf_log(1 - (Double(i) + 0.5) / Double(parts))))
      }
    case .table(let times, let efficiencies):
      atEnd -= 1 - efficiencies[0]
      for i in 1..<times.count {
        let rise = (efficiencies[i] - efficiencies[i - 1]) / 4
        for part in 0..<4 {
          profile.append((rise, dead + times[i - 1] + (times[i] - times[i - 1]) * (Double(part) + 0.5) / 4))
        }
      }
      profile.append((1 - efficiencies.last!, dead + times.last!))
    case nil: break
    }
    profile.append((atEnd, dead))
    return profile
  }

  /// The mean number, per unit, of clicks that are lost because another came shortly before, to first order.
  ///
  /// - Parameter electronics: the dead time of the electronics, in nanoseconds.
  private func firstOrderLoss(_ d: Int, electronics: Double) -> Double {
    var weights: [Double: Double] = [:]
    for step in lossProfile(d) { weights[max(step.nanoseconds, electronics), default: 0] += step.weight }
    return weights.filter { $0.value != 0 }.sorted { $0.key < $1.key }
      .reduce(0) { $0 + $1.value * pairs(d, d, within: $1.key) }
  }

  /// The share of clicks that is recorded, of those that would be without dead times.
  ///
  /// First order in the clicks that come within a dead time of another, and for a detector with a longer dead time than the
  /// electronics exact where they come as a Poisson process.
  func recordedShare(_ d: Int, clicks: Double) -> Double {
    let electronics = bench.electronics.deadTimeNanoseconds
    let detector = bench.detectors[d]
    let all = (firstOrderLoss(d, electronics: electronics) + clicksAfterOthers(d)) / clicks
    guard detector.deadTimeKind == .nonParalysable else {
      // Every photon begins the dead time anew, whether it was seen or not.
      let own = firstOrderLoss(d, electronics: 0) / clicks
      return gsl_sf_exp(-min(700, own)) / (1 + max(0, all - own))
    }
    guard electronics <= detector.deadTimeNanoseconds, sharedDeadTime == nil,
      detector.recovery != nil || detector.twilight != nil
    else {
      return 1 / (1 + all)
    }
    let perNanosecond = clicks * unitsPerSecond * 1e-9
    let deadTime = lossProfile(d).reduce(0) { $0 + $1.weight * $1.nanoseconds }
    guard deadTime > 0, perNanosecond > 0 else { return 1 / (1 + all) }
    let bunching = all / (perNanosecond * deadTime)
    return 1 / (1 + bunching * (detector.meanCycle(ofPoissonRate: perNanosecond) - 1))
  }
}

extension SinglePhotonDetector {
  /// The mean time from click to click under Poisson light, in units of the light's mean gap; non-paralysable.
  ///
  /// A cycle is the dead time, then, unless a twilight count comes at its end, the wait for a photon that the recovering
  /// efficiency admits, whose mean is ∫ exp(−R ∫ η) dt.
  ///
  /// - Parameter rate: of photons that a recovered detector would see, per nanosecond.
  func meanCycle(ofPoissonRate rate: Double) -> Double {
    let noTwilight = twilight.map { gsl_sf_exp(-min(700, rate * $0.probability * $0.windowNanoseconds)) } ?? 1
    var wait = 1.0
    switch recovery {
    case .exponential(let tau):
      // With η = 1 − e^(−t/τ) and a = R τ: a e^a a^(−a) γ(a, a).
      let a = rate * tau
      wait = gsl_sf_exp(a - a * gsl_sf_log(a) + gsl_sf_lngamma(a + 1)) * gsl_sf_gamma_inc_P(a, a)
    case .table(let times, let efficiencies):
      wait = 0
      var exponent = efficiencies[0] * times[0] * rate
      wait += efficiencies[0] > 0 ? -gsl_expm1(-exponent) / efficiencies[0] : times[0] * rate
      for i in 1..<times.count {
        let parts = 64
        let step = (times[i] - times[i - 1]) / Double(parts) * rate
        for part in 0..<parts {
          let rise = (efficiencies[i] - efficiencies[i - 1]) / Double(parts)
          let middle = efficiencies[i - 1] + rise * (Double(part) + 0.5)
          wait += step * gsl_sf_exp(-min(700, exponent + middle * step / 2))
          exponent += middle * step
        }
      }
      wait += gsl_sf_exp(-min(700, exponent))
    case nil: break
    }
    return rate * deadTimeNanoseconds + noTwilight * wait
  }
}
