import Detectors
import Light

/// A spectrometer with its camera.
func readSpectrometer(_ section: Section) -> Spectrometer {
  let name = section.string("name", default: .chosen("spectrometer", "a name"))
  let center = section.quantity("center", in: .nanometers, range: .above(100).and(.below(5_000)))
  let pixels = section.integer("pixels", range: .between(2...100_000))
  let pitch = section.quantity("pixel_pitch", in: .millimeters, range: .between(1e-4...10))
  let dispersion = section.number("nanometers_per_millimeter", range: .between(1e-3...1e4))
  let perPixel = pitch * dispersion
  if perPixel * Double(pixels) >= 2 * center {
    section.fail(
      "of \(pixels) and \(Quantity(perPixel, .nanometers)) each reach below zero wavelength around a centre of "
        + "\(Quantity(center, .nanometers))", at: "pixels")
  }
  let statedAt = section.quantity(
    "resolution_at", in: .nanometers, range: .above(100).and(.below(5_000)),
    default: .chosen(center, "the middle of the sensor"))
  let resolution = readResolution(section, statedAt: statedAt)
  if resolution < perPixel {
    section.fail(
      "of \(Quantity(resolution, .nanometers)) is below one pixel, \(Quantity(perPixel, .nanometers)); the line spread "
        + "must cover a pixel: widen the slit or take a finer grating", at: "resolution")
  }
  let table = section.table("efficiency", x: .nanometers, y: .one, xRange: .positive, yRange: .between(0...1))
  var spectrometer = Spectrometer(
    name: name, centerNanometers: center, nanometersPerPixel: perPixel, pixels: pixels,
    resolutionNanometers: resolution, resolutionStatedAtNanometers: statedAt,
    efficiency: table.isEmpty
      ? EfficiencyCurve(constant: 1)
      : EfficiencyCurve(wavelengthsNanometers: table.map(\.x), values: table.map(\.y)),
    camera: readCamera(section.section("camera")),
    integrationSeconds: section.quantity("integration_time", in: .seconds, range: .between(1e-4...36_000)),
    accumulations: section.integer(
      "accumulations", range: .between(1...100_000), default: .chosen(1, "a single exposure")))
  let axis = spectrometer.axisNanometers
  if let first = table.first, let last = table.last, table.count > 1,
    first.x > axis.lowerBound || last.x < axis.upperBound
  {
    section.fail(
      "says nothing about the ends of the sensor: it covers \(Quantity(first.x, .nanometers)) to "
        + "\(Quantity(last.x, .nanometers)), the \(pixels) pixels \(Quantity.text(of: (axis.lowerBound * 10).rounded() / 10)) to "
        + "\(Quantity.text(of: (axis.upperBound * 10).rounded() / 10)) nm", at: "efficiency")
  }
  if spectrometer.exposureSeconds > 360_000 {
    section.fail(
      "of \(spectrometer.accumulations) times \(Quantity(spectrometer.integrationSeconds, .seconds)) last longer than "
        + "100 h; take fewer", at: "accumulations")
    spectrometer.accumulations = 1
  }
  return spectrometer
}

/// A width as a length, or as a photon energy at the wavelength it is stated for: Δλ = λ² ΔE/(hc).
private func readResolution(_ section: Section, statedAt wavelength: Double) -> Double {
  let width = section.quantity("resolution", of: [.length, .energy])
  let nanometers =
    width.unit.dimension == .length
    ? width.value(in: .nanometers)
    : wavelength * wavelength * width.value(in: .electronvolts) / hcElectronvoltNanometers
  guard nanometers > 0, nanometers < wavelength else {
    section.fail("must be above 0 and below the wavelength, found \(width)", at: "resolution")
    return 1e3
  }
  return nanometers
}

private func readCamera(_ section: Section) -> Camera {
  let gain = section.number("counts_per_electron", range: .between(1e-3...1e3))
  let noise = section.number("read_noise_electrons", range: .between(0...1e4))
  let offset = section.number("offset_counts", range: .between(0...6e4))
  if offset < 5 * gain * noise {
    section.fail(
      "of \(Quantity.text(of: offset)) would cut the noise off at zero; at least five times the read noise, "
        + "\(Quantity.text(of: 5 * gain * noise)) counts, are needed", at: "offset_counts")
  }
  let rays = section.section("cosmic_rays")
  let isOn = rays.boolean("on", default: .chosen(false, "filtered from the data"))
  let hits = Camera.CosmicRays(
    rateHz: rays.quantity("rate", in: .hertz, range: .between(0...1e4)),
    meanElectrons: rays.number("mean_electrons", range: .between(1...1e6)))
  return Camera(
    darkElectronsPerSecond: section.quantity("dark_current", in: .countsPerSecond, range: .between(0...1e6)),
    readNoiseElectrons: noise, countsPerElectron: gain, offsetCounts: offset, cosmicRays: isOn ? hits : nil)
}
