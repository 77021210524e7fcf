import Analysis
import ArgumentParser
import Bench
import Emitters
import Prediction
import Reporting
import Scenarios
import Simulation

struct ScanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "scan",
    abstract: "Draws the count image of a raster scan over a sample, and finds the spots in it.",
    discussion: """
      The folder holds the image (scan.svg, scan.png), the counts (counts.csv; counts.npy with -1 where the scan did not \
      come to), the counts to expect (expected.npy), those of the emitters alone (signal.npy), the spots found and their \
      emitters (scan.json), what caused the counts (truth.json), and the resolved scenario.
      """)

  @OptionGroup var scenarioOptions: ScenarioOptions
  @OptionGroup var engineOptions: EngineOptions

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("The folder of the scan; runs/NAME if not given.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON instead of a table.") var json = false

  func run() throws {
    try orFail {
      let (scenario, scan) = try scenarioOptions.loadScan()
      let folder = output ?? "runs/\(baseName(scenarioOptions.scenario))"
      try makeFolder(folder)
      warnOfEmittersOutside(scan)

      let simulator = ScanSimulator(scan: scan, seed: engineOptions.seed)
      Interruption.watch()
      let progress = ProgressBar("scanning")
      let record = simulator.run(threads: engineOptions.threadCount) { fraction in
        progress.update(fraction: fraction)
        return !Interruption.isRequested
      }
      progress.finish()
      let predicting = ProgressBar("predicting")
      let prediction = ScanPrediction(scan: scan, threads: engineOptions.threadCount) {
        predicting.update(fraction: $0)
      }
      predicting.finish()
      let result = try ScanOutput(scan: scan, record: record, prediction: prediction, seed: engineOptions.seed)

      let (rows, columns) = (scan.raster.rows, scan.raster.columns)
      try writeText(Self.csv(result), to: folder + "/counts.csv")
      try writeBytes(NumPyArray.bytes(rows: rows, columns: columns, record.counts), to: folder + "/counts.npy")
      try writeBytes(NumPyArray.bytes(rows: rows, columns: columns, record.signalCounts), to: folder + "/signal.npy")
      try writeBytes(
        NumPyArray.bytes(rows: rows, columns: columns, prediction.expectedCounts), to: folder + "/expected.npy")
      try writeText(JSONOutput.encode(result), to: folder + "/scan.json")
      try writeText(JSONOutput.encode(ScanTruth(simulator, record)), to: folder + "/truth.json")
      try writeText(scanFigure(result, scan: scan).svg(), to: folder + "/scan.svg")
      try writeBytes(scanHeatMap(result, scan: scan).png(), to: folder + "/scan.png")
      try writeText(
        scenario.resolved.yaml(header: "Resolved from \(scenarioOptions.scenario): every value, with its source"),
        to: folder + "/scenario.yaml")

      if json {
        print(try JSONOutput.encode(result), terminator: "")
      } else {
        print(scan.bench.name)
        print(result.table.text())
        print("image: \(folder)/scan.svg")
      }
      if result.partial {
        throw Failure(
          .interrupted,
          "interrupted: the image holds the first \(record.visited) of \(scan.raster.pixelCount) pixels and is marked partial"
        )
      }
    }
  }

  private func warnOfEmittersOutside(_ scan: ScanBench) {
    for (emitter, place) in zip(scan.bench.emitters, scan.emitterPlaces) where !scan.raster.contains(place) {
      standardError(
        "warning: '\(emitter.name)' at (\(NumberFormat.significant(place.xMicrometers)), "
          + "\(NumberFormat.significant(place.yMicrometers))) um lies outside the field of "
          + "\(NumberFormat.significant(scan.raster.widthMicrometers)) x "
          + "\(NumberFormat.significant(scan.raster.heightMicrometers)) um")
    }
  }

  /// One line per pixel, in the order of the image.
  private static func csv(_ output: ScanOutput) -> String {
    var text = "x_um,y_um,counts,expected_counts\n"
    for (row, y) in output.yUm.enumerated() {
      for (column, x) in output.xUm.enumerated() {
        let counts = output.counts[row][column]
        text += "\(x),\(y),\(counts < 0 ? "" : "\(counts)"),\(output.expectedCounts[row][column])\n"
      }
    }
    return text
  }
}
