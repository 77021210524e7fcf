import Light
import Optics

/// The filters before the beamsplitter: `filter` (one) or `filters` (a list), or those of one detector: `filters`.
func readFilters(_ section: Section, alsoSingle: Bool) -> [LightPath.Element] {
  if alsoSingle, let single = section.optionalSection("filter") {
    if section.has("filters") { section.fail("cannot stand beside filter; put all of them in the list", at: "filters") }
    return [readFilter(single, name: "filter")]
  }
  return section.list("filters").enumerated().map { readFilter($1, name: "filter \($0 + 1)") }
}

/// A filter: a band-pass by its centre and bandwidth or by its edges, or the rows of a table, written here or in a CSV file.
private func readFilter(_ section: Section, name: String) -> LightPath.Element {
  let name = section.string("name", default: .chosen(name, "as it stands in the scenario"))
  let other = ["center", "bandwidth", "lower_edge", "upper_edge", "table", "file"].filter { section.has($0) }
  for key in ["table", "file"] where section.has(key) && other.count > 1 {
    let rest = other.filter { $0 != key }
    section.fail("cannot stand beside \(rest.joined(separator: " and ")); give one or the other", at: key)
    // What else the section may say hangs on it.
    rest.forEach { _ = section.has($0) }
    return .init(name: name, transmission: 1)
  }
  if section.has("file") { return .init(name: name, transmission: tabulated(section.filterTable("file", as: "table"))) }
  if section.has("table") {
    return .init(
      name: name,
      transmission: tabulated(
        section.table(
          "table", x: .nanometers, y: .one, xRange: .positive, yRange: .between(0...1), atLeast: 2)))
  }
  return .init(name: name, transmission: .bandPass(readBandPass(section)))
}

private func readBandPass(_ section: Section) -> SpectralFilter {
  let (center, bandwidth) =
    section.has("lower_edge") || section.has("upper_edge") ? readEdges(section) : readCenter(section)
  let transmission = section.fraction("transmission", default: .customary(0.95, "a hard-coated band-pass"))
  return SpectralFilter(
    centerNanometers: center, bandwidthNanometers: bandwidth, transmission: transmission, leak: readLeak(section),
    edgeOrder: section.optionalNumber("edge_order", range: .atLeast(0.5)))
}

/// Centre and bandwidth of a pass band that is given by its edges.
private func readEdges(_ section: Section) -> (center: Double, bandwidth: Double) {
  for key in ["center", "bandwidth"] where section.has(key) {
    section.fail("cannot stand beside lower_edge and upper_edge; give one or the other", at: key)
  }
  let lower = section.quantity("lower_edge", in: .nanometers, range: .above(100).and(.below(5_000)))
  let upper = section.quantity("upper_edge", in: .nanometers, range: .above(100).and(.below(5_000)))
  if lower >= upper {
    section.fail(
      "of \(Quantity(lower, .nanometers)) is not below the upper edge of \(Quantity(upper, .nanometers))",
      at: "lower_edge")
    return (lower, 1)
  }
  return ((lower + upper) / 2, upper - lower)
}

private func readCenter(_ section: Section) -> (center: Double, bandwidth: Double) {
  let center = section.quantity("center", in: .nanometers, range: .above(100).and(.below(5_000)))
  let bandwidth = section.quantity("bandwidth", in: .nanometers, range: .positive)
  if bandwidth >= 2 * center {
    section.fail(
      "of \(Quantity(bandwidth, .nanometers)) reaches below zero wavelength around a centre of "
        + "\(Quantity(center, .nanometers)); it must be below twice the centre", at: "bandwidth")
  }
  return (center, bandwidth)
}

/// What a filter passes where it blocks: a share, or an optical density D that stands for 10^(−D).
private func readLeak(_ section: Section) -> Double {
  guard section.has("optical_density") else {
    return section.fraction("leak", default: .customary(0, "perfect blocking"))
  }
  if section.has("leak") { section.fail("cannot stand beside optical_density; give one of the two", at: "leak") }
  return Quantity.transmission(ofDecibels: 10 * section.number("optical_density", range: .between(0...300)))
}
