import Light
import Optics

/// The ways to the detectors: `beamsplitter` for two of them, `beamsplitters` for any number.
///
/// - Parameter detectors: their names; where beamsplitters name what they feed, no two may be alike.
func readArms(_ root: Section, detectors: [String]) -> [LightPath.Arm] {
  if root.has("beamsplitters") {
    if root.has("beamsplitter") {
      root.fail("cannot stand beside beamsplitters; put all of them in the list", at: "beamsplitter")
    }
    return readTree(root.list("beamsplitters", atLeast: 1), detectors: detectors)
  }
  if detectors.count == 2 {
    let ports = readPorts(root.section("beamsplitter"))
    return ports.shares.map { .init(share: $0, elements: ports.loss) }
  }
  if detectors.count > 2 {
    root.fail("of this number need beamsplitters, a list of which each names the two it feeds", at: "detectors")
  } else if root.has("beamsplitter") {
    root.fail("needs two detectors, found \(detectors.count)", at: "beamsplitter")
  }
  return detectors.map { _ in .init(share: .constant(1)) }
}

/// What leaves a beamsplitter by its two ports: `{first_arm: 50 %, loss: 0.3 dB}`; each may be a table against wavelength.
private func readPorts(_ section: Section) -> (shares: [Transmission], loss: [LightPath.Element]) {
  let first = readShare(section, "first_arm")
  let second: Transmission =
    switch first {
    case .table(let curve): .table(curve.complement)
    case .bandPass: .constant(0)
    }
  let loss = section.has("loss") || section.has("transmission") ? [readElement("beamsplitter", section)] : []
  return ([first, second], loss)
}

/// A tree of beamsplitters, the first of the list first in the light: each feeds two others or detectors, by name.
private func readTree(_ sections: [Section], detectors: [String]) -> [LightPath.Arm] {
  struct Splitter {
    var name: String
    var ports: (shares: [Transmission], loss: [LightPath.Element])
    var feeds: [String]
  }
  let splitters = sections.enumerated().map { i, section in
    Splitter(
      name: section.string("name", default: .chosen("beamsplitter \(i + 1)", "numbered")), ports: readPorts(section),
      feeds: section.strings("feeds", atLeast: 2))
  }
  let nothing = detectors.map { _ in LightPath.Arm(share: .constant(1)) }
  if let twin = detectors.indices.first(where: { detectors[..<$0].contains(detectors[$0]) }) {
    sections[0].fail(
      "cannot tell two detectors named '\(detectors[twin])' apart; give each a name of its own", at: "feeds")
    return nothing
  }
  // What stands behind what: later in the list, so that no light runs in circles.
  var ways: [String: LightPath.Arm] = [:]
  var isSound = true
  for (i, splitter) in splitters.enumerated() {
    let section = sections[i]
    func refuse(_ message: String, at key: String? = nil) {
      section.fail(message, at: key)
      isSound = false
    }
    let way = i == 0 ? LightPath.Arm(shares: []) : ways[splitter.name]
    if detectors.contains(splitter.name) || splitters[..<i].contains(where: { $0.name == splitter.name }) {
      refuse("'\(splitter.name)' is the name of something else, too; names must tell apart what is fed", at: "name")
    } else if way == nil {
      refuse("gets no light: no beamsplitter before it in the list feeds '\(splitter.name)'")
    }
    if splitter.feeds.count != 2 { refuse("must name two, found \(splitter.feeds.count)", at: "feeds") }
    let later = detectors + splitters[(i + 1)...].map(\.name)
    for (port, fed) in splitter.feeds.prefix(2).enumerated() {
      if !later.contains(fed) {
        let near = nearestName(to: fed, among: later).map { "did you mean '\($0)'?" }
        refuse(
          "names '\(fed)', which is no detector and no beamsplitter further down; "
            + (near ?? "there are \(later.joined(separator: ", "))"), at: "feeds")
      } else if ways[fed] != nil {
        refuse("names '\(fed)', which is fed already", at: "feeds")
      } else {
        ways[fed] = LightPath.Arm(
          shares: (way?.shares ?? []) + [splitter.ports.shares[port]],
          elements: (way?.elements ?? []) + splitter.ports.loss)
      }
    }
  }
  guard isSound else { return nothing }
  return detectors.map { name in
    guard let way = ways[name] else {
      sections[0].fail("and those behind it leave detector '\(name)' without light")
      return LightPath.Arm(share: .constant(1))
    }
    return way
  }
}
