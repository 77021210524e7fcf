import Analysis
import Bench
import Detectors
import Emitters
import Light
import Photonics
import Prediction
import Reporting
import Scenarios

/// The figures and the page of a run.
struct RunReport {
  let scenario: Scenario
  let predictor: Predictor
  let measurement: Measurement
  let comparison: Comparison
  let record: SimulationRecord
  let seed: UInt64
  /// The expected histogram of coincidences, in the bins of the measured one.
  let expectedCoincidences: (delaysNanoseconds: [Double], coincidences: [Double])?

  init(_ run: ScenarioRun, seed: UInt64) {
    (scenario, predictor, measurement) = (run.scenario, run.predictor, run.measurement)
    (comparison, record) = (run.comparison, run.record)
    self.seed = seed
    expectedCoincidences = run.measurement.output.g2.map { g2 in
      run.predictor.correlationHistogram(
        binNanoseconds: Double(g2.binWidthPs) / 1e3, range: Double(g2.tauPs.last ?? 0) / 1e3,
        durationSeconds: run.record.seconds)
    }
  }

  /// The numbers behind table and figures.
  var numbers: RunComparison {
    RunComparison(
      comparison, coincidences: expectedCoincidences,
      decay: measurement.output.lifetime.map {
        predictor.decayHistogram(
          steps: $0.histogram.count, delayNanoseconds: $0.pulseNs, durationSeconds: record.seconds)
      })
  }

  /// Figures by file name.
  var figures: [(name: String, figure: Figure)] {
    var list: [(name: String, figure: Figure)] = []
    if let g2 = measurement.output.g2 { list.append(("g2", correlation(g2))) }
    if let lifetime = measurement.output.lifetime { list.append(("decay", decayFigure(lifetime, counts: "simulated"))) }
    list.append(("trace", trace))
    list.append(("spectra", spectra))
    return list
  }

  /// The coincidence histogram with the prediction over it.
  private func correlation(_ g2: CorrelationResult) -> Figure {
    let bin = Double(g2.binWidthPs) / 1e3
    let expected = expectedCoincidences ?? ([], [])
    return Figure(
      title: "Second-order correlation", x: .init("delay τ", unit: "ns"),
      y: .init("coincidences per \(NumberFormat.significant(bin, digits: 3)) ns"),
      series: [
        .steps(
          start: Double(g2.tauPs.first ?? 0) / 1e3 - bin / 2, width: bin, heights: g2.coincidences.map(Double.init),
          isFilled: true,
          label: "simulated"),
        .line(x: expected.delaysNanoseconds, y: expected.coincidences, label: "predicted", color: .vermilion),
      ])
  }

  private var trace: Figure {
    let bin = measurement.trace.binWidthSeconds
    return Figure(
      title: "Intensity", x: .init("time", unit: "s"),
      y: .init("count rate", unit: "kcps"),
      series: measurement.trace.counts.sorted { $0.key < $1.key }.map { channel, counts in
        .steps(
          start: 0, width: bin, heights: counts.map { Double($0) / bin / 1e3 }, isFilled: false,
          label: "channel \(channel)")
      })
  }

  /// What arrives at the filter, and what the filter passes; without laser light, which is brighter by orders of magnitude.
  private var spectra: Figure {
    var bench = scenario.bench
    bench.background.removeAll { $0.spectrum.centerNanometers == bench.excitation.wavelengthNanometers }
    let wavelengths = PredictionOutput.wavelengths(bench)
    let rates = Dictionary(predictor.componentRatesHz.map { ($0.name, $0.rateHz) }, uniquingKeysWith: +)
    let toFilter = [bench.path.coupling] + bench.path.losses.map(\.transmission)
    var series: [Figure.Series] = []
    for component in bench.background {
      series.append(
        .area(
          x: wavelengths,
          y: wavelengths.map {
            component.rateHz * component.spectrum.density(atNanometers: $0)
              * bench.wayToFilter(of: component).value(atNanometers: $0)
          },
          label: component.name, color: nil))
    }
    for emitter in bench.emitters {
      for state in emitter.states {
        var sum = [Double](repeating: 0, count: wavelengths.count)
        for transition in state.scheme.transitions {
          guard let line = transition.line else { continue }
          let levels = state.scheme.levels
          let rate = rates["\(emitter.name)/\(state.name)/\(levels[transition.from])→\(levels[transition.to])"] ?? 0
          let detected = bench.detectionProbabilities(ofEmitted: line).reduce(0, +)
          guard detected > 0 else { continue }
          for (i, wavelength) in wavelengths.enumerated() {
            sum[i] +=
              rate / detected * line.density(atNanometers: wavelength) * toFilter.value(atNanometers: wavelength)
          }
        }
        series.append(.line(x: wavelengths, y: sum, label: "\(emitter.name), \(state.name)"))
      }
    }
    var marks: [Figure.Mark] = []
    if let filter = bench.path.passBand {
      let edges = filter.edgesNanometers
      marks.append(.range(edges.lower...edges.upper, text: "filter", color: .skyBlue))
    }
    return Figure(
      title: "Light at the filter", x: .init("wavelength", unit: "nm"), y: .init("photons per second and nm"),
      series: series, marks: marks)
  }

  /// The self-contained page.
  var page: String {
    var report = HTMLReport(
      title: scenario.bench.name,
      subtitle:
        "\(NumberFormat.duration(seconds: record.seconds)) · seed \(seed)\(record.isInterrupted ? " · interrupted, partial" : "")"
    )
    for row in comparison.rows where row.name.hasPrefix("g2(0)") || row.name.hasSuffix("lifetime") {
      guard let simulated = row.simulated, row.name != "g2(0), pedestal off the centre only" else { continue }
      if measurement.output.g2 != nil && row.name.hasSuffix("lifetime") { continue }
      var notes: [String] = []
      if let expected = row.expected {
        notes.append("predicted \(NumberFormat.significant(expected, digits: 4))")
      }
      if let paper = row.paper { notes.append("paper \(paper.value) ± \(paper.within)") }
      report.headline.append(
        .init(
          row.name, simulated.value, uncertainty: simulated.uncertainty, unit: row.unit,
          note: notes.joined(separator: " · "),
          holds: row.paper.map { abs(simulated.value - $0.value) <= $0.within }))
    }
    let captions: [String: String] = [
      "g2":
        "Coincidences of the two detectors against the delay between them. The histogram is the recording; the line is calculated from the bench without random numbers. The centre peak against its neighbours is g2(0).",
      "decay":
        "Photons against the time after the laser pulse, the fit by Poisson maximum likelihood, and its residuals in standard deviations. A T2 recording has no sync: there the pulse is recovered from the stream.",
      "trace": "Count rate over the recording: the steps are the emitter changing between its slow states.",
      "spectra":
        "What arrives at the filter, per second and nanometre, averaged over the slow states, and the pass band.",
    ]
    report.sections.append(
      .init(
        "Paper, prediction, simulation",
        [
          .paragraph(
            "Predicted values follow from the bench alone; a predicted lifetime is what the same fit finds in the predicted decay, and the lifetimes put in stand beside its name. Simulated values are measured on the time-tag file by the same routines that serve real recordings. The uncertainty of a rate includes blinking. The distance from the paper is in standard deviations of both, the paper's being the tolerance the scenario states."
          ),
          .table(comparison.table, caption: ""),
        ] + predictor.leftOut.map { .paragraph("Left out of the prediction: \($0)") }
          + measurement.output.notes.map { .paragraph("Not measured: \($0)") }))
    var place = Table([.init("device and environment"), .init("", .right)])
    scenario.device.map(DeviceOutput.init)?.append(to: &place)
    scenario.environment.map { EnvironmentOutput($0, scenario.bench.emitters) }?.append(to: &place)
    if scenario.device != nil || scenario.environment != nil {
      report.sections.append(
        .init(
          "Device and environment",
          [
            .table(
              place,
              caption:
                "The environment speeds up radiative rates only, so the ratio of lifetimes is smaller than the factor.")
          ]))
    }
    report.sections.append(
      .init("Figures", figures.map { .figure($0.figure, caption: captions[$0.name] ?? "") }))
    var causes = Table([.init("cause"), .init("predicted rate", .right), .init("records", .right)])
    for (i, component) in predictor.componentRatesHz.enumerated() where i < record.photonsPerOrigin.count {
      causes.append(
        component.name, NumberFormat.rate(component.rateHz), NumberFormat.count(record.photonsPerOrigin[i]))
    }
    report.sections.append(
      .init("Causes", [.table(causes, caption: "Rates before dead times; records by their truth.")]))
    var inputs = Table([.init("value"), .init(""), .init("source")])
    for value in scenario.resolved.values where value.provenance != nil {
      inputs.append(
        value.path, value.content.shortText, value.provenance.map { "\($0.kind.rawValue): \($0.text)" } ?? "")
    }
    report.sections.append(.init("Inputs", [.table(inputs, caption: "Every value with its source.")]))
    report.footer = ["antibunch \(Antibunch.version) · seed \(seed)"]
    return report.html()
  }
}
