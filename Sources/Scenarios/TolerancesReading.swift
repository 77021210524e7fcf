import Light
import Optics

/// How devices differ: `{strip: {width: {spread: 10 nm}}, dipole: {position: uniform, orientation: random}}`.
///
/// - Parameters:
///   - device: the scenario's.
///   - guide: what its file describes; `nil` for a device that carries its numbers itself, as in a resolved scenario.
func readTolerances(_ section: Section, device: Device?, guide: Guide?) -> Tolerances {
  if device?.source != .model {
    let found = device.map { "device.source is \($0.source.rawValue)" } ?? "the scenario has no device"
    section.fail("need a device that is calculated, device: {source: model, guide: FILE}; \(found)")
  }
  let strip = section.optionalSection("strip")
  if let guide, guide.crossSection.strip == nil {
    section.fail("need a strip, and the guide '\(guide.name)' has none")
  } else if let guide, guide.stripLengthNanometers == nil {
    section.fail("need strip.length in the guide '\(guide.name)'; light leaves a strip for the guide where it ends")
  }
  func spread(_ key: String, _ size: Double?) -> Double {
    guard let one = strip?.optionalSection(key) else { return 0 }
    let spread = one.quantity("spread", in: .nanometers, range: .notNegative)
    if let size, spread > size / 10 {
      one.fail("must be at most a tenth of strip.\(key), \(Quantity(size / 10, .nanometers))", at: "spread")
    }
    return spread
  }
  let size = guide?.crossSection.strip
  let (width, height) = (spread("width", size?.widthNanometers), spread("height", size?.heightNanometers))
  let dipole = section.optionalSection("dipole")
  let position =
    dipole?.choice(
      "position", of: Tolerances.Position.self, default: .chosen(.fixed, "where the guide's file puts it")) ?? .fixed
  let orientation =
    dipole?.choice(
      "orientation", of: Tolerances.Orientation.self, default: .chosen(.averaged, "over all directions")) ?? .averaged
  if let guide, orientation != .averaged, !guide.isSymmetricAboutDipole {
    dipole?.fail(
      "must be averaged for a dipole or strip beside the guide's middle, where rates across and upright mix",
      at: "orientation")
  }
  return Tolerances(
    widthSpreadNanometers: width, heightSpreadNanometers: height, position: position, orientation: orientation,
    sample: section.integer(
      "sample", range: .between(0...1_000_000_000), default: .chosen(1, "numbers the batch of devices")))
}

extension Guide {
  /// Whether the dipole lies in the plane about which the section is its own mirror image.
  var isSymmetricAboutDipole: Bool { crossSection.isSymmetric && (dipole?.offsetNanometers ?? 0) == 0 }
}
