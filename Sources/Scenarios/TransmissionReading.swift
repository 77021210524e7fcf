import Light
import Optics

/// A share of light: `70 %`, a loss in dB, or a table of shares against wavelength.
///
/// - Returns: a table is linear between its rows and constant outside them.
func readShare(_ section: Section, _ key: String) -> Transmission {
  if section.isTable(key) {
    return tabulated(section.table(key, x: .nanometers, y: .one, xRange: .positive, yRange: .between(0...1)))
  }
  let given = section.quantity(key, of: [.fraction, .loss])
  guard given.unit.dimension == .loss else {
    let share = given.value(in: .one)
    if !(0...1).contains(share) { section.fail("must be between 0 and 1, found \(given)", at: key) }
    return .constant(min(1, max(0, share)))
  }
  if given.value < 0 { section.fail("must be at least 0 dB, found \(given)", at: key) }
  return .constant(Quantity.transmission(ofDecibels: max(0, given.value(in: .decibels))))
}

/// A share of light that may differ from route to route: `{objective: 20 %, waveguide: 0.1 %}`, or one for the route taken.
///
/// - Parameter route: the route that the bench takes; `nil` where the scenario does not say.
func readShare(_ section: Section, _ key: String, of route: LightPath.Route?) -> Transmission {
  let names = LightPath.Route.allCases.map(\.rawValue)
  guard section.keys(within: key).contains(where: names.contains) else { return readShare(section, key) }
  let routes = section.section(key)
  var shares: [LightPath.Route: Transmission] = [:]
  for route in LightPath.Route.allCases where routes.has(route.rawValue) {
    shares[route] = readShare(routes, route.rawValue)
  }
  guard let route else {
    routes.fail("needs collection.route to say which of them holds: \(names.joined(separator: " or "))")
    return .constant(0)
  }
  guard let share = shares[route] else {
    routes.fail("says nothing about the route that collection takes, \(route.rawValue)")
    return .constant(0)
  }
  return share
}

/// An element on the way: its transmission, its loss in dB, or a loss in dB per length and the length. Each is a number or a
/// table against wavelength; a table of losses is turned into transmissions and linear between those.
func readElement(_ name: String, _ section: Section) -> LightPath.Element {
  guard section.has("loss") else {
    return .init(name: name, transmission: readShare(section, "transmission"))
  }
  if section.has("transmission") {
    section.fail("cannot stand beside loss; give one of the two", at: "transmission")
  }
  let length = section.has("length") ? section.quantity("length", in: .centimeters, range: .between(0...1e8)) : nil
  let unit = length == nil ? Quantity.Unit.decibels : .decibelsPerCentimeter
  if section.isTable("loss") {
    let rows = section.table("loss", x: .nanometers, y: unit, xRange: .positive, yRange: .notNegative)
    return .init(
      name: name,
      transmission: tabulated(
        rows.map { Point(x: $0.x, y: Quantity.transmission(ofDecibels: $0.y * (length ?? 1))) }))
  }
  let given = section.quantity("loss", of: [.loss, .attenuation])
  guard given.unit.dimension == unit.dimension else {
    section.fail(
      length == nil
        ? "of \(given) is a loss per length; give the length beside it"
        : "of \(given) cannot stand beside a length; write a loss per length such as '0.4 dB/cm'", at: "loss")
    return .init(name: name, transmission: 1)
  }
  let loss = given.value(in: unit) * (length ?? 1)
  if loss < 0 { section.fail("must be at least 0 dB, found \(given)", at: "loss") }
  return .init(name: name, transmission: Quantity.transmission(ofDecibels: max(0, loss)))
}

/// A table as read.
func tabulated(_ rows: [Point]) -> Transmission {
  rows.isEmpty ? .constant(1) : .table(EfficiencyCurve(wavelengthsNanometers: rows.map(\.x), values: rows.map(\.y)))
}
