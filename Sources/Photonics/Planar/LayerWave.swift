import Glibc

/// A wave across the layers at one height: ψ and its slope p = w dψ/dy, both continuous across interfaces.
///
/// Lengths are in units of λ/2π. ψ solves (w ψ′)′ + w (n² − N²) ψ = 0 with w = 1 for TE and 1/n² for TM. Written as an
/// angle, ψ ∝ sin θ and p ∝ cos θ (Prüfer), so that nodes are counted: a node is a half turn, and by Sturm's theorem θ at
/// the far side falls strictly with N². The size is kept as a logarithm, so that thick evanescent layers cannot overflow.
struct LayerWave {
  /// Half turns made.
  var nodes = 0
  /// The rest of the angle, within 0 … π.
  var angle: Double
  /// Logarithm of √(ψ² + p²).
  var logarithm = 0.0

  /// The wave that decays into the half space it comes from, or stands on a mirror (`nil`): no tangential electric field.
  init(decayingInto index: Double?, _ polarization: PlanarStack.Polarization, effectiveIndex: Double) {
    guard let index else {
      angle = polarization == .s ? 0 : .pi / 2
      return
    }
    let decay = max(effectiveIndex * effectiveIndex - index * index, 0).squareRoot()
    angle = atan2(1, Self.weight(index, polarization) * decay)
  }

  /// w: what multiplies the slope so that it is continuous.
  static func weight(_ index: Double, _ polarization: PlanarStack.Polarization) -> Double {
    polarization == .s ? 1 : 1 / (index * index)
  }

  /// The angle with all its half turns, in units of π.
  var halfTurns: Double { Double(nodes) + angle / .pi }

  /// ψ and p, up to the size and up to one sign per node.
  var field: (value: Double, slope: Double) { (sin(angle), cos(angle)) }

  /// Crosses a layer.
  ///
  /// - Parameters:
  ///   - index: refractive index of the layer.
  ///   - height: thickness in units of λ/2π.
  ///   - polarization: s or p.
  ///   - effectiveIndex: N.
  mutating func cross(
    index: Double, height: Double, _ polarization: PlanarStack.Polarization, effectiveIndex: Double
  ) {
    let weight = Self.weight(index, polarization)
    let square = index * index - effectiveIndex * effectiveIndex
    let (value, slope) = field
    var (newValue, newSlope): (Double, Double)
    if square > 0 {
      let impedance = weight * square.squareRoot()
      let turned = atan2(impedance * value, slope) + square.squareRoot() * height
      let turns = (turned / .pi).rounded(.down)
      nodes += Int(turns)
      let size = hypot(value, slope / impedance)
      let rest = turned - turns * .pi
      (newValue, newSlope) = (size * sin(rest), size * impedance * cos(rest))
    } else {
      let decay = (-square).squareRoot()
      let fall = exp(-2 * decay * height)
      if decay * height > 0.1 {
        // The growing and the falling part, each computed once: two far layers feel each other through a tiny one.
        let growing = (value + slope / (weight * decay)) / 2
        let falling = (value - slope / (weight * decay)) / 2 * fall
        (newValue, newSlope) = (growing + falling, weight * decay * (growing - falling))
      } else {
        // cosh and sinh/decay, down to a decay of 0
        let even = (1 + fall) / 2
        let odd = decay == 0 ? height : -expm1(-2 * decay * height) / (2 * decay)
        newValue = value * even + slope * odd / weight
        newSlope = slope * even + weight * decay * decay * value * odd
      }
      // Without the growth, which the logarithm keeps
      logarithm += decay * height
      if newValue < 0 {
        nodes += 1
        (newValue, newSlope) = (-newValue, -newSlope)
      }
    }
    angle = atan2(max(newValue, 0), newSlope)
    logarithm += log(hypot(newValue, newSlope))
  }
}
