import Glibc
import Reporting

/// The figures of a sweep: curves over the last axis, or maps over two.
func sweepFigures(_ sweep: SweepOutput) -> [(name: String, figure: Figure, caption: String)] {
  guard let last = sweep.axes.last, let x = last.rising, x.count > 1 else { return [] }
  if sweep.axes.count == 2, let other = sweep.axes[0].rising, other.count > 1 { return maps(sweep, other, x) }
  return curves(sweep, x)
}

/// One quantity of a point.
private struct Quantity: Sendable {
  var name: String
  var label: String
  var unit = ""
  var value: @Sendable (SweepOutput.Result) -> Double?
  var uncertainty: @Sendable (SweepOutput.Result) -> Double? = { _ in nil }
  var isLogarithmic = false

  static let all = [
    Quantity(name: "g2", label: "g2(0)", value: { $0.g2Zero }, uncertainty: { $0.g2ZeroUncertainty }),
    Quantity(
      name: "g2-corrected", label: "g2(0) corrected for background", value: { $0.g2ZeroCorrected },
      uncertainty: { $0.g2ZeroCorrectedUncertainty }),
    Quantity(
      name: "rate", label: "rate", unit: "kcps", value: { $0.rateHz / 1e3 },
      uncertainty: { $0.rateHzUncertainty.map { $0 / 1e3 } }),
    Quantity(name: "signal", label: "signal fraction", value: { $0.signalFraction }),
    Quantity(name: "kept", label: "signal kept", value: { $0.signalKept }),
    Quantity(name: "time", label: "time to ± 0.01", unit: "s", value: { $0.timeNeededS }, isLogarithmic: true),
  ]
}

// MARK: Curves

private func curves(_ sweep: SweepOutput, _ x: [Double]) -> [(name: String, figure: Figure, caption: String)] {
  let colors: [Figure.Color] = [.blue, .vermilion, .green, .purple, .orange, .skyBlue]
  // One line for each combination of the other axes' values, as many as can be told apart.
  let rows = stride(from: 0, to: sweep.points.count, by: x.count).map { Array(sweep.points[$0..<($0 + x.count)]) }
  let shown = rows.prefix(colors.count)
  func label(_ row: [SweepOutput.Point]) -> String? {
    let others = sweep.axes.indices.dropLast()
    return others.isEmpty ? nil : others.map { sweep.axes[$0].values[row[0].places[$0]] }.joined(separator: ", ")
  }
  func series(
    _ quantity: Quantity, _ name: String? = nil, _ color: Figure.Color? = nil, isLabelled: Bool = true
  ) -> [Figure.Series] {
    zip(shown, colors).flatMap { row, own -> [Figure.Series] in
      let color = color ?? own
      let label = label(row)
      var series: [Figure.Series] = []
      let hasPrediction = row.contains { $0.prediction != nil }
      if hasPrediction {
        series.append(
          .line(
            x: x, y: row.map { $0.prediction.flatMap(quantity.value) ?? .nan },
            label: isLabelled ? label ?? [name, "predicted"].compactMap { $0 }.joined(separator: ", ") : nil,
            color: color))
      }
      let simulated = zip(x, row).compactMap { x, point -> (x: Double, y: Double, uncertainty: Double)? in
        guard let result = point.simulation, let y = quantity.value(result) else { return nil }
        return (x, y, quantity.uncertainty(result) ?? 0)
      }
      if !simulated.isEmpty {
        series.append(
          .points(
            x: simulated.map(\.x), y: simulated.map(\.y), uncertainty: simulated.map(\.uncertainty),
            // With other axes the line's label is the points', too.
            label: !isLabelled || label != nil && hasPrediction
              ? nil : label ?? [name, "simulated"].compactMap { $0 }.joined(separator: ", "), color: color))
      }
      return series
    }
  }
  let axis = sweep.axes[sweep.axes.count - 1].figureAxis
  // Purity against brightness, where what varies costs light.
  func purity() -> [Figure.Series] {
    func pairs(_ method: KeyPath<SweepOutput.Point, SweepOutput.Result?>) -> [(
      kept: Double, result: SweepOutput.Result
    )] {
      rows[0].compactMap { point in
        point[keyPath: method].flatMap { result in result.signalKept.map { ($0, result) } }
      }.sorted { $0.0 < $1.0 }
    }
    let lines = pairs(\.prediction)
    let points = pairs(\.simulation).filter { $0.result.g2Zero != nil }
    return [
      .line(x: lines.map(\.kept), y: lines.map { $0.result.g2Zero ?? .nan }, label: "predicted", color: .blue),
      .points(
        x: points.map(\.kept), y: points.map { $0.result.g2Zero ?? .nan },
        uncertainty: points.map { $0.result.g2ZeroUncertainty ?? 0 }, label: "simulated", color: .blue),
    ]
  }
  let left = rows.count > shown.count ? " The first \(shown.count) of \(rows.count) combinations." : ""
  let photons = sweep.photons.isEmpty ? "" : " " + sweep.photons
  let isSingle = rows.count == 1
  let all = Quantity.all
  var figures: [(name: String, figure: Figure, caption: String)] = []
  // Raw and corrected in one picture, where there is one line of each.
  let g2 =
    isSingle
    ? series(all[0], "as measured") + series(all[1], "corrected for background", .vermilion) : series(all[0])
  figures.append(
    (
      "g2", Figure(title: "g2(0)", x: axis, y: .init("g2(0)", range: span(g2: sweep)), series: g2),
      "g2(0): lines are exact expectations, points are simulated recordings with their standard deviations.\(photons)\(left)"
    ))
  if !isSingle {
    figures.append(
      ("g2-corrected", Figure(title: all[1].label, x: axis, y: .init("g2(0)"), series: series(all[1])), left))
  }
  if isSingle {
    figures.append(
      (
        "purity",
        Figure(
          title: "Purity against brightness", x: .init("signal kept"), y: .init("g2(0)", range: span(g2: sweep)),
          series: purity()),
        "g2(0) against the emitters' records, as a share of the most that a point of this sweep has. A point further down and to the right is better in both."
      ))
  }
  var brightness = Figure(title: "Brightness", x: axis, y: .init("rate", unit: "kcps"), series: series(all[2]))
  brightness.panels.append(.init(y: .init("signal fraction"), series: series(all[3], isLabelled: false)))
  brightness.height = 560
  figures.append(
    ("brightness", brightness, "Records per second of all detectors, and the emitters' share of them.\(left)"))
  figures.append(
    (
      "time",
      Figure(
        title: "Time to know g2(0) to ± 0.01", x: axis, y: .init("time", unit: "s", scale: .log), series: series(all[5])
      ),
      "How long a recording takes that tells g2(0) to a standard deviation of 0.01.\(left)"
    ))
  return figures
}

/// g2(0) from zero on, up to what points and lines reach.
private func span(g2 sweep: SweepOutput) -> ClosedRange<Double>? {
  let values = sweep.points.flatMap { point -> [Double] in
    [point.prediction?.g2Zero, point.simulation.flatMap { s in s.g2Zero.map { $0 + (s.g2ZeroUncertainty ?? 0) } }]
      .compactMap { $0 }
  }
  return values.max().map { 0...max(1.08 * $0, 0.01) }
}

// MARK: Maps

private func maps(
  _ sweep: SweepOutput, _ y: [Double], _ x: [Double]
) -> [(name: String, figure: Figure, caption: String)] {
  let (first, second) = (sweep.axes[0], sweep.axes[1])
  return [("predicted", \SweepOutput.Point.prediction), ("simulated", \SweepOutput.Point.simulation)].flatMap {
    word, method in
    Quantity.all.compactMap { quantity -> (name: String, figure: Figure, caption: String)? in
      func values(_ method: KeyPath<SweepOutput.Point, SweepOutput.Result?>) -> [Double] {
        sweep.points.map { point in
          point[keyPath: method].flatMap(quantity.value).map { quantity.isLogarithmic ? log10($0) : $0 } ?? .nan
        }
      }
      let own = values(method)
      guard own.contains(where: \.isFinite) else { return nil }
      // The same colours by both methods, those of the prediction: points of few counts would take all of them.
      let predicted = values(\.prediction).filter(\.isFinite)
      let all = predicted.isEmpty ? own.filter(\.isFinite) : predicted
      let range = all.min().flatMap { low in all.max().map { low...$0 } }
      let label = quantity.isLogarithmic ? "log10 of the \(quantity.label)" : quantity.label
      var figure = Figure(
        title: "\(quantity.label), \(word)", x: second.figureAxis, y: first.figureAxis)
      figure.panels[0].heatMap = .init(
        xEdges: edges(x, isLogarithmic: second.isLogarithmic), yEdges: edges(y, isLogarithmic: first.isLogarithmic),
        values: own, label: label, unit: quantity.unit, range: range)
      return ("\(quantity.name)-\(word)", figure, "")
    }
  }
}

/// The lines half-way between rising values.
private func edges(_ values: [Double], isLogarithmic: Bool) -> [Double] {
  let values = isLogarithmic ? values.map(log) : values
  let middles = zip(values, values.dropFirst()).map { ($0 + $1) / 2 }
  let (first, last) = (values[0], values[values.count - 1])
  let edges = [2 * first - middles[0]] + middles + [2 * last - middles[middles.count - 1]]
  return isLogarithmic ? edges.map(exp) : edges
}

extension SweepOutput.Axis {
  /// Its numbers, if they rise.
  fileprivate var rising: [Double]? {
    let known = numbers.compactMap { $0 }
    return known.count == numbers.count && zip(known, known.dropFirst()).allSatisfy({ $0 < $1 }) ? known : nil
  }

  /// Whether its numbers have equal ratios.
  fileprivate var isLogarithmic: Bool {
    guard let x = rising, x.count > 2, x[0] > 0 else { return false }
    let ratio = x[1] / x[0]
    return zip(x, x.dropFirst()).allSatisfy { abs($1 / $0 / ratio - 1) < 1e-6 }
  }

  fileprivate var figureAxis: Figure.Axis { .init(path, unit: unit, scale: isLogarithmic ? .log : .linear) }
}
