import Bench
import Foundation
import Light
import Photonics
import Scenarios
import Testing

@Suite("Filters of a scenario")
struct FilterReadingTests {
  static func text(_ filters: String) -> String {
    """
    name: filters
    excitation: {wavelength: 532 nm, repetition_rate: 5 MHz}
    emitters:
      - name: dot
        levels: [0, X]
        line: {center: 610 nm, fwhm: 28 nm}
        absorbed_photons_per_pulse: 0.1
        states: {only: {transitions: {X -> 0: {lifetime: 20 ns, quantum_yield: 1}}}}
    collection: {coupling: 0.1}
    \(filters)
    beamsplitter: {first_arm: 40 %}
    detectors: [{preset: spcm-aqrh-14}, {preset: spcm-aqrh-14, filters: [{center: 600 nm, bandwidth: 10 nm}]}]
    electronics: {preset: picoharp-300}
    """
  }

  static func bench(_ filters: String, file: String = "bench.yaml") throws -> Bench {
    try readScenario(text(filters), file: file).bench
  }

  /// What is wrong with a scenario in a folder with one file, "x.csv".
  static func faults(_ filters: String, csv: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "filters-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try csv.write(to: folder.appending(path: "x.csv"), atomically: true, encoding: .utf8)
    do {
      _ = try bench(filters, file: folder.path + "/bench.yaml")
      return "none"
    } catch let faults as Diagnostics {
      return faults.description.replacing(folder.path + "/", with: "")
    }
  }

  static func curve(csv: String) throws -> EfficiencyCurve {
    let folder = FileManager.default.temporaryDirectory.appending(path: "filters-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try csv.write(to: folder.appending(path: "x.csv"), atomically: true, encoding: .utf8)
    let filter = try bench("filter: {file: x.csv}", file: folder.path + "/bench.yaml").path.filters[0]
    guard case .table(let curve) = filter.transmission else { throw CocoaError(.featureUnsupported) }
    return curve
  }

  @Test func oneFilterManyAndThoseOfAnArm() throws {
    let one = try Self.bench("filter: {center: 618 nm, bandwidth: 50 nm, optical_density: 6}").path
    #expect(one.filters.map(\.name) == ["filter"])
    #expect(abs(one.filters[0].transmission.value(atNanometers: 532) / 1e-6 - 1) < 1e-12)
    #expect(one.passBand?.centerNanometers == 618)
    let two = try Self.bench(
      "filters: [{name: long-pass, table: {550 nm: 0, 552 nm: 90 %}}, {center: 618 nm, bandwidth: 50 nm}]"
    ).path
    #expect(two.filters.map(\.name) == ["long-pass", "filter 2"])
    #expect(abs(two.filters[0].transmission.value(atNanometers: 551) - 0.45) < 1e-12)
    #expect(two.arms[0].elements.isEmpty && two.arms[1].elements.count == 1)
    #expect(two.arms[1].elements[0].transmission.value(atNanometers: 606) == 0)
    #expect(try Self.bench("").path.filters.isEmpty)
  }

  @Test func aPassBandByItsEdges() throws {
    let path = try Self.bench("filter: {lower_edge: 593 nm, upper_edge: 0.643 um}").path
    #expect(path.passBand?.centerNanometers == 618)
    #expect(path.passBand?.bandwidthNanometers == 50)
    func fault(_ filter: String) -> String {
      do {
        _ = try Self.bench("filter: {\(filter)}")
        return "none"
      } catch {
        return "\(error)"
      }
    }
    #expect(
      fault("lower_edge: 600 nm, upper_edge: 590 nm")
        == "bench.yaml:10:22: error: filter.lower_edge of 600 nm is not below the upper edge of 590 nm")
    #expect(fault("lower_edge: 600 nm").contains("upper_edge"))
    #expect(fault("lower_edge: 600 nm, upper_edge: 640 nm, bandwidth: 40 nm").contains("filter.bandwidth cannot stand"))
  }

  @Test(arguments: [
    "550,0.1\n560,0.9", "# measured\n\nwavelength (nm),T\n550 , 0.1\n560, 0.9\n", "nm;T (%)\n550;10\n560;90,0\n",
    "550\t0.1\r\n560\t0.9\r\n", "550 10 %\n560 90 %".replacingOccurrences(of: " %", with: "%"),
    "wavelength,transmission percent\n550,10\n560,90",
  ])
  func csv(_ text: String) throws {
    let curve = try Self.curve(csv: text)
    #expect(curve.wavelengthsNanometers == [550, 560] && curve.values == [0.1, 0.9])
  }

  @Test(arguments: [
    ("nm,T\n550,0.1\n549,0.2", "x.csv:3: error: wavelengths must rise from row to row, but 549 nm follows 550 nm"),
    ("nm,T\n550,0.1\n550,0.2", "x.csv:3: error: wavelengths must rise from row to row, but 550 nm follows 550 nm"),
    (
      "nm,T\n550,0.1\n551,93.5",
      "x.csv:3: error: transmission 93.5 exceeds 1; if the column is in percent, let its header say '%'"
    ),
    ("nm,T %\n550,0.1\n551,101", "x.csv:3: error: transmission 101 % exceeds 100 %"),
    ("nm,T\n550,-0.01\n551,0.1", "x.csv:2: error: transmission -0.01 is negative"),
    ("nm,T\n550,0.1\n", "x.csv:2: error: a filter table needs at least 2 rows, found 1"),
    ("", "x.csv:1: error: a filter table needs at least 2 rows, found 0"),
    ("nm,T\n550,0.1,7\n", "x.csv:2: error: expected two columns, wavelength and transmission, found 3 columns"),
    ("nm,T\n550,0.1\nabout 551,0.2\n", "x.csv:3: error: expected a wavelength in nm, found 'about 551'"),
    ("nm,T\n550,much\n", "x.csv:2: error: expected a transmission, found 'much'"),
    ("um,T\n0.55,0.1\n", "x.csv:2: error: wavelength must be between 10 and 100000 nm, found 0.55"),
  ])
  func faultyCSV(_ text: String, _ sentence: String) throws {
    #expect(try Self.faults("filter: {file: x.csv}", csv: text) == sentence)
  }

  @Test(arguments: [
    (
      "filter: {file: y.csv}", "bench.yaml:10:16: error: filter.file: 'y.csv' cannot be read: No such file or directory"
    ),
    (
      "filter: {table: {550 nm: 0.1}}", "bench.yaml:10:17: error: filter.table needs at least 2 rows, found 1"
    ),
    (
      "filter: {table: {550 nm: 0.1, 549 nm: 0.2}}",
      "bench.yaml:10:31: error: filter.table must rise from row to row, but 549 nm follows 550 nm"
    ),
    (
      "filter: {table: {550 nm: 0.1, 560 nm: 1.2}}",
      "bench.yaml:10:39: error: filter.table at 560 nm must be between 0 and 1, found 1.2"
    ),
    (
      "filter: {center: 618 nm, bandwidth: 5 nm, leak: 0.1, optical_density: 3}",
      "bench.yaml:10:49: error: filter.leak cannot stand beside optical_density; give one of the two"
    ),
    (
      "filter: {center: 618 nm, file: x.csv}",
      "bench.yaml:10:32: error: filter.file cannot stand beside center; give one or the other"
    ),
    (
      "filter: {center: 618 nm, bandwidth: 5 nm}\nfilters: []",
      "bench.yaml:11:10: error: filters cannot stand beside filter; put all of them in the list"
    ),
  ])
  func faultyScenario(_ filters: String, _ sentence: String) throws {
    #expect(try Self.faults(filters, csv: "550,0.1\n560,0.2") == sentence)
  }

  /// The resolved scenario holds the table and not the file's name, to the last bit.
  @Test func theResolvedScenarioStandsAlone() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "filters-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try "nm,T %\n550.123456789,0.1\n560,93.3\n570,7e-5".write(
      to: folder.appending(path: "x.csv"), atomically: true, encoding: .utf8)
    for filters in ["filter: {file: x.csv}", "filters: [{file: {value: x.csv, chosen: \"made\"}}]"] {
      let scenario = try readScenario(Self.text(filters), file: folder.path + "/bench.yaml")
      let resolved = scenario.resolved.yaml()
      #expect(!resolved.contains("file:"))
      #expect(try readScenario(resolved, file: "elsewhere.yaml").bench == scenario.bench)
    }
  }
}
