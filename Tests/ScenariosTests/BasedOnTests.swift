import Bench
import Emitters
import Foundation
import Light
import Photonics
import Scenarios
import Testing

/// `based_on`: a document laid over another one.
@Suite("Documents based on others")
struct BasedOnTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "based-on-\(UUID())")

  private func write(_ texts: [String: String]) throws {
    for (name, text) in texts {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
  }

  private func read<Value>(_ name: String, _ body: (Section) throws -> Value) throws -> (Value, Resolved) {
    let file = folder.appending(path: name).path
    return try readDocument(try String(contentsOfFile: file, encoding: .utf8), file: file, body)
  }

  private func fault(_ name: String, _ body: (Section) throws -> Void) -> String {
    do {
      _ = try read(name, body)
      return "none"
    } catch {
      return "\(error)".replacing(folder.path + "/", with: "")
    }
  }

  /// Keys of sections one by one, items of lists by number, whole lists at once, and `none` for what shall not be there.
  @Test func laysKeysOverKeys() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write([
      "base.yaml": """
      laser: {wavelength: 532 nm, rate: 5 MHz}
      parts: [{name: one, size: 1}, {name: two, size: 2}]
      numbers: [1, 2, 3]
      extra: {size: 4}
      """,
      "sub/middle.yaml": "based_on: ../base.yaml\nparts: {0: {size: 8}, 1: {size: 20}}\n",
      "sub/top.yaml":
        "based_on: middle.yaml\nlaser: {wavelength: 575 nm}\nparts: {1: {size: 30}}\nnumbers: [7]\nextra: none\n",
    ])
    let (found, resolved) = try read("sub/top.yaml") { root in
      let laser = root.section("laser")
      let parts = root.list("parts", atLeast: 1)
      return (
        laser.quantity("wavelength", in: .nanometers), laser.quantity("rate", in: .hertz),
        parts.map { $0.string("name") }, parts.map { $0.number("size") }, root.numbers("numbers"),
        root.optionalSection("extra") == nil
      )
    }
    #expect(found.0 == 575 && found.1 == 5e6)
    #expect(found.2 == ["one", "two"] && found.3 == [8, 30])
    #expect(found.4 == [7] && found.5)
    // What is resolved stands alone.
    #expect(!resolved.yaml().contains("based_on"))
  }

  @Test func faultsTellTheirPlace() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try write([
      "base.yaml": "laser: {wavelenght: 532 nm}\nparts: [{size: 1}]\n",
      "typo.yaml": "based_on: base.yaml\n",
      "beyond.yaml": "based_on: base.yaml\nlaser: none\nparts: {1: {size: 3}}\n",
      "gone.yaml": "\nbased_on: nowhere.yaml\n",
      "round.yaml": "based_on: trip.yaml\n",
      "trip.yaml": "based_on: round.yaml\n",
      "section.yaml": "based_on: {file: base.yaml}\n",
      "late.yaml": "laser:\n  based_on: base.yaml\n",
    ])
    func read(_ root: Section) {
      _ = root.optionalSection("laser")?.quantity("wavelength", in: .nanometers)
      _ = root.list("parts").map { $0.number("size") }
    }
    #expect(
      fault("typo.yaml", read).hasPrefix("base.yaml:1:9: error: unknown key 'wavelenght'; did you mean 'wavelength'?"))
    #expect(fault("beyond.yaml", read) == "beyond.yaml:3:19: error: parts has 1 item")
    #expect(
      fault("gone.yaml", read)
        == "gone.yaml:2:11: error: based_on: 'nowhere.yaml' cannot be read: No such file or directory")
    #expect(fault("round.yaml", read) == "trip.yaml:1:11: error: based_on: 'round.yaml' is based on itself")
    #expect(
      fault("section.yaml", read)
        == "section.yaml:1:11: error: based_on: expected the name of a scenario, found a section")
    #expect(fault("late.yaml", read).contains("unknown key 'based_on'"))
  }

  /// Files that the base names stand relative to the base; overrides lie over everything.
  @Test func readsTheBasesFiles() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let home = try String(contentsOfFile: "Scenarios/fibre-hbt.yaml", encoding: .utf8)
    try write([
      "home/fibre.yaml": home + "\nfilters: [{name: long-pass, file: curves/pass.csv}]\n",
      "home/curves/pass.csv": "nm,transmission\n500,0\n600,0.9\n800,0.9\n",
      "other/variant.yaml": "based_on: ../home/fibre.yaml\nfilter: none\nexcitation: {wavelength: 575 nm}\n",
    ])
    let file = folder.appending(path: "other/variant.yaml").path
    let scenario = try readScenario(
      try String(contentsOfFile: file, encoding: .utf8), file: file,
      overrides: [Override("excitation.repetition_rate", "2 MHz")])
    #expect(scenario.bench.excitation.wavelengthNanometers == 575)
    #expect(scenario.bench.excitation.repetitionRateHz == 2e6)
    #expect(scenario.bench.path.filters.map(\.name) == ["long-pass"])
    let again = try readScenario(scenario.resolved.yaml(header: "resolved"), file: "resolved.yaml")
    #expect(again.bench == scenario.bench)
  }
}
