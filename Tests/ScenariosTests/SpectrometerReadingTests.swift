import Bench
import Detectors
import Light
import Scenarios
import Testing

@Suite struct SpectrometerReadingTests {
  private func scenario(_ spectrometer: String, _ more: String = "") -> String {
    """
    name: spectrum
    excitation: {wavelength: 532 nm, mode: continuous}
    collection: {coupling: 0.1}
    background:
      - {name: band, line: {center: 617 nm, fwhm: 59.5 nm}, rate_at_filter: 1000 cps, decay: [{lifetime: 2 ns}]}
    \(spectrometer)
    \(more)
    """
  }
  private let preset = "spectrometer: {preset: isoplan-160-proem-1600}"

  private func fault(_ text: String, _ overrides: [Override] = []) -> String {
    do {
      _ = try readScenario(text, file: "lab.yaml", overrides: overrides)
      return "none"
    } catch {
      return "\(error)"
    }
  }

  @Test func theInstrumentOfThePaper() throws {
    let read = try readScenario(scenario(preset), file: "lab.yaml")
    let spectrometer = try #require(read.bench.spectrometer)
    #expect(read.bench.detectors.isEmpty)
    #expect(read.bench.durationSeconds == 10)
    // 0.9 meV at 600 nm.
    #expect(abs(spectrometer.resolutionNanometers - 0.26133) < 1e-5)
    #expect(abs(spectrometer.resolutionMillielectronvolts - 0.9) < 1e-12)
    #expect(abs(spectrometer.nanometersPerPixel - 0.1264) < 1e-12)
    #expect(spectrometer.axisNanometers.contains(575) && spectrometer.axisNanometers.contains(725))
    #expect(spectrometer.camera.cosmicRays == nil)
    // What is resolved reads back the same.
    #expect(try readScenario(read.resolved.yaml(), file: "again.yaml").bench == read.bench)
  }

  @Test func besideDetectors() throws {
    let text = scenario(
      preset, "duration: 5 s\ndetectors: [{preset: spcm-aqrh-14}]\nelectronics: {preset: picoharp-300}")
    let bench = try readScenario(text, file: "lab.yaml").bench
    #expect(bench.detectors.count == 1 && bench.spectrometer != nil && bench.durationSeconds == 5)
    let seen = bench.seen(by: bench.spectrometer!)
    #expect(seen.durationSeconds == 10 && seen.detectors[0].darkCountRateHz == 0)
  }

  @Test(arguments: [
    (
      "spectrometer.efficiency", "{600 nm: 0.5, 700 nm: 0.4}",
      "says nothing about the ends of the sensor: it covers 600 nm to 700 nm, the 1600 pixels 558.9 to 761.1 nm"
    ),
    ("spectrometer.resolution", "0.1 nm", "is below one pixel, 0.1264 nm"),
    ("spectrometer.resolution", "0 meV", "must be above 0 and below the wavelength, found 0 meV"),
    ("spectrometer.integration_time", "-1 s", "spectrometer.integration_time must be between"),
    ("spectrometer.accumulations", "0", "spectrometer.accumulations must be between 1 and 100000, found 0"),
    (
      "spectrometer.camera.offset_counts", "3",
      "would cut the noise off at zero; at least five times the read noise, 20 counts"
    ),
    ("spectrometer.camera.cosmic_rays.on", "perhaps", "expected true or false, found 'perhaps'"),
    ("spectrometer.camera.gain", "1", "no such path"),
    ("duration", "5 s", "has no meaning beside a spectrometer alone; set spectrometer.integration_time"),
    ("electronics.preset", "picoharp-300", "needs detectors"),
  ])
  func saysWhatIsWrong(_ path: String, _ value: String, _ message: String) {
    let found = fault(scenario(preset), [Override(path, value)])
    #expect(found.contains(message), "\(found)")
  }

  @Test func cosmicRaysAreSwitchedOn() throws {
    let read = try readScenario(
      scenario(preset), file: "lab.yaml", overrides: [Override("spectrometer.camera.cosmic_rays.on", "yes")])
    #expect(read.bench.spectrometer?.camera.cosmicRays == .init(rateHz: 0.0014, meanElectrons: 2_000))
  }
}
