import Bench
import Detectors
import Emitters
import Light
import RandomStreams

/// The scan of a sample that a scenario describes; `nil` where it describes a bench with a fixed spot.
func readScan(_ root: Section) -> Description? {
  guard root.has("scan") || root.has("sample") else { return nil }
  for (key, instead) in [
    ("emitters", "belong under sample, each with its place"),
    ("background", "belongs under sample, each with its shape"),
    ("placement", "belongs under sample"), ("duration", "follows from scan.dwell"),
    ("electronics", "is not part of a scan: counts are counted"), ("expect", "is not known for a scan"),
  ] where root.has(key) { root.fail(instead, at: key) }
  let section = root.section("scan")
  let raster = readRaster(section)
  let spot = GaussianSpot(fwhmMicrometers: section.quantity("spot", in: .micrometers, range: lengths))
  let detectionSpot = section.optionalQuantity("detection_spot", in: .micrometers, range: lengths)
    .map(GaussianSpot.init(fwhmMicrometers:))
  let sample = root.section("sample")
  var description = readBench(root, scanned: ScannedParts(sample: sample, raster: raster, spot: spot))
  let bench = description.bench
  if let period = bench.excitation.periodNanoseconds, raster.dwellSeconds * 1e9 < period {
    section.fail(
      "of \(Quantity(raster.dwellSeconds * 1e9, .nanoseconds)) is shorter than the laser period of "
        + "\(Quantity(period, .nanoseconds)); no pulse may fall into it", at: "dwell")
  }
  if bench.emitters.count > 50_000 {
    sample.fail("has \(bench.emitters.count) emitters, more than 50000", at: "emitters")
  }
  let counted = readCounted(section, bench)
  let explicit = sample.list("emitters", presets: "emitter").map(readPlace)
  let scattered = sample.optionalSection("placement")
    .map { readScatter($0, count: bench.emitters.count - explicit.count, raster) }
  let shapes = sample.list("background").map(readShape)
  // Laser light that leaks through the filter comes from everywhere.
  let rest = [LuminousShape](repeating: .uniform, count: bench.background.count - shapes.count)
  description.scan = ScanBench(
    bench: bench, emitterPlaces: explicit + (scattered ?? []), backgroundShapes: shapes + rest, raster: raster,
    excitationSpot: spot, detectionSpot: detectionSpot, countedDetectors: counted)
  return description
}

/// What a scan says in place of a bench.
struct ScannedParts {
  /// Where emitters, placement and background stand.
  var sample: Section
  var raster: RasterScan
  /// The laser spot.
  var spot: GaussianSpot
}

/// Lengths on a sample, in micrometres.
private let lengths = Limits.above(0).and(.atMost(10_000))
private let places = Limits.between(-10_000...10_000)

private func readRaster(_ section: Section) -> RasterScan {
  let field = section.section("field")
  let raster = RasterScan(
    widthMicrometers: field.quantity("x", in: .micrometers, range: lengths),
    heightMicrometers: field.quantity("y", in: .micrometers, range: lengths),
    stepMicrometers: section.quantity("step", in: .micrometers, range: lengths),
    dwellSeconds: section.quantity("dwell", in: .seconds, range: .above(0).and(.atMost(3_600))),
    order: section.choice(
      "order", of: RasterScan.Order.self, default: .customary(.unidirectional, "all lines in the same direction")),
    flyBackSeconds: section.quantity(
      "fly_back", in: .seconds, range: .between(0...60), default: .chosen(0, "at once")))
  let least = min(raster.widthMicrometers, raster.heightMicrometers)
  if raster.stepMicrometers > least {
    section.fail(
      "of \(Quantity(raster.stepMicrometers, .micrometers)) is larger than the field's shorter side of "
        + "\(Quantity(least, .micrometers))", at: "step")
    return RasterScan(widthMicrometers: 1, heightMicrometers: 1, stepMicrometers: 1, dwellSeconds: 1)
  }
  let pixels = (raster.widthMicrometers / raster.stepMicrometers) * (raster.heightMicrometers / raster.stepMicrometers)
  if pixels > 4e6 {
    section.fail(
      "of \(Quantity(raster.stepMicrometers, .micrometers)) makes more than 4 million pixels of the field", at: "step")
    return RasterScan(widthMicrometers: 1, heightMicrometers: 1, stepMicrometers: 1, dwellSeconds: 1)
  }
  if raster.durationSeconds > 360_000 {
    section.fail(
      "makes the scan of \(raster.pixelCount) pixels last \(Quantity(raster.durationSeconds, .seconds)), more than "
        + "100 h", at: "dwell")
  }
  return raster
}

/// The detectors whose counts make the image, by name.
private func readCounted(_ section: Section, _ bench: Bench) -> [Int] {
  let names = bench.detectors.map(\.name)
  guard section.has("detectors") else { return Array(names.indices) }
  let chosen = section.choices("detectors", of: names, atLeast: 1)
  return names.indices.filter { chosen.contains(names[$0]) }
}

private func readPlace(_ section: Section) -> SamplePlace {
  SamplePlace(
    xMicrometers: section.quantity("x", in: .micrometers, range: places),
    yMicrometers: section.quantity("y", in: .micrometers, range: places))
}

/// Places all over the field, for the emitters of a placement in their order.
private func readScatter(_ section: Section, count: Int, _ raster: RasterScan) -> [SamplePlace] {
  // The same numbers as for the emitters themselves, another stream.
  let site = section.integer("site", range: .notNegative, default: .chosen(0, "the first site"))
  let sample = section.integer("sample", range: .notNegative, default: .chosen(1, "numbers the sample"))
  var stream = RandomStream(seed: UInt64(sample), purpose: .placement, entity: 1, block: UInt64(site))
  return (0..<count).map { _ in
    let x = stream.uniform() * raster.widthMicrometers
    return SamplePlace(xMicrometers: x, yMicrometers: stream.uniform() * raster.heightMicrometers)
  }
}

private func readShape(_ section: Section) -> LuminousShape {
  let band = section.optionalSection("band")
  let rectangle = section.optionalSection("rectangle")
  if let band {
    if rectangle != nil { section.fail("cannot be given beside band", at: "rectangle") }
    return .band(
      centerMicrometers: band.quantity("x", in: .micrometers, range: places),
      widthMicrometers: band.quantity("width", in: .micrometers, range: lengths))
  }
  guard let rectangle else { return .uniform }
  return .rectangle(
    center: readPlace(rectangle), widthMicrometers: rectangle.quantity("width", in: .micrometers, range: lengths),
    lengthMicrometers: rectangle.quantity("length", in: .micrometers, range: lengths))
}
