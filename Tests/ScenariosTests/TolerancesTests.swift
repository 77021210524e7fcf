import Bench
import Foundation
import Light
import Photonics
import Devices
import ResultCache
import Scenarios
import Testing

/// How devices of one design differ. Statistical tests: 4.9 standard deviations two-sided, false-alarm probability 1e-6 each.
@Suite("Tolerances, false-alarm probability 1e-6 per comparison")
struct TolerancesTests {
  static let guideText = """
    name: guide
    wavelength: 610 nm
    substrate: {index: 1.5}
    exchanged_guide: {profile: half-ellipse, width: 2.5 um, depth: 1.25 um, index: 1.57}
    strip: {width: 200 nm, height: 170 nm, index: 2.2, length: 35 um, loss: 20 dB/cm}
    dipole: {height: 12 nm, position: 10 um}
    grid: {fine: 10 nm, guide: 100 nm, coarse: 150 nm}
    """

  static let guide = try! readGuide(guideText, file: "guide.yaml").guide

  /// Of the guide above, solved once.
  static let transfer = try! guide.transfer(cache: nil)
  static let total = DipoleRate(x: 1.9, y: 3.3, z: 2)
  static let substrate = DipoleRate(x: 1.3, y: 2.1, z: 1.3)

  func numbers(_ device: FabricatedDevice, _ orientation: Tolerances.Orientation) throws -> DeviceNumbers {
    try Self.guide.fabricated(device).numbers(
      of: device, orientation: orientation, transfer: Self.transfer, total: Self.total, substrate: Self.substrate)
  }

  @Test func withoutTolerancesItIsTheDesign() throws {
    let device = try Tolerances().device(3, of: Self.guide)
    #expect(device.widthNanometers == 200 && device.heightNanometers == 170)
    #expect(device.positionNanometers == 10_000 && device.direction == nil)
    #expect(try Self.guide.totalRateTable(Tolerances(), cache: nil).rates.count == 1)
    let found = try numbers(device, .averaged)
    let model = DeviceModel(
      total: Self.total, substrate: Self.substrate, guided: Self.transfer.guided,
      intoGuideOneEnd: Self.transfer.oneEnd(lengthNanometers: 25_000),
      intoGuideBothEnds: Self.transfer.bothEnds(
        stripLengthNanometers: 35_000, positionNanometers: 10_000
      ))
    #expect(found.coupling == model.share(of: model.intoGuideOneEnd).average)
    #expect(abs(found.beta - model.share(of: model.intoGuideBothEnds).average) < 1e-15)
    #expect(found.purcellFactor == model.purcell.average)
  }

  /// Mean and variance of the sizes, of the place, and of the direction's components; what is drawn for one does not depend
  /// on another.
  @Test func laws() throws {
    let count = 20_000
    let tolerances = Tolerances(
      widthSpreadNanometers: 10, heightSpreadNanometers: 5, position: .uniform, orientation: .random)
    let devices = try (0..<count).map { try tolerances.device($0, of: Self.guide) }
    func check(_ values: [Double], mean: Double, deviation: Double, fourth: Double, _ name: String) {
      let n = Double(count)
      let found = values.reduce(0, +) / n
      #expect(abs(found - mean) < 4.9 * deviation / n.squareRoot(), "\(name): mean \(found)")
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
      let error = ((fourth - 1) / n).squareRoot()
      #expect(abs(variance / deviation / deviation - 1) < 4.9 * error, "\(name): variance \(variance)")
    }
    // Rounding to 0.1 nm adds a variance of 0.1²/12, far below what is seen here.
    check(devices.map(\.widthNanometers), mean: 200, deviation: 10, fourth: 3, "width")
    check(devices.map(\.heightNanometers), mean: 170, deviation: 5, fourth: 3, "height")
    check(
      devices.map(\.positionNanometers), mean: 17_500, deviation: 35_000 / 12.0.squareRoot(), fourth: 1.8, "position")
    let directions = devices.compactMap(\.direction)
    #expect(directions.count == count)
    // A uniform direction's component is uniform in −1 to 1 (Archimedes).
    for (name, values) in [("x", directions.map(\.x)), ("y", directions.map(\.y)), ("z", directions.map(\.z))] {
      check(values, mean: 0, deviation: (1 / 3.0).squareRoot(), fourth: 1.8, name)
    }
    for (name, product) in [
      ("width, height", devices.map { ($0.widthNanometers - 200) / 10 * ($0.heightNanometers - 170) / 5 }),
      ("y, z", directions.map { 3 * $0.y * $0.z }),
    ] {
      // Of 9 y²z², the mean is 9/15.
      let deviation = name == "y, z" ? (9 / 15.0).squareRoot() : 1
      #expect(abs(product.reduce(0, +) / Double(count)) < 4.9 * deviation / Double(count).squareRoot(), "\(name)")
    }
    var other = tolerances
    (other.heightSpreadNanometers, other.orientation) = (0, .averaged)
    let again = try other.device(17, of: Self.guide)
    #expect(again.widthNanometers == devices[17].widthNanometers)
    #expect(again.positionNanometers == devices[17].positionNanometers)
    other.sample = 2
    #expect(try other.device(17, of: Self.guide) != again)
  }

  /// Shares differ, for they are ratios; what is averaged are rates.
  @Test(arguments: [Tolerances.Orientation.random, .randomPlane])
  func theMeanOverDirectionsIsTheAverage(orientation: Tolerances.Orientation) throws {
    let count = 20_000
    let tolerances = Tolerances(orientation: orientation)
    var rates: [[Double]] = [[], [], []]
    for number in 0..<count {
      let found = try numbers(tolerances.device(number, of: Self.guide), orientation)
      rates[0].append(found.rateOverFreeSpace)
      rates[1].append(found.rateOverFreeSpace / found.beta)
      rates[2].append(found.coupling * found.rateOverFreeSpace / found.beta)
    }
    let both = Self.transfer.bothEnds(stripLengthNanometers: 35_000, positionNanometers: 10_000)
    let one = Self.transfer.oneEnd(lengthNanometers: 25_000)
    for (number, expected) in [(0, both.average), (1, Self.total.average), (2, one.average)] {
      check(rates[number], expected, "\(orientation) \(number)")
    }
  }

  /// The mean of samples against what is expected, by the samples' own scatter.
  private func check(_ values: [Double], _ expected: Double, _ name: String) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    #expect(variance > 0)
    #expect(abs(mean - expected) < 4.9 * (variance / n).squareRoot(), "\(name): \(mean), expected \(expected)")
  }

  @Test func theMeanOverPlacesIsTheIntegral() throws {
    let tolerances = Tolerances(position: .uniform)
    let found = try (0..<20_000).map { try numbers(tolerances.device($0, of: Self.guide), .averaged) }
    let mean = Self.transfer.meanOverPosition(
      stripLengthNanometers: 35_000
    ).average
    check(found.map(\.rateOverFreeSpace), mean, "both ends")
    check(found.map { $0.coupling * Self.total.average }, mean / 2, "the fibre's end")
  }

  /// At sizes between and beyond those of the table.
  @Test func totalRatesBetweenTheSizesOfTheTable() throws {
    let tolerances = Tolerances(widthSpreadNanometers: 10)
    let folder = FileManager.default.temporaryDirectory.appending(path: "tolerances-\(UUID())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let cache = ResultCache(folder: folder)
    let table = try Self.guide.totalRateTable(tolerances, cache: cache, threads: 2)
    let design = try Self.guide.totalRate(cache: cache, threads: 2, spacing: Self.guide.totalRateSpacing)
    #expect(table.rate(widthNanometers: 200, heightNanometers: 170) == design)
    for (width, height) in [(190.3, 170.0), (224, 170)] {
      var guide = Self.guide
      guide.crossSection.strip?.widthNanometers = width
      guide.crossSection.strip?.heightNanometers = height
      let exact = try guide.totalRate(cache: cache, threads: 2, spacing: guide.totalRateSpacing)
      let found = table.rate(widthNanometers: width, heightNanometers: height)
      for (name, a, b) in [("x", found.x, exact.x), ("y", found.y, exact.y), ("z", found.z, exact.z)] {
        #expect(abs(a / b - 1) < 5e-3, "\(name) at \(width) × \(height) nm: \(a), \(b), off by \(a / b - 1)")
      }
      // Without the table the rate would be off by more.
      #expect(abs(found.average / exact.average - 1) < 0.5 * abs(design.average / exact.average - 1))
    }
  }

  // MARK: Reading

  static func read(_ text: String, guide: String = guideText) throws -> Scenario {
    let device = "device: {source: model, guide: guide.yaml, coupling: 0.05, purcell: 1.4}\n"
    return try EnvironmentTests.read(
      (text.hasPrefix("device") ? "" : device) + text + "\nenvironment: {reference: on glass}", guide: guide)
  }

  static let spread = "tolerances: {strip: {width: {spread: 10 nm}}, dipole: {position: uniform, orientation: random}}"

  @Test func aScenarioSaysHowDevicesDiffer() throws {
    let scenario = try Self.read(Self.spread)
    #expect(
      scenario.tolerances
        == Tolerances(widthSpreadNanometers: 10, position: .uniform, orientation: .random))
    #expect(scenario.guide?.crossSection.strip?.widthNanometers == 200)
    // The bench is the design.
    #expect(scenario.bench.path.coupling.constant == 0.05 && scenario.environment?.purcellFactor == 1.4)
    // The resolved scenario says the same, and stands alone.
    let again = try readScenario(scenario.resolved.yaml(), file: "elsewhere.yaml")
    #expect(again.bench == scenario.bench && again.tolerances == scenario.tolerances && again.guide == nil)
    #expect(try !Self.read("").resolved.yaml().contains("tolerances"))
  }

  @Test(arguments: [
    (
      "device: {source: measured, guide: guide.yaml, coupling: 0.05, purcell: 1.4}\n" + spread, guideText,
      "tolerances need a device that is calculated, device: {source: model, guide: FILE}; device.source is measured"
    ),
    (
      spread.replacing("10 nm", with: "30 nm"), guideText,
      "tolerances.strip.width.spread must be at most a tenth of strip.width, 20 nm"
    ),
    (spread.replacing("10 nm", with: "-1 nm"), guideText, "tolerances.strip.width.spread must be at least 0 nm"),
    (spread.replacing("uniform", with: "unifrom"), guideText, "did you mean 'uniform'?"),
    (spread.replacing("width", with: "widht"), guideText, "did you mean 'width'?"),
    (spread, guideText.replacing("index: 2.2,", with: "index: 2.2, offset: 40 nm,"), "must be averaged"),
    (
      spread, guideText.replacing("length: 35 um, ", with: "").replacing(", position: 10 um", with: ""),
      "tolerances need strip.length in the guide 'guide'"
    ),
    (
      spread,
      guideText.replacing(
        "strip: {width: 200 nm, height: 170 nm, index: 2.2, length: 35 um, loss: 20 dB/cm}\n", with: ""
      )
      .replacing(", position: 10 um", with: ""), "tolerances need a strip, and the guide 'guide' has none"
    ),
  ])
  func faults(_ text: String, _ guide: String, _ sentence: String) {
    do {
      _ = try Self.read(text, guide: guide)
      Issue.record("no fault")
    } catch { #expect("\(error)".contains(sentence), "\(error)") }
  }
}
