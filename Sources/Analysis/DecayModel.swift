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

  /// What of a component does not depend on the bin.
  struct Component {
    let lifetime: Double
    /// (τ/Δ)(1 − e^{−Δ/τ})/(1 − e^{−T/τ}).
    let scale: Double
    /// The part of d ln(value)/d ln τ without t/τ: 1 − d/(e^d − 1) + p/(e^p − 1), d = Δ/τ, p = T/τ.
    let slope: Double

    /// The value at a bin start per unit amplitude, and its derivative with respect to ln τ.
    @inline(__always)
    func callAsFunction(_ t: Double) -> (value: Double, slope: Double) {
      let x = t / lifetime
      let value = scale * exp(-x)
      return (value, value * (slope + x))
    }
  }

  /// Prepares a component.
  func component(_ lifetime: Double) -> Component {
    let d = binWidth / lifetime
    let p = period / lifetime
    return Component(
      lifetime: lifetime, scale: expm1(-d) / (d * expm1(-p)), slope: 1 - d / expm1(d) + p / expm1(p))
  }

  /// The expected counts per bin.
  func expected(background: Double, components: [(amplitude: Double, lifetime: Double)]) -> [Double] {
    let parts = components.map { ($0.amplitude, component($0.lifetime)) }
    return times.map { t in parts.reduce(background) { $0 + $1.0 * $1.1(t).value } }
  }
}
