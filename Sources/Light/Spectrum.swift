private import RandomStreams

/// The spectrum of one emission line or luminescence band, normalised to 1 over wavelength.
public struct Spectrum: Sendable, Hashable {
  /// The line's form.
  public enum Shape: String, Sendable, CaseIterable {
    /// exp(−4 ln 2 (λ − λ₀)²/FWHM²)
    case gaussian
    /// 1/(1 + 4 (λ − λ₀)²/FWHM²)
    case lorentzian
  }
  /// Gaussian or Lorentzian; decides how far the wings reach.
  public var shape: Shape
  /// The wavelength of the maximum, in nanometres.
  public var centerNanometers: Double
  /// The full width at half maximum, in nanometres.
  public var fwhmNanometers: Double

  /// A line at `centerNanometers`, `fwhmNanometers` (above 0) wide.
  public init(shape: Shape = .gaussian, centerNanometers: Double, fwhmNanometers: Double) {
    self.shape = shape
    self.centerNanometers = centerNanometers
    self.fwhmNanometers = fwhmNanometers
  }

  /// The spectral density per nanometre.
  public func density(atNanometers wavelength: Double) -> Double {
    let x = (wavelength - centerNanometers) / fwhmNanometers
    return switch shape {
    case .gaussian: 0.9394372786996513 / fwhmNanometers * PortableMath.exp(-2.772588722239781 * x * x)
    case .lorentzian: 0.6366197723675814 / fwhmNanometers / (1 + 4 * x * x)
    }
  }

  /// The interval that holds the whole spectrum but for less than 1e-12 (Gaussian) or 1e-4 (Lorentzian) of it.
  public var supportNanometers: ClosedRange<Double> {
    let half = fwhmNanometers * (shape == .gaussian ? 3.2 : 3200)
    return max(1, centerNanometers - half)...(centerNanometers + half)
  }

  /// The centre of a line shifted in photon energy.
  ///
  /// - Parameters:
  ///   - centerNanometers: the line before the shift.
  ///   - millielectronvolts: the shift; negative is to the red.
  public static func shifted(centerNanometers: Double, byMillielectronvolts shift: Double) -> Double {
    hcElectronvoltNanometers / (hcElectronvoltNanometers / centerNanometers + shift * 1e-3)
  }
}

/// Planck's constant times the speed of light in eV·nm (CODATA 2018, exact by definition of the SI).
public let hcElectronvoltNanometers = 1239.841984332003
