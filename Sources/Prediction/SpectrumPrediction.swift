public import Bench
import CGSL
public import Detectors
import Emitters
import Light
import Optics

/// What a spectrometer's camera shows on average, pixel by pixel.
///
/// Each photon of wavelength λ that the path lets through gives η(λ) electrons, spread over the pixels by the line spread:
/// a pixel from a to b receives the share Φ((b − λ)/σ) − Φ((a − λ)/σ). The integral over λ is Gauss–Legendre quadrature
/// between all places where the integrand has a kink or a step, in pieces no longer than a pixel, the line spread's σ or a
/// quarter of a line's width.
public struct SpectrumPrediction: Sendable {
  /// One source of light.
  public struct Component: Sendable {
    /// The emitter's or the background component's name.
    public var name: String
    /// Mean photoelectrons per pixel in all exposures together.
    public var electrons: [Double]
  }
  /// The spectrometer whose pixels these are.
  public let spectrometer: Spectrometer
  /// Emitters, then background, in the bench's order.
  public let components: [Component]
  /// Electrons per photon of light that is the same at all wavelengths and enters the path behind the coupling, per pixel:
  /// losses, filters and sensor, as a white lamp of known spectrum would calibrate them.
  public let response: [Double]

  /// Solves the bench with its light on the spectrometer.
  public init(bench: Bench, spectrometer: Spectrometer) {
    let bench = bench.seen(by: spectrometer)
    let predictor = Predictor(bench: bench)
    let exposure = spectrometer.exposureSeconds
    self.spectrometer = spectrometer
    let grid = Grid(bench: bench, spectrometer: spectrometer)
    let emitters = bench.emitters.indices.map { e in
      Component(
        name: bench.emitters[e].name,
        electrons: grid.electrons(
          predictor.emittedLines(ofEmitter: e).map { ($0.line, $0.rateHz * exposure) },
          through: bench.path.way(from: .emitter)))
    }
    let background = bench.background.map { component in
      Component(
        name: component.name,
        electrons: grid.electrons(
          [(component.spectrum, component.rateHz * bench.excitation.pulseShare * exposure)],
          through: bench.wayToFilter(of: component) + bench.path.way(from: .filter)))
    }
    components = emitters + background
    response = grid.flatResponse(bench.path.way(from: .collected))
  }

  /// Mean photoelectrons per pixel, all components together.
  public var electrons: [Double] {
    spectrometer.pixelIndices.map { i in components.reduce(0) { $0 + $1.electrons[i] } }
  }

  /// Mean dark electrons per pixel in all exposures together.
  public var darkElectrons: Double { spectrometer.camera.darkElectronsPerSecond * spectrometer.exposureSeconds }

  /// Mean electrons per pixel that cosmic rays leave in all exposures together.
  public var cosmicElectrons: Double {
    spectrometer.camera.cosmicRays.map {
      $0.rateHz * $0.meanElectrons * spectrometer.exposureSeconds / Double(spectrometer.pixels)
    } ?? 0
  }

  /// Mean counts per pixel, offset included; where readings come near their largest number they stay below.
  public var counts: [Double] {
    let camera = spectrometer.camera
    let floor = camera.offsetCounts * Double(spectrometer.accumulations)
    return electrons.map { floor + camera.countsPerElectron * ($0 + darkElectrons + cosmicElectrons) }
  }

  /// The variance of each pixel's counts, for Poisson-distributed light and without cosmic rays.
  public var countVariances: [Double] {
    let camera = spectrometer.camera
    let gain = camera.countsPerElectron
    return electrons.map {
      gain * gain * ($0 + darkElectrons) + camera.readingVariance * Double(spectrometer.accumulations)
    }
  }
}

extension Spectrometer {
  fileprivate var pixelIndices: Range<Int> { 0..<pixels }
}

extension Predictor {
  /// The lines of an emitter, with the rate of the photons that it emits.
  fileprivate func emittedLines(ofEmitter e: Int) -> [(line: Spectrum, rateHz: Double)] {
    var lines: [(line: Spectrum, rateHz: Double)] = []
    for (share, (kind, state)) in zip(shares[e], zip(kinds[e].kinds, light[e])) {
      for (transition, means) in zip(kind.scheme.transitions, state.meanPerTransition) where !means.isEmpty {
        guard let line = transition.line else { continue }
        let probability = bench.detectionProbabilities(ofEmitted: line)[0]
        if probability > 0 { lines.append((line, share * means[0] / probability * unitsPerSecond)) }
      }
    }
    return lines
  }
}

/// The quadrature over wavelength.
private struct Grid {
  let spectrometer: Spectrometer
  let sensor: EfficiencyCurve

  init(bench: Bench, spectrometer: Spectrometer) {
    self.spectrometer = spectrometer
    sensor = bench.detectors[0].efficiency
  }

  /// Mean electrons per pixel from lines with their numbers of photons.
  func electrons(_ lines: [(line: Spectrum, photons: Double)], through way: [Transmission]) -> [Double] {
    var finer: [Double] = []
    for (line, _) in lines where line.fwhmNanometers / 4 < spectrometer.lineSpreadSigmaNanometers {
      finer += (-40...40).map { line.centerNanometers + Double($0) * line.fwhmNanometers / 4 }
    }
    return integrate(through: way, further: finer) { wavelength in
      lines.reduce(0) { $0 + $1.photons * $1.line.density(atNanometers: wavelength) }
    }
  }

  /// Electrons per photon, of light that is the same at all wavelengths.
  func flatResponse(_ way: [Transmission]) -> [Double] {
    integrate(through: way) { _ in 1 }.map { $0 / spectrometer.nanometersPerPixel }
  }

  /// Where pieces of the integral begin: kinks and steps of all that the light passes, and regular steps.
  private func breaks(_ way: [Transmission]) -> [Double] {
    let band = spectrometer.bandNanometers
    let step = min(spectrometer.nanometersPerPixel, spectrometer.lineSpreadSigmaNanometers)
    return sensor.wavelengthsNanometers + stride(from: band.lowerBound, through: band.upperBound, by: step)
      + way.flatMap { element in
        switch element {
        case .table(let curve): curve.wavelengthsNanometers
        case .bandPass(let filter):
          [filter.edgesNanometers.lower, filter.edgesNanometers.upper, filter.centerNanometers]
        }
      }
  }

  /// The integral over wavelength of a density of photons per nanometre, for every pixel.
  private func integrate(
    through way: [Transmission], further: [Double] = [], _ density: (Double) -> Double
  ) -> [Double] {
    let band = spectrometer.bandNanometers
    let places = (breaks(way) + further).filter { band.contains($0) }.sorted()
    let rule = gsl_integration_glfixed_table_alloc(4)
    defer { gsl_integration_glfixed_table_free(rule) }
    var pixels = [Double](repeating: 0, count: spectrometer.pixels)
    for (a, b) in zip(places, places.dropFirst()) where b > a {
      for point in 0..<4 {
        var (wavelength, weight) = (0.0, 0.0)
        gsl_integration_glfixed_point(a, b, point, &wavelength, &weight, rule)
        let electrons =
          weight * density(wavelength) * way.value(atNanometers: wavelength)
          * sensor.value(atNanometers: wavelength)
        if electrons > 0 { spread(electrons, at: wavelength, over: &pixels) }
      }
    }
    return pixels
  }

  /// Light of one wavelength on the pixels around its place.
  private func spread(_ electrons: Double, at wavelength: Double, over pixels: inout [Double]) {
    let start = spectrometer.axisNanometers.lowerBound
    let width = spectrometer.nanometersPerPixel
    let scale = spectrometer.lineSpreadSigmaNanometers * 2.0.squareRoot()
    // Seven standard deviations: all but 1e-12.
    let reach = 7 * spectrometer.lineSpreadSigmaNanometers
    let first = max(0, Int(((wavelength - reach - start) / width).rounded(.down)))
    let last = min(pixels.count - 1, Int(((wavelength + reach - start) / width).rounded(.down)))
    guard first <= last else { return }
    var lower = gsl_sf_erf((start + Double(first) * width - wavelength) / scale)
    for i in first...last {
      let upper = gsl_sf_erf((start + Double(i + 1) * width - wavelength) / scale)
      pixels[i] += electrons * (upper - lower) / 2
      lower = upper
    }
  }
}
