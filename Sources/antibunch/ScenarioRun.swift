import Bench
import Prediction
import Scenarios
import Simulation

/// A scenario simulated, predicted, and measured as any recording is.
struct ScenarioRun {
  let scenario: Scenario
  let predictor: Predictor
  let simulator: Simulator
  let record: SimulationRecord
  let measurement: Measurement
  let comparison: Comparison

  /// - Parameters:
  ///   - paths: files for the recording; the first is measured.
  ///   - precision: the target at which the recording ends, if it is to end at one, and what reads the scenario again with
  ///     the length that the recording then has.
  init(
    _ scenario: Scenario, seed: UInt64, threads: Int, into paths: [String],
    until precision: (target: PrecisionTarget, lasting: (_ seconds: Double) throws -> Scenario)? = nil
  ) throws {
    simulator = Simulator(bench: scenario.bench, seed: seed)
    record = try simulate(
      simulator, threads: threads, into: paths,
      comment: "\(scenario.bench.name); antibunch \(Antibunch.version), seed \(seed)", until: precision?.target)
    let scenario = try precision?.lasting(record.seconds) ?? scenario
    self.scenario = scenario
    predictor = Predictor(bench: scenario.bench)
    // From here on the recording is a file like any other.
    measurement = try Measurement(of: paths[0], predictor: predictor, seconds: record.seconds)
    comparison = Comparison(
      scenario: scenario, predictor: predictor, measurement: measurement, simulator: simulator, record: record)
  }
}
