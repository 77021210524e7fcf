import Analysis
import Bench
import Glibc
import Prediction
import Reporting
import Scenarios

/// What the paper proposes against background, each held against the home scenario.
struct PaperProposal: Encodable {
  var proposal: String
  var scenario: String
  var rateHz: Double
  var signalFraction: Double
  var g2Zero: Double
  var g2ZeroBackgroundFree: Double
  /// How long a recording takes until the counting error of g2(0) is 0.01.
  @OrNull var timeNeededSeconds: Double?
  var verdict: String

  enum CodingKeys: String, CodingKey {
    case proposal, scenario, verdict
    case rateHz = "rate_hz"
    case signalFraction = "signal_fraction"
    case g2Zero = "g2_zero"
    case g2ZeroBackgroundFree = "g2_zero_background_free"
    case timeNeededSeconds = "time_needed_s"
  }

  /// Of the home scenario and each proposal, time gating last.
  static func all(_ scenarios: PaperScenarios) throws -> [PaperProposal] {
    let home = try PaperProposal("as it is", "fibre-hbt.yaml", scenarios)
    var list = [home]
    for (name, file, note) in [
      ("575 nm excitation", "excitation-575nm.yaml", ""),
      (
        "excitation through the guide", "excitation-through-guide.yaml",
        "; it lights the silver all along the guide, whatever power it saves"
      ),
      ("plasmonic antenna, 95 % coupling", "plasmonic-antenna.yaml", "; quenching by the metal is left out"),
    ] {
      var proposal = try PaperProposal(name, "proposals/" + file, scenarios)
      proposal.verdict = proposal.verdict(against: home) + note
      list.append(proposal)
    }
    for (name, file) in [
      ("time gating, all luminescence as fast as the paper says", "proposals/time-gating.yaml"),
      ("time gating, with the slow part the literature reports", "fibre-hbt.yaml"),
    ] {
      let predictor = Predictor(bench: try scenarios.read(file).bench)
      let gates = try GatePrediction(predictor, starts: nil, stops: nil, criterion: .lowestG2(keep: 0.5))
      guard let best = gates.best else { throw Failure(.fault, "error: \(file): no gate keeps half of the signal") }
      // The emitters' own pairs within the same gate.
      let own = predictor.withoutBackground.gated([(best.startNs, best.stopNs)], recordedAfter: gates.originNs)
      let error = best.g2ZeroUncertainty / 0.01
      let kept = home.signalFraction * best.signalKept + (1 - home.signalFraction) * best.backgroundKept
      var proposal = home
      (proposal.proposal, proposal.scenario) = (name, file)
      proposal.rateHz = home.rateHz * kept
      proposal.signalFraction = best.signalFraction
      proposal.g2Zero = best.g2Zero
      proposal.g2ZeroBackgroundFree = own?[0]?.g2Zero ?? .nan
      proposal.timeNeededSeconds = best.sidePeakMean > 0 ? gates.durationS * error * error : nil
      proposal.verdict = "\(proposal.word(against: home)): \(gates.verdict)"
      list.append(proposal)
    }
    return list
  }

  private init(_ name: String, _ file: String, _ scenarios: PaperScenarios) throws {
    let predictor = Predictor(bench: try scenarios.read(file).bench)
    proposal = name
    scenario = file
    rateHz = predictor.recordedRatesHz.reduce(0, +)
    signalFraction = predictor.signalFraction
    g2Zero = predictor.g2Zero ?? .nan
    g2ZeroBackgroundFree = predictor.g2ZeroBackgroundFree ?? .nan
    timeNeededSeconds = predictor.secondsNeeded(forG2Uncertainty: 0.01)
    verdict = ""
  }

  private func word(against home: PaperProposal) -> String {
    let change = g2Zero / home.g2Zero - 1
    return change < -0.05 ? "helps" : change > 0.05 ? "does harm" : "changes little"
  }

  private func verdict(against home: PaperProposal) -> String {
    "\(word(against: home)): g2(0) \(NumberFormat.fixed(home.g2Zero, places: 3)) → \(NumberFormat.fixed(g2Zero, places: 3))"
  }

  static func table(_ list: [PaperProposal]) -> Table {
    var table = Table([
      .init("proposal"), .init("g2(0)", .right), .init("without background", .right), .init("signal", .right),
      .init("rate", .right), .init("time to ±0.01", .right), .init("verdict"),
    ])
    for one in list {
      table.append(
        one.proposal, NumberFormat.fixed(one.g2Zero, places: 3),
        NumberFormat.fixed(one.g2ZeroBackgroundFree, places: 3),
        NumberFormat.percent(one.signalFraction, places: 1), NumberFormat.rate(one.rateHz, digits: 3),
        one.timeNeededSeconds.map { NumberFormat.duration(seconds: $0) } ?? "–", one.verdict)
    }
    return table
  }
}
