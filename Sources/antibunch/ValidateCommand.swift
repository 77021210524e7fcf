import ArgumentParser
import Bench
import Scenarios

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Checks scenarios and says what is wrong, and where.")

  @Argument(help: "Scenario files.", completion: .file(extensions: ["yaml"])) var scenarios: [String]

  func run() throws {
    try orFail {
      var faults: [String] = []
      for path in scenarios {
        do {
          let scenario = try readScenarioWithBar(readText(path), file: path)
          print("\(path): \(scenario.bench.name)")
        } catch let diagnostics as Diagnostics {
          faults.append(diagnostics.description)
        }
      }
      if !faults.isEmpty { throw Failure(.badData, faults.joined(separator: "\n")) }
    }
  }
}

struct PresetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "presets", abstract: "Lists the device library, or prints one preset with the source of its values.")

  @Argument(help: "A preset.") var name: String?

  func run() throws {
    guard let name else {
      for preset in Presets.catalogue { print("\(preset.name)  (\(preset.kind))") }
      return
    }
    guard let text = Presets.text(named: name) else {
      throw ValidationError(
        "there is no preset '\(name)'; there are \(Presets.catalogue.map(\.name).joined(separator: ", "))")
    }
    print(text, terminator: "")
  }
}
