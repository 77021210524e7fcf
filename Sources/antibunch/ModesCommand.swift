import ArgumentParser
import Photonics
import Reporting
import Scenarios

struct ModesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modes",
    abstract: "Solves the guided modes of a waveguide's cross-section, and where a dipole's light goes.",
    discussion: """
      With a strip of finite length on a guide: how much light passes from the strip into the guide. --map solves that for \
      every combination of values; with -o a page of figures is written. Results are kept in $ANTIBUNCH_CACHE, else in \
      $XDG_CACHE_HOME/antibunch or ~/.cache/antibunch.
      """)

  @Argument(
    help: "The guide, a YAML file that describes its cross-section, or a scenario whose device names one.",
    completion: .file(extensions: ["yaml"]))
  var guide: String
  @Option(help: "How many modes at most, from the highest effective index down.") var count = 8
  @Flag(
    help:
      "Only the modes and the dipole's rate into each: a second, where all that follows takes a minute the first time.")
  var modesOnly = false
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Another value in the file, for example --set \"strip.width=205 nm\".", valueName: "path=value"))
  var overrides: [String] = []
  @Option(
    name: .customLong("map"),
    help: ArgumentHelp(
      "Values for one path, a list or a range FROM..TO:COUNT, for example --map \"strip.width=120nm..300nm:10\"; twice for a map.",
      valueName: "path=values"))
  var axes: [String] = []
  @Flag(
    name: .customLong("map-total"), help: "The map also tells the total rate; takes seconds for each of its points.")
  var mapTotal = false
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("A folder for report, figures and tables.", valueName: "folder"))
  var output: String?
  @Option(help: "How many sections are solved at the same time; does not change the results.") var threads: Int?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if !(1...60).contains(count) { throw ValidationError("--count must be between 1 and 60, found \(count)") }
    if axes.count > 2 { throw ValidationError("--map may be given once or twice, found \(axes.count) times") }
    try checkThreads(threads)
  }

  func run() throws {
    try orFail {
      var guide = guide
      var text = try readText(guide)
      if let named = try guideFile(ofScenario: text, file: guide) {
        guide = named
        text = try readText(named)
      }
      let changes = try overrides.map { try Override(parsing: $0) }
      let axes = try axes.map { try ValueRange(parsing: $0, option: "--map") }
      let threads = threads ?? EngineOptions.processors
      let file = GuideFile(text: text, file: guide, overrides: changes)
      // First, for it reads all its values before it solves anything.
      let map =
        axes.isEmpty
        ? nil
        : try DeviceMap(axes: axes, file: file, withTotal: mapTotal, threads: threads)
      let solution = try DeviceSolution(file, count: count, modesOnly: modesOnly, threads: threads)
      var result = ModesOutput(solution)
      result.map = map?.output
      if let output {
        try DeviceReport(solution, output: result, map: map, command: guide).write(to: output)
      }
      if json {
        print(try JSONOutput.encode(result), terminator: "")
      } else {
        printTables(solution.guide, result, map)
        if let output { print("report: \(output)/report.html") }
      }
    }
  }

  private func printTables(_ guide: Guide, _ output: ModesOutput, _ map: DeviceMap?) {
    print(guide.name)
    print(output.modeTable.text())
    if let coupling = output.coupling {
      print(
        "into all of them: \(NumberFormat.significant(coupling.rateOverFreeSpace, digits: 4)) of the free-space rate"
          + (coupling.beta.map { ", \(NumberFormat.percent($0, places: 2)) of the dipole's own" } ?? ""))
    }
    if let transfer = output.transfer {
      print(
        "from the strip into the guide, both ends: "
          + "\(NumberFormat.significant(transfer.bothEnds.average, digits: 4)) of the free-space rate"
          + (output.normalisation?.shareOfOwnRate.map {
            ", \(NumberFormat.percent($0, places: 2)) of the dipole's own"
          } ?? ""))
    }
    if let near = output.nearlyGuided {
      print(
        "within \(NumberFormat.significant(near.indices, digits: 2)) below cutoff: "
          + "\(NumberFormat.significant(near.rateOverFreeSpace, digits: 4)) of the free-space rate, "
          + "on the bare substrate \(NumberFormat.significant(near.onBareSubstrate, digits: 4))")
    }
    if let purcell = output.purcell {
      print(
        "total rate over that on the bare substrate: \(NumberFormat.significant(purcell.overSubstrate, digits: 4))"
          + (purcell.flatLayersOverSubstrate.map {
            ", with the guide as a flat layer \(NumberFormat.significant($0, digits: 4))"
          } ?? ""))
    }
    if let collection = output.collection {
      print(
        "an objective of NA \(NumberFormat.significant(collection.numericalAperture, digits: 3)) collects "
          + "\(NumberFormat.percent(collection.shareOfOwnRate.average, places: 1)) of the dipole's own rate")
    }
    if !output.variants.isEmpty { print(output.variantTable.text()) }
    if let map {
      print(map.table.text())
      let best = zip(map.axes, zip(map.place(map.best), map.units)).map {
        "\($0.path) \(NumberFormat.significant($1.0, digits: 6)) \($1.1)"
      }
      print(
        "most light in the guide: \(best.joined(separator: ", ")), "
          + NumberFormat.significant(map.points[map.best].bothEnds, digits: 4))
    }
    for note in output.notes { print(note) }
  }
}

extension ModesOutput {
  /// The modes, one in a row.
  var modeTable: Table {
    var table = Table([
      .init("mode"), .init("n_eff", .right), .init("n_group", .right), .init("area", .right),
      .init("in strip", .right), .init("rate/free space", .right), .init("beta", .right),
    ])
    for mode in modes {
      table.append(
        mode.polarization, NumberFormat.fixed(mode.effectiveIndex, places: 6),
        NumberFormat.fixed(mode.groupIndex, places: 4),
        "\(NumberFormat.significant(mode.effectiveAreaUm2, digits: 3)) um2",
        NumberFormat.percent(mode.stripConfinement, places: 1),
        mode.rateOverFreeSpace.map { NumberFormat.significant($0.average, digits: 4) } ?? "–",
        mode.beta.map { NumberFormat.percent($0.average, places: 3) } ?? "–")
    }
    return table
  }

  /// The variants, one in a row.
  var variantTable: Table {
    var table = Table([
      .init("variant"), .init("into the guide/free space", .right), .init("mean along the strip", .right),
      .init("over the design", .right), .init("loss (dB/cm)", .right),
    ])
    for variant in variants {
      table.append(
        variant.name, NumberFormat.significant(variant.bothEnds, digits: 3),
        NumberFormat.significant(variant.meanOverPosition, digits: 3),
        NumberFormat.significant(variant.relative, digits: 3),
        variant.lossDecibelsPerCentimeter.map { NumberFormat.significant($0, digits: 3) }.joined(separator: ", "))
    }
    return table
  }
}
