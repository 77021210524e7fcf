import Glibc
import Photonics
import Reporting
import Scenarios

/// The pictures of a device: fields, transfer along the strip, place along it, map.
struct DeviceFigures {
  let solution: DeviceSolution
  let map: DeviceMap?

  /// All there are, by the name of their files.
  var all: [(name: String, figure: Figure, caption: String)] {
    var list: [(name: String, figure: Figure, caption: String)] = []
    if let fields { list.append(fields) }
    if let transfer { list.append(transfer) }
    if let candidates { list.append(candidates) }
    if let maps { list += maps }
    return list
  }

  private var section: CrossSection { solution.guide.crossSection }

  // MARK: Fields

  /// The modes that share strip and guide and the bare guide's of the same polarization, else the first three.
  private var shown: [(title: String, mode: GuidedMode)] {
    func index(_ mode: GuidedMode) -> String { "n = \(NumberFormat.fixed(mode.effectiveIndex, places: 4))" }
    guard let transfer = solution.transfer, let pair = transfer.supermodePair else {
      return solution.modes.prefix(3).enumerated().map { ("\($1.polarization.rawValue) mode \($0), \(index($1))", $1) }
    }
    var list: [(title: String, mode: GuidedMode)] = []
    for (name, number) in [("first", pair.0), ("second", pair.1)] {
      let wanted = transfer.supermodes[number].effectiveIndex
      guard let mode = solution.modes.min(by: { abs($0.effectiveIndex - wanted) < abs($1.effectiveIndex - wanted) })
      else { continue }
      list.append(("with the strip, \(name) \(mode.polarization.rawValue) supermode, \(index(mode))", mode))
    }
    if let bare = solution.bareModes.first(where: { $0.polarization == transfer.supermodes[pair.0].polarization }) {
      list.append(("without the strip, \(bare.polarization.rawValue), \(index(bare))", bare))
    }
    return list
  }

  private var fields: (name: String, figure: Figure, caption: String)? {
    let depth = section.guide.map { $0.depthNanometers * 1.35 } ?? 600
    let half = max((section.guide?.widthNanometers ?? 0) / 2 * 1.25, (section.strip?.widthNanometers ?? 0) * 2)
    let top = section.surface(atX: section.strip?.offsetNanometers ?? 0) + 250
    let columns = 320
    let step = 2 * half / Double(columns)
    let rows = max(2, Int((top + depth) / step))
    var figure = Figure(
      title: "Electric field across the guide", x: .init("x", unit: "µm"), y: .init("y", unit: "µm"))
    figure.isToScale = true
    figure.grid = .none
    figure.panels = shown.map { title, mode in
      let isUpright = mode.polarization == .tm
      var values: [Double] = []
      values.reserveCapacity(columns * rows)
      for j in 0..<rows {
        for i in 0..<columns {
          let field = mode.field.electric(
            x: -half + (Double(i) + 0.5) * step, y: -depth + (Double(j) + 0.5) * step)
          values.append(field.map { isUpright ? $0.y : $0.x } ?? .nan)
        }
      }
      let largest = values.reduce(0) { max($0, abs($1)) }
      var panel = Figure.Panel(y: .init("y", unit: "µm"), series: outlines(of: mode.crossSection))
      panel.title = title
      panel.heatMap = .init(
        x: -half / 1e3...half / 1e3, columns: columns, y: -depth / 1e3...(-depth + Double(rows) * step) / 1e3,
        rows: rows,
        values: values.map { $0 / largest }, label: isUpright ? "Ey, relative" : "Ex, relative", range: -1...1,
        colors: .diverging)
      return panel
    }
    figure.height = 120 + Double(figure.panels.count) * 330
    let caption =
      "The stronger transverse component of the electric field, each to its own largest value. "
      + (solution.transfer?.supermodePair == nil
        ? "" : "Two modes share strip and guide, with equal and with opposite signs: they beat, and light swings over.")
    return ("fields", figure, caption)
  }

  /// Surface, strip and guide; the guide's edge, or the 1/e contour of a smooth one.
  private func outlines(of section: CrossSection) -> [Figure.Series] {
    func line(_ x: [Double], _ y: [Double]) -> Figure.Series {
      var series = Figure.Series.line(x: x.map { $0 / 1e3 }, y: y.map { $0 / 1e3 }, color: .black)
      series.lineWidth = 1
      return series
    }
    var list = [line([-1e5, 1e5], [0, 0])]
    if let guide = section.guide {
      let (w, d) = (guide.widthNanometers / 2, guide.depthNanometers)
      if guide.profile == .rectangle {
        list.append(line([-w, -w], [0, -d]))
        list.append(line([-w, w], [-d, -d]))
        list.append(line([w, w], [-d, 0]))
      } else {
        let angles = (0...90).map { Double($0) * .pi / 90 }
        list.append(line(angles.map { -w * cos($0) }, angles.map { -d * cos($0 - .pi / 2) }))
      }
    }
    if let strip = section.strip, strip.index != section.coverIndex {
      let (a, b) = (
        strip.offsetNanometers - strip.widthNanometers / 2, strip.offsetNanometers + strip.widthNanometers / 2
      )
      let (low, high) = (section.stripBottomNanometers, section.stripBottomNanometers + strip.heightNanometers)
      list.append(line([a, a], [low, high]))
      list.append(line([a, b], [high, high]))
      list.append(line([b, b], [high, low]))
    }
    return list
  }

  // MARK: Along the strip

  private var transfer: (name: String, figure: Figure, caption: String)? {
    guard let transfer = solution.transfer, let place = try? solution.guide.neededStripPlace() else { return nil }
    let end = max(1.5 * place.length, 60_000)
    let lengths = (0...600).map { Double($0) / 600 * end }
    let rates = lengths.map { transfer.oneEnd(lengthNanometers: $0) }
    let way = place.length - place.position
    var marks: [Figure.Mark] = [
      .horizontal(at: transfer.guided.average, text: "guided by the strip's section"),
      .vertical(at: way / 1e3, text: "this strip's end"),
    ]
    if let beat = transfer.beatHalfLengthNanometers {
      marks.append(.vertical(at: beat / 1e3, text: "half a beat", color: .green))
    }
    let figure = Figure(
      title: "From the strip into the guide", x: .init("way from the dipole to the strip's end", unit: "µm"),
      y: .init("rate into the guide, both ends / free-space rate"),
      series: [
        .line(x: lengths.map { $0 / 1e3 }, y: rates.map { 2 * $0.average }, label: "mean over orientations"),
        .line(x: lengths.map { $0 / 1e3 }, y: rates.map { 2 * $0.y }, label: "upright", isDashed: true),
        .line(x: lengths.map { $0 / 1e3 }, y: rates.map { 2 * $0.z }, label: "along the strip", isDashed: true),
        .line(x: lengths.map { $0 / 1e3 }, y: rates.map { 2 * $0.x }, label: "across the strip", isDashed: true),
      ], marks: marks)
    return (
      "transfer", figure,
      "Light that reaches the modes of the guide when the strip ends so far from the dipole on both sides, in units of the dipole's rate in free space."
    )
  }

  /// Place along the strip for the design and each variant.
  private var candidates: (name: String, figure: Figure, caption: String)? {
    guard let transfer = solution.transfer, let place = try? solution.guide.neededStripPlace() else { return nil }
    func line(_ name: String, _ guide: Guide, _ transfer: StripTransfer) -> Figure.Series? {
      guard let length = guide.stripLengthNanometers else { return nil }
      let places = (0...200).map { Double($0) / 200 * length }
      return .line(
        x: places.map { $0 / 1e3 },
        y: places.map {
          transfer.bothEnds(stripLengthNanometers: length, positionNanometers: $0).average
        }, label: name)
    }
    let series =
      [line("design", solution.guide, transfer)] + solution.variants.map { line($0.name, $0.guide, $0.transfer) }
    var marks: [Figure.Mark] = [.vertical(at: place.position / 1e3, text: "the dipole's place")]
    if let needed = DeviceReport.neededShare(solution.resolved), let both = solution.guide.bothEnds(transfer) {
      marks.append(
        .horizontal(
          at: needed * both.average, text: "what the measured increase leaves of the design", color: .vermilion))
    }
    let figure = Figure(
      title: "Place along the strip, and what else may differ",
      x: .init("place of the dipole along the strip", unit: "µm"),
      y: .init("rate into the guide, both ends / free-space rate"),
      series: series.compactMap { $0 }, marks: marks)
    return (
      "candidates", figure,
      "Light in the guide against the dipole's place along the strip, for the design and the file's variants."
    )
  }

  // MARK: Map

  private var maps: [(name: String, figure: Figure, caption: String)]? {
    guard let map else { return nil }
    func axis(_ number: Int) -> Figure.Axis { .init(map.axes[number].path, unit: map.units[number]) }
    let quantities: [(name: String, title: String, value: (DeviceMap.Point) -> Double, caption: String)] = [
      (
        "map", "Rate into the guide, both ends / free-space rate", { $0.bothEnds },
        "Light in the guide for this strip's length."
      ),
      (
        "map-guided", "Rate into all modes of the strip's section / free-space rate", { $0.guided },
        "What the strip and the guide take up before the strip ends."
      ),
      (
        "map-best-length", "Rate into the guide at the best length / free-space rate", { $0.best },
        "Light in the guide if each strip had its best length, up to 120 µm with the dipole in its middle."
      ),
    ]
    return quantities.map { name, title, value, caption in
      let values = map.points.map(value)
      guard map.axes.count == 2, let x = edges(map.numbers[0]), let y = edges(map.numbers[1]) else {
        let first = map.numbers[0]
        guard map.axes.count == 1 else {
          // Values that do not rise: one line for each of the first axis.
          let columns = map.numbers[1].count
          let series = first.enumerated().map { number, one in
            Figure.Series.line(
              x: map.numbers[1], y: Array(values[number * columns..<(number + 1) * columns]),
              label: "\(map.axes[0].path) \(NumberFormat.significant(one, digits: 4))")
          }
          return (name, Figure(title: title, x: axis(1), y: .init("rate / free-space rate"), series: series), caption)
        }
        let series: [Figure.Series] = [.points(x: first, y: values), .line(x: first, y: values, color: .blue)]
        return (name, Figure(title: title, x: axis(0), y: .init("rate / free-space rate"), series: series), caption)
      }
      let best = values.indices.max { values[$0] < values[$1] } ?? 0
      let place = map.place(best)
      var figure = Figure(
        title: title, x: axis(0), y: axis(1),
        series: [
          .points(
            x: [place[0]], y: [place[1]],
            label: "largest, \(NumberFormat.significant(values[best], digits: 3)), at "
              + zip(place, map.units).map { "\(NumberFormat.significant($0, digits: 4)) \($1)" }.joined(separator: ", "),
            color: .vermilion)
        ])
      let rows = map.numbers[1].count
      figure.panels[0].heatMap = .init(
        xEdges: x, yEdges: y,
        values: (0..<rows).flatMap { j in map.numbers[0].indices.map { values[$0 * rows + j] } },
        label: "rate / free-space rate")
      return (name, figure, caption)
    }
  }

  /// The lines half-way between rising values; `nil` for values that do not rise.
  private func edges(_ values: [Double]) -> [Double]? {
    guard values.count > 1, zip(values, values.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
    let middles = zip(values, values.dropFirst()).map { ($0 + $1) / 2 }
    let (first, last) = (values[0], values[values.count - 1])
    return [2 * first - middles[0]] + middles + [2 * last - middles[middles.count - 1]]
  }
}
