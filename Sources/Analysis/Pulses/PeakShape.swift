import Glibc

/// A coincidence peak of exponential decays: both photons late by the lifetime τ, their delay falls as e^{−|t|/τ}/2τ.
///
/// A sum of such peaks describes any sum of exponential decays. Time is in laser periods.
struct PeakShape {
  let lifetime: Double

  /// The part of one peak at 0 that lies between two delays.
  func single(_ low: Double, _ high: Double) -> Double {
    func cumulative(_ x: Double) -> Double {
      x < 0 ? 0.5 * exp(x / lifetime) : 1 - 0.5 * exp(-x / lifetime)
    }
    return cumulative(high) - cumulative(low)
  }

  /// What all peaks, one in every period, put between two delays: the sum of the geometric series of their tails.
  func train(_ low: Double, _ high: Double) -> Double {
    let wrap = exp(-1 / lifetime)
    func cumulative(_ x: Double) -> Double {
      let period = x.rounded(.down)
      let u = x - period
      return period + (1 - exp(-u / lifetime) + exp((u - 1) / lifetime) - wrap) / (2 * (1 - wrap))
    }
    return cumulative(high) - cumulative(low)
  }
}
