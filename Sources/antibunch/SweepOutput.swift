import Reporting
import SweepStore

/// What a sweep found, for JSON, table and report.
struct SweepOutput: Encodable {
  /// One parameter.
  struct Axis: Encodable {
    var path: String
    var unit: String
    var values: [String]
    /// `null` where a value is not a number.
    var numbers: [Double?]
  }

  /// What is known of a point by one method.
  struct Result: Encodable {
    @OrNull var g2Zero: Double?
    @OrNull var g2ZeroUncertainty: Double?
    @OrNull var g2ZeroCorrected: Double?
    @OrNull var g2ZeroCorrectedUncertainty: Double?
    var rateHz: Double
    @OrNull var rateHzUncertainty: Double?
    var signalFraction: Double
    /// The emitters' records over the most that any point of the sweep has by this method; `null` without any.
    @OrNull var signalKept: Double?
    @OrNull var timeNeededS: Double?
    @OrNull var durationS: Double?
    @OrNull var sharesPhotons: Bool?
    var note: String

    enum CodingKeys: String, CodingKey {
      case note
      case g2Zero = "g2_zero"
      case g2ZeroUncertainty = "g2_zero_uncertainty"
      case g2ZeroCorrected = "g2_zero_corrected"
      case g2ZeroCorrectedUncertainty = "g2_zero_corrected_uncertainty"
      case rateHz = "rate_hz"
      case rateHzUncertainty = "rate_hz_uncertainty"
      case signalFraction = "signal_fraction"
      case signalKept = "signal_kept"
      case timeNeededS = "time_needed_s"
      case durationS = "duration_s"
      case sharesPhotons = "shares_photons"
    }

    init(_ result: SweepResult, mostSignalHz: Double) {
      signalKept = mostSignalHz > 0 ? result.rateHz * result.signalFraction / mostSignalHz : nil
      g2Zero = result.g2Zero
      g2ZeroUncertainty = result.g2ZeroUncertainty
      g2ZeroCorrected = result.g2ZeroCorrected
      g2ZeroCorrectedUncertainty = result.g2ZeroCorrectedUncertainty
      rateHz = result.rateHz
      rateHzUncertainty = result.rateHzUncertainty
      signalFraction = result.signalFraction
      timeNeededS = result.timeNeededSeconds
      durationS = result.durationSeconds
      sharesPhotons = result.sharesPhotons
      note = result.note
    }
  }

  /// One combination of values.
  struct Point: Encodable {
    /// The place on each axis, counted from 0.
    var places: [Int]
    @OrNull var prediction: Result?
    @OrNull var simulation: Result?
  }

  var name: String
  var seed: UInt64
  var axes: [Axis]
  /// The last axis runs fastest.
  var points: [Point]
  /// What it says about the simulated points' photons; empty without any.
  var photons: String

  init(_ sweep: SweepDescription, predictions: [Int: SweepResult], simulations: [Int: SweepResult]) {
    name = sweep.name
    seed = sweep.seed
    axes = sweep.axes.map { Axis(path: $0.path, unit: $0.unit, values: $0.texts, numbers: $0.numbers) }
    let most = [predictions, simulations].map { $0.values.map { $0.rateHz * $0.signalFraction }.max() ?? 0 }
    points = (0..<sweep.count).map {
      Point(
        places: sweep.places(of: $0), prediction: predictions[$0].map { Result($0, mostSignalHz: most[0]) },
        simulation: simulations[$0].map { Result($0, mostSignalHz: most[1]) })
    }
    let shared = simulations.values.count { $0.sharesPhotons == true }
    let alone = simulations.count - shared
    photons =
      simulations.isEmpty
      ? ""
      : alone == 0
        ? "All simulated points see the same photons: what differs between neighbours is known better than the error bars of each, and all of them deviate from prediction together."
        : shared == 0
          ? "Every simulated point has photons of its own, with the same seed: \(axes.map(\.path).joined(separator: " or ")) changes what is emitted."
          : "\(shared) simulated points share photons with others that emit alike; \(alone) have photons of their own."
  }
}

extension SweepOutput {
  /// The heads of the columns that tell a point's values: "filter.bandwidth (nm)".
  private var heads: [String] { axes.map { $0.unit.isEmpty ? $0.path : "\($0.path) (\($0.unit))" } }

  /// A point's value on an axis: as a number in the axis' unit, or as it stands in the scenario.
  private func value(_ point: Point, _ axis: Int) -> String {
    let place = point.places[axis]
    return axes[axis].numbers[place].map { "\($0)" } ?? axes[axis].values[place]
  }

  /// One row per point, every number in full.
  var csv: Table {
    let columns = [
      "g2_zero", "g2_zero_uncertainty", "g2_zero_corrected", "g2_zero_corrected_uncertainty", "rate_hz",
      "rate_hz_uncertainty", "signal_fraction", "signal_kept", "time_needed_s",
    ]
    var table = Table(
      (heads + columns.map { "predicted_\($0)" }.filter { !$0.hasSuffix("uncertainty") }
        + columns.map { "simulated_\($0)" } + ["duration_s", "shares_photons", "note"]).map { .init($0) })
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
    for point in points {
      let (p, s) = (point.prediction, point.simulation)
      let values = axes.indices.map { value(point, $0) }
      let predicted = [p?.g2Zero, p?.g2ZeroCorrected, p?.rateHz, p?.signalFraction, p?.signalKept, p?.timeNeededS]
      let simulated = [
        s?.g2Zero, s?.g2ZeroUncertainty, s?.g2ZeroCorrected, s?.g2ZeroCorrectedUncertainty, s?.rateHz,
        s?.rateHzUncertainty, s?.signalFraction, s?.signalKept, s?.timeNeededS, s?.durationS,
      ]
      table.append(
        values + (predicted + simulated).map(text)
          + [s?.sharesPhotons.map { $0 ? "1" : "0" } ?? "", s?.note ?? ""])
    }
    return table
  }

  /// The points for a terminal or a page, rounded.
  var table: Table {
    let isSimulated = points.contains { $0.simulation != nil }
    var table = Table(
      heads.map { .init($0, .right) } + [
        .init("g2(0)", .right), .init("corrected", .right), .init("rate", .right), .init("signal", .right),
        .init("kept", .right), .init("to ± 0.01", .right),
      ] + (isSimulated ? [.init("simulated g2(0)", .right), .init("corrected", .right)] : []))
    func measured(_ value: Double?, _ uncertainty: Double?) -> String {
      guard let value else { return "–" }
      return uncertainty.map { NumberFormat.measured(value, uncertainty: $0) } ?? NumberFormat.fixed(value, places: 4)
    }
    for point in points {
      guard let known = point.prediction ?? point.simulation else { continue }
      var row = axes.indices.map { axis in
        axes[axis].numbers[point.places[axis]].map { NumberFormat.significant($0, digits: 5) } ?? value(point, axis)
      }
      // What is predicted, else what is measured.
      row += [
        measured(point.prediction?.g2Zero, nil), measured(point.prediction?.g2ZeroCorrected, nil),
        NumberFormat.rate(known.rateHz, digits: 4), NumberFormat.percent(known.signalFraction, places: 1),
        known.signalKept.map { NumberFormat.percent($0, places: 1) } ?? "–",
        known.timeNeededS.map { NumberFormat.duration(seconds: $0) } ?? "–",
      ]
      if isSimulated {
        row += [
          measured(point.simulation?.g2Zero, point.simulation?.g2ZeroUncertainty),
          measured(point.simulation?.g2ZeroCorrected, point.simulation?.g2ZeroCorrectedUncertainty),
        ]
      }
      table.append(row)
    }
    return table
  }

  /// For the terminal: name, table, and what must be known about it.
  func text() -> String {
    var lines = [
      name, points.count <= 60 ? table.text() : "\(points.count) points: points.csv and sweep.sqlite hold them",
    ]
    let missing = points.count { $0.prediction == nil && $0.simulation == nil }
    if missing > 0 { lines.append("\(missing) of \(points.count) points are still to be done") }
    lines += notes
    return lines.joined(separator: "\n")
  }

  /// What must be known about the points.
  var notes: [String] {
    var notes = photons.isEmpty ? [] : [photons]
    let faults = points.compactMap { $0.simulation?.note }.filter { !$0.isEmpty }
    if let first = faults.first {
      notes.append("To be known of \(faults.count) of the simulated points, here of the first: \(first)")
    }
    return notes
  }

  /// Writes table, figures and report into a folder.
  func write(to folder: String, command: String) throws {
    try writeText(csv.csv(), to: folder + "/points.csv")
    let figures = sweepFigures(self)
    try makeFolder(folder + "/figures")
    for (name, figure, _) in figures { try writeText(figure.svg(), to: folder + "/figures/\(name).svg") }
    var report = HTMLReport(title: name, subtitle: "over " + axes.map(\.path).joined(separator: " and "))
    report.sections.append(
      .init(
        "Figures",
        figures.isEmpty
          ? [.paragraph("There is nothing to draw: no point has more than one value of a number.")]
          : figures.map { .figure($0.figure, caption: $0.caption) }))
    report.sections.append(
      .init(
        "Points",
        notes.map { .paragraph($0) } + [
          .paragraph(
            "Signal: the emitters' share of the records. Kept: their records over the most that any point of the sweep has."
          ),
          .paragraph(
            "To ± 0.01: how long a recording takes that tells g2(0) to a standard deviation of 0.01. Predicted, for r coincidences per second in a side peak and the mean of n = 40 of them: g (1 + g/n) / (r 0.01²), and no less than 1/(0.01 r); measured: the recording's length times (standard deviation / 0.01)²."
          ), .table(table, caption: ""),
        ]))
    report.footer = ["antibunch \(Antibunch.version), \(command), seed \(seed)"]
    try writeText(report.html(), to: folder + "/report.html")
  }
}
