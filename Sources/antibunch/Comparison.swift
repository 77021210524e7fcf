import Analysis
import Bench
import Emitters
import Glibc
import Prediction
import Reporting
import Scenarios
import Simulation

/// Paper, prediction and simulation side by side.
struct Comparison {
  /// One quantity.
  struct Row {
    var name: String
    /// The name with what belongs beside it.
    var label: String?
    var unit: String
    var paper: (value: Double, within: Double)?
    /// Calculated.
    var expected: Double?
    var simulated: (value: Double, uncertainty: Double)?
    /// What recordings of this length scatter by, where that is calculated: a recording sees only a few of the longest
    /// dwells and cannot tell by itself.
    var scatter: Double?

    /// (simulated − predicted) in standard deviations of the simulation.
    var fromExpected: Double? {
      guard let expected, let simulated else { return nil }
      let uncertainty = scatter ?? simulated.uncertainty
      return uncertainty > 0 ? (simulated.value - expected) / uncertainty : nil
    }
    /// (simulated − paper) in standard deviations of both.
    var fromPaper: Double? {
      guard let paper, let simulated else { return nil }
      return (simulated.value - paper.value) / hypot(simulated.uncertainty, paper.within)
    }
  }
  var rows: [Row] = []
  var expectations: [ExpectationOutput] = []

  init(
    scenario: Scenario, predictor: Predictor, measurement: Measurement, simulator: Simulator,
    record: SimulationRecord
  ) {
    let bench = scenario.bench
    for (i, rate) in measurement.rates.enumerated() where i < predictor.recordedRatesHz.count {
      rows.append(
        Row(
          name: "rate of channel \(rate.channel)", unit: "cps",
          expected: predictor.recordedRatesHz[i], simulated: (rate.rate, rate.uncertainty),
          scatter: predictor.rateStandardDeviationHz(i, overSeconds: record.seconds)))
    }
    let photons = Double(record.photonsPerOrigin.reduce(0, +))
    let fraction = trueSignalFraction(origins: simulator.origins, counts: record.photonsPerOrigin)
    rows.append(
      Row(
        name: "signal fraction", unit: "", expected: predictor.signalFraction,
        simulated: (fraction, photons > 0 ? (fraction * (1 - fraction) / photons).squareRoot() : 0),
        scatter: Self.scatterOfSignalFraction(predictor, seconds: record.seconds, photons: photons)))
    if let g2 = measurement.output.g2 {
      rows.append(
        Row(
          name: "g2(0)", unit: "", paper: Self.paper(.g2Zero, scenario),
          expected: Self.expectedG2(predictor, g2), simulated: (g2.g2Zero, g2.g2ZeroUncertainty)))
      if let corrected = g2.backgroundCorrected {
        rows.append(
          Row(
            name: "g2(0), background corrected (ρ²)", unit: "", paper: Self.paper(.g2ZeroCorrected, scenario),
            expected: Self.expectedG2(predictor.withoutBackground, g2),
            simulated: (corrected.rhoSquared.value, corrected.rhoSquared.uncertainty)))
        rows.append(
          Row(
            name: "g2(0), pedestal off the centre only", unit: "",
            simulated: (corrected.centerOnly.value, corrected.centerOnly.uncertainty)))
      }
    }
    if let lifetime = measurement.output.lifetime {
      let put = Self.excitonLifetimes(bench)
      let predicted = Self.fitOfPredictedDecay(predictor, like: lifetime, seconds: record.seconds)
      let found = lifetime.components
      func row(
        _ name: String, _ quantity: Scenario.Expectation.Quantity, _ put: Double?, _ predicted: Double?,
        _ value: (Double, Double)
      ) {
        let label = put.map { "\(name) (put in: \(NumberFormat.significant($0, digits: 4)) ns)" } ?? name
        rows.append(
          Row(
            name: name, label: label, unit: "ns", paper: Self.paper(quantity, scenario), expected: predicted,
            simulated: value))
      }
      if let first = found.first, let last = found.last {
        row(
          "short lifetime", .shortLifetime, put?.short, predicted?.components.first?.lifetimeNs,
          (first.lifetimeNs, first.lifetimeNsUncertainty ?? 0))
        row(
          "long lifetime", .longLifetime, put?.long, predicted?.components.last?.lifetimeNs,
          (last.lifetimeNs, last.lifetimeNsUncertainty ?? 0))
        let uncertainty = found.reduce(0) { hypot($0, $1.lifetimeNsUncertainty ?? 0) } / Double(found.count)
        row(
          "mean lifetime, equal weights", .meanLifetime, put.map { ($0.short + $0.long) / 2 },
          predicted?.meanLifetimeNs.equalWeight,
          (lifetime.meanLifetimeNs.equalWeight, uncertainty))
      }
    }
    let names: [Scenario.Expectation.Quantity: String] = [
      .g2Zero: "g2(0)", .g2ZeroCorrected: "g2(0), background corrected (ρ²)", .shortLifetime: "short lifetime",
      .longLifetime: "long lifetime", .meanLifetime: "mean lifetime, equal weights",
    ]
    expectations = scenario.expectations.compactMap { expectation in
      guard let simulated = rows.first(where: { $0.name == names[expectation.quantity] })?.simulated else {
        return ExpectationOutput(
          name: expectation.quantity.rawValue, value: nil, uncertainty: nil, expected: expectation.value,
          within: expectation.within, holds: false)
      }
      return ExpectationOutput(
        name: expectation.quantity.rawValue, value: simulated.value, uncertainty: simulated.uncertainty,
        expected: expectation.value, within: expectation.within,
        holds: abs(simulated.value - expectation.value) <= expectation.within)
    }
  }

  /// A brighter stretch of blinking has a larger share of signal: dρ = (1 − ρ) dS/S, beside counting.
  private static func scatterOfSignalFraction(_ predictor: Predictor, seconds: Double, photons: Double) -> Double? {
    let fraction = predictor.signalFraction
    guard fraction > 0, photons > 0 else { return nil }
    // Both detectors see the same blinking.
    let rate = predictor.recordedRatesHz[0]
    let relative = predictor.rateStandardDeviationHz(0, overSeconds: seconds) / (rate * fraction)
    return hypot(fraction * (1 - fraction) * relative, (fraction * (1 - fraction) / photons).squareRoot())
  }

  /// What the measurement must find: pulsed, the ratio of peaks; continuous, the mean over the bins it averages.
  private static func expectedG2(_ predictor: Predictor, _ g2: CorrelationResult) -> Double? {
    predictor.isContinuous
      ? predictor.g2Zero(averagedWithin: Double(g2.binWidthPs) / 1e3) : predictor.g2Zero
  }

  private static func paper(
    _ quantity: Scenario.Expectation.Quantity, _ scenario: Scenario
  ) -> (value: Double, within: Double)? {
    scenario.expectations.first { $0.quantity == quantity }.map { ($0.value, $0.within) }
  }

  /// The same fit as the recording's on the expected decay: what the fit must find but for noise, whatever it is that
  /// the bench's decay is not a sum of two exponentials.
  private static func fitOfPredictedDecay(
    _ predictor: Predictor, like lifetime: LifetimeResult, seconds: Double
  ) -> LifetimeResult? {
    let steps = lifetime.histogram.count
    guard steps > 0 else { return nil }
    // A thousand times the counts: rounding to whole photons no longer matters.
    let expected = predictor.decayHistogram(
      steps: steps, delayNanoseconds: lifetime.pulseNs, durationSeconds: 1000 * seconds)
    let decay = FoldedDecay(
      counts: expected.map { Int($0.rounded()) }, binPs: lifetime.periodNs * 1e3 / Double(steps),
      periodPs: lifetime.periodNs * 1e3)
    return try? fitDecay(
      decay,
      options: LifetimeOptions(
        components: lifetime.components.count, fitStartNs: lifetime.fitStartNs, fitStopNs: lifetime.fitStopNs))
  }

  /// The lifetimes of the single exciton in the emitter's states.
  private static func excitonLifetimes(_ bench: Bench) -> (short: Double, long: Double)? {
    let lifetimes = bench.emitters.flatMap(\.states).compactMap { state -> Double? in
      let rate = state.scheme.transitions.filter { $0.from == 1 }.reduce(0) { $0 + $1.ratePerNanosecond }
      return rate > 0 ? 1 / rate : nil
    }
    guard let short = lifetimes.min(), let long = lifetimes.max(), short < long else { return nil }
    return (short, long)
  }

  /// For the terminal and the report.
  var table: Table {
    var table = Table([
      .init("quantity"), .init("paper", .right), .init("predicted", .right), .init("simulated", .right),
      .init("sim. − pred. (σ)", .right), .init("sim. − paper (σ)", .right),
    ])
    for row in rows {
      func number(_ value: Double) -> String {
        row.unit == "cps"
          ? NumberFormat.fixed(value, places: 1) : NumberFormat.fixed(value, places: row.unit == "ns" ? 3 : 4)
      }
      let unit = row.unit.isEmpty ? "" : " \(row.unit)"
      table.append(
        row.label ?? row.name,
        row.paper.map { "\($0.value) ± \($0.within)\(unit)" } ?? "–",
        row.expected.map { "\(number($0))\(unit)" } ?? "–",
        row.simulated.map {
          $0.uncertainty > 0
            ? NumberFormat.measured($0.value, uncertainty: $0.uncertainty, unit: row.unit)
            : "\(number($0.value))\(unit)"
        } ?? "–",
        row.fromExpected.map { NumberFormat.fixed($0, places: 1) } ?? "–",
        row.fromPaper.map { NumberFormat.fixed($0, places: 1) } ?? "–")
    }
    return table
  }
}
