import Glibc

/// I(t) = background + Σ Aᵢ e^{−t/τᵢ}, averaged over a bin and summed over all earlier laser pulses.
///
/// The mean over a bin of width Δ starting at t, with the tails of the pulses before (a geometric series):
/// Aᵢ (τᵢ/Δ)(1 − e^{−Δ/τᵢ}) e^{−t/τᵢ} / (1 − e^{−T/τᵢ}).
struct DecayModel {
  /// Bin starts after the pulse, the bin width and the period, in the unit of the lifetimes.
  let times: [Double]
  let binWidth: Double
  let period: Double

  /// One component in one bin, per unit amplitude, and its derivative with respect to ln τ.
  @inline(__always)
  func component(_ t: Double, _ tau: Double) -> (value: Double, slope: Double) {
    let d = binWidth / tau
    let p = period / tau
    let bin = -expm1(-d) / d
    let wrap = -expm1(-p)
    let value = bin * exp(-t / tau) / wrap
    // d ln value/d ln τ = [bin: 1 − d e^{−d}/(1 − e^{−d})] + t/τ + p e^{−p}/(1 − e^{−p})
    let slope = 1 - d / expm1(d) + t / tau + p / expm1(p)
    return (value, value * slope)
  }

  /// The expected counts per bin.
  func expected(background: Double, components: [(amplitude: Double, lifetime: Double)]) -> [Double] {
    times.map { t in
      components.reduce(background) { $0 + $1.amplitude * component(t, $1.lifetime).value }
    }
  }
}
