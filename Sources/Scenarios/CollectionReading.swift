import Light
import Optics

/// How light is collected: the route, what of the emitters' light enters it, and the losses up to the filters.
struct Collection {
  var route: LightPath.Route?
  var coupling: Transmission
  var losses: [LightPath.Element]
}

/// Reads `collection`: a coupling and losses, or sections `objective` and `waveguide` with a coupling and losses each, of
/// which `route` takes one; losses beside them come last on either route.
///
/// - Parameter device: gives the coupling into the waveguide where the section leaves it to the device.
func readCollection(_ section: Section, device: Device?) -> Collection {
  let routes = LightPath.Route.allCases
  let route = section.has("route") ? section.choice("route", of: LightPath.Route.self) : nil
  var sections: [LightPath.Route: (coupling: Transmission, losses: [LightPath.Element])] = [:]
  for route in routes where section.has(route.rawValue) {
    let own = section.section(route.rawValue)
    sections[route] = (readCoupling(own, device: route == .waveguide ? device : nil), readLosses(own))
  }
  let common = readLosses(section)
  guard !sections.isEmpty else {
    return Collection(
      route: route, coupling: readCoupling(section, device: route == .objective ? nil : device), losses: common)
  }
  if section.has("coupling") {
    section.fail(
      "cannot stand beside \(sections.keys.map(\.rawValue).sorted().joined(separator: " and ")); give it in there",
      at: "coupling")
  }
  guard let route else {
    section.fail("needs a route: \(routes.map(\.rawValue).joined(separator: " or "))")
    return Collection(route: nil, coupling: .constant(0), losses: common)
  }
  guard let taken = sections[route] else {
    section.fail("takes a route that it does not describe, \(route.rawValue)", at: "route")
    return Collection(route: route, coupling: .constant(0), losses: common)
  }
  return Collection(route: route, coupling: taken.coupling, losses: taken.losses + common)
}

private func readCoupling(_ section: Section, device: Device?) -> Transmission {
  guard let device else { return readShare(section, "coupling") }
  if section.has("coupling") {
    section.fail(
      "comes from the device (device.source is \(device.source.rawValue)); leave it out here", at: "coupling")
  }
  return .constant(device.coupling)
}

private func readLosses(_ section: Section) -> [LightPath.Element] {
  section.optionalSection("losses").map { $0.sections().map(readElement) } ?? []
}
