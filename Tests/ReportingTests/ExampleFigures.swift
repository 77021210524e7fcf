import Glibc
import Reporting

/// The kinds of figure a report shows, with invented numbers.
enum ExampleFigures {
  static var all: [(name: String, figure: Figure)] {
    [
      ("g2", pulsedCorrelation()), ("decay", decay()), ("trace", trace()), ("spectrum", spectrum()),
      ("sweep", sweep()), ("saturation", saturation()), ("crowded", crowded()),
      ("image", image()), ("map", map()), ("field", field()),
    ]
  }

  static func pulsedCorrelation() -> Figure {
    var noise = Noise(state: 1)
    let delays = (0..<2000).map { -1000 + Double($0) + 0.5 }
    func expected(_ delay: Double) -> Double {
      var sum = 2.0
      for peak in -6...6 { sum += (peak == 0 ? 26 : 180) * exp(-abs(delay - 200 * Double(peak)) / 14) }
      return sum
    }
    return Figure(
      title: "Second-order correlation, pulsed excitation at 5 MHz", x: .init("delay τ", unit: "ns"),
      y: .init("coincidences per 1 ns bin"),
      series: [
        .steps(
          start: -1000, width: 1, heights: delays.map { noise.counts(expected($0)) }, isFilled: true,
          label: "simulation, 60 s"),
        .line(x: delays, y: delays.map(expected), label: "prediction"),
      ],
      marks: [.range(-30...30, text: "g²(0) = 0.143 ± 0.005", color: .grey)])
  }

  static func decay() -> Figure {
    var noise = Noise(state: 2)
    let width = 0.4
    let times = (0..<500).map { (Double($0) + 0.5) * width }
    func expected(_ time: Double) -> Double {
      let rise = 1 / (1 + exp(-(time - 8) / 0.35))
      return rise * (9000 * exp(-(time - 8) / 6.5) + 1100 * exp(-(time - 8) / 31)) + 3
    }
    let counts = times.map { noise.counts(expected($0)) }
    let fit = times.map(expected)
    var figure = Figure(
      title: "Fluorescence decay", x: .init("delay after the laser pulse", unit: "ns"),
      y: .init("counts per bin", scale: .log),
      series: [
        .steps(start: 0, width: width, heights: counts, label: "data"),
        .line(x: times, y: fit, label: "fit: 6.5 ns and 31 ns"),
      ],
      marks: [.vertical(at: 12, text: "gate opens"), .horizontal(at: 3, text: "background 3 per bin")])
    figure.panels.append(
      Figure.Panel(
        y: .init("residual / σ", range: -5...5),
        series: [
          .points(x: times, y: zip(counts, fit).map { ($0 - $1) / sqrt($1) }, color: .blue)
        ], marks: [.horizontal(at: 0)], heightShare: 0.38))
    return figure
  }

  static func trace() -> Figure {
    var noise = Noise(state: 3)
    var isOn = true
    var (levels, counts): ([Double], [Double]) = ([], [])
    for _ in 0..<6000 {
      if Double.random(in: 0..<1, using: &noise) < (isOn ? 0.004 : 0.009) { isOn.toggle() }
      levels.append(isOn ? 42_000 : 3_100)
      counts.append(noise.counts((isOn ? 420 : 31)) * 100)
    }
    return Figure(
      title: "Intensity of a blinking emitter", x: .init("time", unit: "s"), y: .init("count rate", unit: "cps"),
      series: [
        .steps(start: 0, width: 0.01, heights: counts, label: "10 ms bins", color: .skyBlue),
        .steps(start: 0, width: 0.01, heights: levels, label: "levels found", color: .black),
      ], marks: [.horizontal(at: 21_000, text: "threshold")])
  }

  static func spectrum() -> Figure {
    let wavelengths = (0...1500).map { 600 + Double($0) * 0.1 }
    func bell(_ center: Double, _ width: Double, _ height: Double) -> [Double] {
      wavelengths.map { height * exp(-0.5 * ($0 - center) * ($0 - center) / width / width) }
    }
    return Figure(
      title: "What reaches the detectors", x: .init("wavelength", unit: "nm"),
      y: .init("spectral rate", unit: "cps/nm"),
      series: [
        .area(x: wavelengths, y: bell(640, 28, 900), label: "fibre luminescence", color: .orange),
        .area(x: wavelengths, y: bell(705, 35, 620), label: "substrate Raman band", color: .purple),
        .line(x: wavelengths, y: bell(656, 1.4, 3900), label: "exciton"),
        .line(x: wavelengths, y: bell(661.5, 1.6, 2100), label: "biexciton"),
        .line(x: wavelengths, y: bell(668, 2, 1300), label: "trion"),
      ],
      marks: [
        .range(650...662, text: "bandpass 656/12", color: .skyBlue), .vertical(at: 600, text: "edge filter"),
      ])
  }

  static func sweep() -> Figure {
    let powers = (0..<13).map { pow(10, -1 + Double($0) * 0.25) }
    let values = powers.map { 0.02 + 0.3 * $0 / (1 + $0) }
    return Figure(
      title: "Purity against excitation", x: .init("mean excitations per pulse", scale: .log),
      y: .init("g²(0)"),
      series: [
        .band(x: powers, lower: values.map { $0 * 0.93 }, upper: values.map { $0 * 1.07 }, label: "prediction, 1 σ"),
        .points(
          x: powers, y: values.enumerated().map { $1 + ($0.isMultiple(of: 2) ? 0.008 : -0.006) },
          uncertainty: values.map { 0.004 + $0 * 0.06 }, label: "simulation"),
      ], marks: [.horizontal(at: 0.5, text: "limit of a single emitter")])
  }

  static func crowded() -> Figure {
    let times = (0..<400).map { Double($0) * 5e-12 }
    var figure = Figure(
      x: .init("time since the trigger", unit: "s"),
      y: .init("photons that passed the filter and were not lost in the fibre behind it", unit: "per bin"),
      series: (0..<7).map { index in
        .line(
          x: times, y: times.map { 2.4e6 * exp(-$0 / (Double(index + 1) * 2e-10)) },
          label: "emitter number \(index + 1), lifetime \((index + 1) * 200) ps")
      },
      marks: [
        .vertical(at: 1.9e-9, text: "end of the gate"), .vertical(at: 1.95e-9, text: "next pulse", color: .vermilion),
        .range(0...1e-10, text: "gate", color: .yellow), .horizontal(at: 2e6, text: "saturation", color: .orange),
      ])
    figure.grid = .both
    figure.panels.append(
      .init(
        y: .init("quite a long label here", scale: .log),
        series: [.steps(start: 0, width: 1e-10, heights: (0..<20).map { Double($0 % 5) * 10 }, isFilled: true)],
        heightShare: 0.6))
    return figure
  }

  /// A scan image: few cells, to scale.
  static func image() -> Figure {
    var noise = Noise(state: 5)
    var counts: [Double] = []
    for j in 0..<40 {
      for i in 0..<80 {
        let (x, y) = (Double(i) * 0.5 + 0.25, Double(j) * 0.25 + 0.125)
        let spot = exp(-((x - 16) * (x - 16) + (y - 6) * (y - 6)) / 0.3)
        counts.append(noise.counts(120 + 60 * exp(-(y - 5) * (y - 5) / 2) + 900 * spot))
      }
    }
    counts[20] = .nan
    var figure = Figure(title: "Scan", x: .init("along the guide", unit: "µm"), y: .init("across", unit: "µm"))
    figure.panels[0].heatMap = .init(
      x: 0...40, columns: 80, y: 0...10, rows: 40, values: counts, label: "counts per 10 ms")
    figure.panels[0].title = "an emitter beside the guide"
    figure.isToScale = true
    return figure
  }

  /// Unequal cells and a point on them.
  static func map() -> Figure {
    let x: [Double] = [110, 130, 150, 170, 185, 195, 210, 230]
    let y = [87.5, 112.5, 137.5, 162.5, 187.5]
    var values: [Double] = []
    for j in 0..<4 { for i in 0..<7 { values.append(exp(-pow(Double(i) - 4.2 + Double(j) * 0.6, 2)) * 0.26) } }
    var figure = Figure(
      title: "Coupling", x: .init("width", unit: "nm"), y: .init("height", unit: "nm"),
      series: [.points(x: [190], y: [175], label: "best", color: .vermilion)])
    figure.panels[0].heatMap = .init(xEdges: x, yEdges: y, values: values, label: "rate over the free-space rate")
    return figure
  }

  /// Two signed fields of many unequal cells with an outline.
  static func field() -> Figure {
    let edges = (0...90).map { -1.5 + 3 * pow(Double($0) / 90, 1.1) }
    func values(_ sign: Double) -> [Double] {
      edges.dropLast(30).flatMap { y in
        edges.dropLast().map { x in
          2e-4 * (exp(-(x * x + y * y) * 2) + sign * exp(-(x * x + (y - 0.4) * (y - 0.4)) * 30))
        }
      }
    }
    let outline = Figure.Series.line(x: [-1, 1, 1, -1, -1], y: [-1, -1, 0, 0, -1], color: .black)
    var figure = Figure(x: .init("x", unit: "µm"), y: .init("y", unit: "µm"))
    figure.height = 700
    figure.panels = [("even", 1.0), ("odd", -1)].map { title, sign in
      var panel = Figure.Panel(y: .init("y", unit: "µm"), series: [outline])
      panel.title = title
      panel.heatMap = .init(
        xEdges: edges, yEdges: edges.dropLast(29), values: values(sign), label: "field", unit: "1/nm",
        colors: .diverging)
      return panel
    }
    figure.isToScale = true
    return figure
  }

  static func saturation() -> Figure {
    let powers = (0..<200_000).map { 1e-3 * pow(1e6, Double($0) / 200_000) }
    var noise = Noise(state: 4)
    return Figure(
      title: "Saturation: a title that is far too long for a single line of a figure of this width, so it wraps",
      x: .init("power", unit: "µW", scale: .log), y: .init("rate", unit: "cps", scale: .log),
      series: [
        .line(x: powers, y: powers.map { 2e6 * $0 / (1 + $0) * (1 + 0.2 * abs(noise.normal())) }, label: "measured"),
        .line(x: powers, y: powers.map { 2e6 * $0 / (1 + $0) }, label: "model", isDashed: true),
      ], marks: [.vertical(at: 1, text: "saturation power"), .vertical(at: 2, text: "working point")])
  }
}
