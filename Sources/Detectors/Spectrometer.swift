public import Light

/// A grating spectrometer with a camera in its focal plane.
///
/// A photon of a wavelength falls around its place on the sensor with a Gaussian spread, the same in nanometres over the
/// whole axis as for a slit image at constant dispersion. What the entrance slit, the aberrations and diffraction do is
/// in its width; that a pixel collects over its own width is not, and comes on top.
public struct Spectrometer: Sendable, Hashable {
  /// How reports call it.
  public var name: String
  /// The wavelength in the middle of the sensor, in nanometres.
  public var centerNanometers: Double
  /// Dispersion times pixel pitch, in nanometres.
  public var nanometersPerPixel: Double
  /// Number of columns of the sensor.
  public var pixels: Int
  /// Full width at half maximum of the line spread, in nanometres; above 0.
  public var resolutionNanometers: Double
  /// Where that width was stated, in nanometres: only to quote it in photon energy.
  public var resolutionStatedAtNanometers: Double
  /// Electrons per photon that enters: mirrors, grating and the sensor's quantum efficiency, against wavelength.
  public var efficiency: EfficiencyCurve
  /// The sensor and its electronics.
  public var camera: Camera
  /// Duration of one exposure, in seconds.
  public var integrationSeconds: Double
  /// Number of exposures that are added up, one after the other without a gap.
  public var accumulations: Int

  /// A spectrometer from its parts, unchecked; wavelengths in nanometres.
  public init(
    name: String, centerNanometers: Double, nanometersPerPixel: Double, pixels: Int, resolutionNanometers: Double,
    resolutionStatedAtNanometers: Double, efficiency: EfficiencyCurve, camera: Camera, integrationSeconds: Double,
    accumulations: Int = 1
  ) {
    self.name = name
    self.centerNanometers = centerNanometers
    self.nanometersPerPixel = nanometersPerPixel
    self.pixels = pixels
    self.resolutionNanometers = resolutionNanometers
    self.resolutionStatedAtNanometers = resolutionStatedAtNanometers
    self.efficiency = efficiency
    self.camera = camera
    self.integrationSeconds = integrationSeconds
    self.accumulations = accumulations
  }

  /// All exposures together, in seconds.
  public var exposureSeconds: Double { integrationSeconds * Double(accumulations) }

  /// Standard deviation of the line spread, in nanometres.
  public var lineSpreadSigmaNanometers: Double { resolutionNanometers / 2.3548200450309493 }

  /// The wavelengths that fall on the sensor.
  public var axisNanometers: ClosedRange<Double> {
    let half = nanometersPerPixel * Double(pixels) / 2
    return (centerNanometers - half)...(centerNanometers + half)
  }

  /// The wavelength at the middle of each pixel, rising.
  public var pixelCentersNanometers: [Double] {
    (0..<pixels).map { axisNanometers.lowerBound + (Double($0) + 0.5) * nanometersPerPixel }
  }

  /// The wavelengths whose photons can reach the sensor at all: the line spread brings light from beyond its ends (six
  /// standard deviations: all but 1e-9).
  public var bandNanometers: ClosedRange<Double> {
    let margin = 6 * lineSpreadSigmaNanometers
    return (axisNanometers.lowerBound - margin)...(axisNanometers.upperBound + margin)
  }

  /// The line spread's width as photon energy, where it was stated, in meV.
  public var resolutionMillielectronvolts: Double {
    resolutionNanometers * hcElectronvoltNanometers / (resolutionStatedAtNanometers * resolutionStatedAtNanometers)
      * 1e3
  }

  /// All pixels together as one detector without noise of its own: a click is a photoelectron of a wavelength in
  /// ``bandNanometers``.
  public var sensor: SinglePhotonDetector {
    let band = bandNanometers
    let inside = zip(efficiency.wavelengthsNanometers, efficiency.values).filter {
      $0.0 > band.lowerBound && $0.0 < band.upperBound
    }
    // A step of a millionth of a nanometre is as good as none.
    let ends = [band.lowerBound, band.upperBound].map { efficiency.value(atNanometers: $0) }
    return SinglePhotonDetector(
      name: name,
      efficiency: EfficiencyCurve(
        wavelengthsNanometers: [band.lowerBound - 1e-6, band.lowerBound] + inside.map(\.0)
          + [band.upperBound, band.upperBound + 1e-6],
        values: [0, ends[0]] + inside.map(\.1) + [ends[1], 0]),
      darkCountRateHz: 0, deadTimeNanoseconds: 0, afterpulsing: .init(probability: 0, meanDelayNanoseconds: 0),
      jitter: .init(fwhmNanoseconds: 0, tailShare: 0, tailNanoseconds: 0), delayNanoseconds: 0)
  }
}
