import Light
import Optics

/// A device: `{source: measured, guide: guides/tio2-strip.yaml}`. Coupling and Purcell factor come from the guide's file, from
/// the section that the source names, unless they are written here; the resolved document holds them and not the file's name.
/// The guide is returned as well, where there is one.
func readDevice(_ section: Section) -> (device: Device, guide: Guide?) {
  let source = section.choice("source", of: Device.Source.self)
  let found = section.has("guide") ? guideValues(section, source) : nil
  let given = found?.values
  func value(_ key: String, _ read: (String) -> Double) -> Double {
    guard let given, !section.has(key) else { return read(key) }
    guard let value = given[key], let number = value.number else { return 0 }
    section.record(value, at: key)
    return number
  }
  let device = Device(
    source: source, coupling: value("coupling") { section.fraction($0) },
    purcellFactor: value("purcell") { section.number($0, range: .above(0).and(.atMost(1e6))) })
  return (device, found?.guide)
}

/// The guide, and what its file says of the device, by key. Faults are reported.
private func guideValues(
  _ section: Section, _ source: Device.Source
) -> (guide: Guide?, values: [String: ResolvedValue]) {
  guard let (_, name, path, text) = section.file("guide") else { return (nil, [:]) }
  let guide: Guide
  let resolved: Resolved
  do {
    (guide, resolved) = try readGuide(text, file: path)
  } catch {
    (error as? Diagnostics)?.all.forEach(section.reader.report)
    return (nil, [:])
  }
  guard let key = source.guideSection else {
    // Nothing is solved for numbers that are written here.
    let isGiven = section.has("coupling") && section.has("purcell")
    return (guide, isGiven ? [:] : modelValues(section, guide, name))
  }
  var values: [String: ResolvedValue] = [:]
  for quantity in ["coupling", "purcell"] where !section.has(quantity) {
    values[quantity] = resolved["\(key).\(quantity)"]
    if values[quantity] == nil { section.fail("'\(name)' does not say \(key).\(quantity)", at: "guide") }
  }
  return (guide, values)
}

/// What the mode solver says of the device, by key: the share of the dipole's own rate that leaves in one direction, which is
/// where the fibre is, and its rate over that on the bare substrate.
private func modelValues(_ section: Section, _ guide: Guide, _ name: String) -> [String: ResolvedValue] {
  guard let deviceModel = section.reader.deviceModel else {
    section.fail(
      "is to be calculated, and the mode solver is not part of this library; write device.coupling and device.purcell, "
        + "or use the resolved scenario that 'antibunch run' leaves", at: "guide")
    return [:]
  }
  do {
    let model = try deviceModel(guide)
    func value(_ number: Double, _ what: String) -> ResolvedValue {
      ResolvedValue(
        path: "", content: .plain(Quantity.text(of: number)), number: number, unit: nil,
        provenance: Provenance(.derived, "\(what), modes and total rate of \(name)"), range: nil, origin: .byDefault)
    }
    return [
      "coupling": value(
        model.coupling, "rate into the guide in one direction over the total rate"),
      "purcell": value(model.purcellFactor, "total rate over that on the bare substrate"),
    ]
  } catch {
    let why = (error as? Diagnostic)?.message ?? "\(error)"
    section.fail("cannot be calculated: \(why)", at: "guide")
    return [:]
  }
}

extension Device.Source {
  /// The section of a guide's file that holds its numbers; `nil` for those that are calculated from the rest of the file.
  var guideSection: String? {
    switch self {
    case .model: nil
    case .paperFDTD: "published"
    case .measured: "measured"
    }
  }
}

/// What a guide's file says that somebody else simulated or measured on this guide; kept in the resolved document.
func readGuideNumbers(_ root: Section) {
  for key in [Device.Source.paperFDTD, .measured].compactMap(\.guideSection) {
    guard root.has(key) else { continue }
    let section = root.section(key)
    _ = section.optionalFraction("coupling")
    _ = section.optionalNumber("purcell", range: .above(0).and(.atMost(1e6)))
    _ = section.optionalNumber("increase", range: .above(0).and(.atMost(1e6)))
    _ = section.optionalString("note")
  }
}
