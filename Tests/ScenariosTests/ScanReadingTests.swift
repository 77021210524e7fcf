import Bench
import Emitters
import Scenarios
import Testing

/// Scans of a sample.
@Suite("Reading scans")
struct ScanReadingTests {
  static let text = """
    name: test
    excitation: {wavelength: 532 nm, repetition_rate: 5 MHz}
    scan: {field: {x: 10 um, y: 40 um}, step: 0.5 um, dwell: 20 ms, spot: 600 nm, order: serpentine, fly_back: 50 ms}
    sample:
      emitters:
        - {preset: nc-cdse-cds, absorbed_photons_per_pulse: 0.2, x: 6 um, y: 16 um}
      background:
        - name: guide
          line: {center: 617 nm, fwhm: 60 nm}
          rate_at_filter: 1000 cps
          decay: [{lifetime: 2 ns}]
          band: {x: 6 um, width: 2.5 um}
        - name: strip
          line: {center: 675 nm, fwhm: 55 nm}
          rate_at_filter: 1000 cps
          decay: [{lifetime: 2 ns}]
          rectangle: {x: 6 um, y: 20 um, width: 190 nm, length: 35 um}
    collection: {coupling: 0.1}
    detectors: [{preset: spcm-aqrh-14, name: APD}]
    """

  /// What is wrong with the text once a part is replaced, and something laid over it.
  static func faults(_ part: String = "", _ other: String = "", set: [(String, String)] = []) -> String {
    do {
      _ = try readScenario(
        part.isEmpty ? text : text.replacing(part, with: other), file: "scan.yaml",
        overrides: set.map { Override($0.0, $0.1, label: "test") })
      return "none"
    } catch { return "\(error)" }
  }

  @Test func whatTheTextSays() throws {
    let scenario = try readScenario(Self.text, file: "scan.yaml")
    let scan = try #require(scenario.scan)
    #expect(scan.raster.columns == 21 && scan.raster.rows == 81)
    #expect(scan.raster.order == .serpentine && scan.raster.flyBackSeconds == 0.05 && scan.raster.dwellSeconds == 0.02)
    #expect(abs(scan.excitationSpot.fwhmMicrometers - 0.6) < 1e-12 && scan.detectionSpot == nil)
    #expect(scan.emitterPlaces == [SamplePlace(xMicrometers: 6, yMicrometers: 16)])
    #expect(scan.countedDetectors == [0])
    guard case .band(6, 2.5) = scan.backgroundShapes[0],
      case .rectangle(let center, let width, 35) = scan.backgroundShapes[1]
    else {
      Issue.record("\(scan.backgroundShapes)")
      return
    }
    #expect(center == SamplePlace(xMicrometers: 6, yMicrometers: 20) && abs(width - 0.19) < 1e-12)
    // The resolved scenario reads back the same.
    #expect(try readScenario(scenario.resolved.yaml(), file: "resolved.yaml").scan == scan)
  }

  @Test func aBenchHasNoScan() throws {
    #expect(try readScenario(PlacementTests.text, file: "t.yaml").scan == nil)
  }

  @Test(arguments: [
    ("scan.step", "11 um", "scan.step of 11 um is larger than the field's shorter side of 10 um"),
    ("scan.step", "0.1 nm", "makes more than 4 million pixels of the field"),
    ("scan.spot", "0 nm", "scan.spot must be above 0 um"),
    ("scan.dwell", "100 ns", "scan.dwell of 100 ns is shorter than the laser period of 200 ns"),
    ("scan.dwell", "500 s", "more than 100 h"),
    ("scan.order", "zigzag", "unknown scan.order 'zigzag'"),
    ("scan.detectors", "[APX]", "unknown scan.detectors[0] 'APX'; did you mean 'APD'?"),
    ("duration", "60 s", "duration follows from scan.dwell"),
    ("excitation.spot", "600 nm", "excitation.spot"),
    ("sample.background[0].rectangle", "{x: 1 um, y: 1 um, width: 1 um, length: 1 um}", "cannot be given beside band"),
  ])
  func faultsAreNamed(path: String, value: String, sentence: String) {
    let found = Self.faults(set: [(path, value)])
    #expect(found.contains(sentence), "\(found)")
  }

  @Test func missingParts() {
    #expect(Self.faults("x: 6 um, y: 16 um", "y: 16 um").contains("missing 'x' in sample.emitters[0]"))
    #expect(Self.faults("scan: {", "scans: {").contains("unknown key 'scans'; did you mean 'scan'?"))
    #expect(Self.faults("sample:", "samples:").contains("unknown key 'samples'; did you mean 'sample'?"))
    let unscanned = Self.text.split(separator: "\n").filter { !$0.hasPrefix("scan:") }.joined(separator: "\n")
    #expect(throws: Diagnostics.self) { try readScenario(unscanned, file: "scan.yaml") }
    #expect(Self.faults("name: test", "name: test\nemitters: []").contains("belong under sample, each with its place"))
  }

  /// The middle of a Gaussian spot is ln 2 times as bright as an even disc of the same width.
  @Test func powerInTheMiddleOfAGaussianSpot() throws {
    let sample = Self.text.replacing("absorbed_photons_per_pulse: 0.2", with: "cross_section: 5e-16 cm^2")
      .replacing("repetition_rate: 5 MHz}", with: "repetition_rate: 5 MHz, power: 1.06 uW}")
    let disc = try readScenario(ExcitationPowerTests.text, file: "power.yaml").bench.emitters[0].absorption
    guard case .meanPhotonsPerPulse(let even) = disc,
      case .meanPhotonsPerPulse(let middle)? = try readScenario(sample, file: "scan.yaml").scan?.bench.emitters[0]
        .absorption
    else {
      Issue.record("a pulsed laser gives photons per pulse")
      return
    }
    #expect(abs(middle / even - 0.6931471805599453) < 1e-9)
  }

  /// Emitters at random lie all over the field, and each sample is another one. Means of 12,000 uniform numbers, 4.9
  /// standard deviations two-sided (1e-6).
  @Test func emittersAtRandom() throws {
    let placed = Self.text.replacing(
      "    - {preset: nc-cdse-cds, absorbed_photons_per_pulse: 0.2, x: 6 um, y: 16 um}\n",
      with: "    - {preset: nc-cdse-cds, absorbed_photons_per_pulse: 0.2, x: 6 um, y: 16 um}\n"
        + "  placement:\n    mean_number: 400\n    kinds: [{preset: nc-cdse-cds, absorbed_photons_per_pulse: 0.2}]\n")
    var places: [SamplePlace] = []
    for site in 0..<30 {
      let scan = try #require(
        try readScenario(
          placed, file: "scan.yaml", overrides: [Override("sample.placement.site", "\(site)", label: "test")]
        ).scan)
      #expect(scan.emitterPlaces.count == scan.bench.emitters.count && scan.emitterPlaces.count > 300)
      places += scan.emitterPlaces.dropFirst()
    }
    let n = Double(places.count)
    #expect(places.allSatisfy { (0...10).contains($0.xMicrometers) && (0...40).contains($0.yMicrometers) })
    let limit = 4.9 / (12 * n).squareRoot()
    #expect(abs(places.reduce(0) { $0 + $1.xMicrometers } / n / 10 - 0.5) < limit)
    #expect(abs(places.reduce(0) { $0 + $1.yMicrometers } / n / 40 - 0.5) < limit)
    #expect(Set(places.map(\.xMicrometers)).count > places.count - 5)
  }
}
