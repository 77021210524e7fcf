import Bench
import Glibc
import Prediction
import Reporting
import Scenarios
import Simulation

/// The scan image of Fig. 5, and how many nanocrystals are single.
struct PaperSample {
  var rows: [PaperRow] = []
  var figures: [(name: String, figure: Figure, caption: String)] = []

  init(_ scenarios: PaperScenarios) throws {
    let scenario = try scenarios.read("scan-strip.yaml")
    guard let scan = scenario.scan else { throw Failure(.fault, "error: scan-strip.yaml holds no scan") }
    let simulator = ScanSimulator(scan: scan, seed: scenarios.seed)
    let record = simulator.run(threads: scenarios.threads) { _ in !Interruption.isRequested }
    let image = try ScanOutput(
      scan: scan, record: record, prediction: ScanPrediction(scan: scan, threads: scenarios.threads),
      seed: scenarios.seed)
    guard !image.partial else { throw Failure(.interrupted, "interrupted while scanning") }
    // The brightest spot is the paper's yellow point.
    let spot = image.spots.max { $0.countsPerSecond < $1.countsPerSecond }
    for (axis, paper, ours) in [
      ("x", 6.0, spot.map { ($0.xUm, $0.xUmUncertainty) }), ("y", 16, spot.map { ($0.yUm, $0.yUmUncertainty) }),
    ] {
      rows.append(
        try PaperRow(
          "nanocrystal in the scan, \(axis)", unit: "µm", place: "main text, Optical characterisation, Fig. 5: about",
          paper: .init(paper), kind: .putIn(.init(path: "sample.emitters[0].\(axis)", resolved: scenario.resolved)),
          ours: ours.map { .init($0.0, $0.1) }, scenario: "scan-strip.yaml"))
    }
    figures.append(
      (
        "5", scanFigure(image, scan: scan),
        "Counts of a simulated scan, with the outlines of guide and strip, and the spot that the search finds."
      ))

    let path = scenarios.path("glass-sites.yaml")
    let text = try readText(path)
    let count = 1000
    func read(site: Int) throws -> Scenario {
      try readScenario(text, file: path, overrides: [Override("placement.site", "\(site)")])
    }
    let sites = try SitesOutput(count: count, scenario: read)
    let occupied = Double(sites.sites.count { $0.emitters > 0 })
    guard let share = sites.singleShare else {
      throw Failure(.fault, "error: glass-sites.yaml: no site of \(count) holds an emitter")
    }
    rows.append(
      try PaperRow(
        "nanocrystals that are single photon emitters", place: "main text, Results: more than 90 %", paper: .init(0.9),
        kind: .calibrated(.init(path: "placement.mean_number", resolved: try read(site: 0).resolved)),
        ours: .init(share, (share * (1 - share) / occupied).squareRoot()), scenario: "glass-sites.yaml",
        note: "a lower bound; emitters at random, share of occupied sites with one"))
  }
}
