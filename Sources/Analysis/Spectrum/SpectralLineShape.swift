import CGSL
import Glibc

/// The form of a fitted line.
public enum SpectralLineShape: String, Sendable, Codable, CaseIterable {
  /// A Gaussian; with a Gaussian line spread it stays one.
  case gaussian
  /// A Lorentzian; the line spread turns it into a Voigt profile.
  case lorentzian
}

/// The part of a line below a wavelength, as the instrument shows it, and its derivatives.
struct LineProfile {
  let shape: SpectralLineShape
  /// Full width at half maximum of the line: of a Gaussian as it appears, of a Lorentzian without the line spread.
  let fwhm: Double
  /// Standard deviation of the line spread that a Lorentzian is convolved with.
  let spread: Double

  /// The integral up to a distance from the centre; minus its derivative is the one with respect to the centre.
  ///
  /// - Returns: the integral, its derivative with respect to the distance, and that with respect to ln(fwhm).
  func cumulative(_ x: Double) -> (value: Double, density: Double, slope: Double) {
    switch shape {
    case .gaussian:
      let sigma = fwhm / gaussianWidth
      let z = x / sigma
      let density = abs(z) > 38 ? 0 : exp(-z * z / 2) / (sigma * 2.5066282746310002)
      return (0.5 * erfc(-z * 0.7071067811865476), density, -x * density)
    case .lorentzian:
      guard spread > 0 else { return lorentzian(x) }
      // The trapezoid rule on a Gaussian converges faster than any power: steps of σ/4 up to 5 σ.
      var sum = (value: 0.0, density: 0.0, slope: 0.0)
      for k in -20...20 {
        let u = Double(k) / 4
        let weight = exp(-u * u / 2) * (0.25 / 2.5066282746310002)
        let one = lorentzian(x - u * spread)
        sum.value += weight * one.value
        sum.density += weight * one.density
        sum.slope += weight * one.slope
      }
      return sum
    }
  }

  private func lorentzian(_ x: Double) -> (value: Double, density: Double, slope: Double) {
    let gamma = fwhm / 2
    let density = gamma / (Double.pi * (x * x + gamma * gamma))
    return (0.5 + atan(x / gamma) / Double.pi, density, -x * density)
  }
}
