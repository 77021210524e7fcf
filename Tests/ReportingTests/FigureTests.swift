import Glibc
import Reporting
import Testing

@Suite struct FigureTests {
  @Test(arguments: ExampleFigures.all.map(\.name))
  func examplesAreWellFormedSmallAndRepeatable(name: String) throws {
    let figure = try #require(ExampleFigures.all.first { $0.name == name }).figure
    let svg = figure.svg()
    #expect(markupFault(svg) == nil)
    #expect(svg.utf8.count < 200_000)
    #expect(svg == figure.svg())
    #expect(!svg.contains("nan") && !svg.contains("inf"))
    try leave(svg, as: name + ".svg")
  }

  @Test func textIsEscaped() {
    let figure = Figure(
      title: "a < b & \"c\" \u{1}", x: .init("<x>", unit: "&"), y: .init("'y'"),
      series: [.line(x: [0, 1], y: [0, 1], label: "</svg>")], marks: [.vertical(at: 0.5, text: "<&>")])
    #expect(markupFault(figure.svg()) == nil)
    #expect(figure.svg().contains("a &lt; b &amp; &quot;c&quot; \u{FFFD}"))
  }

  @Test func nothingToShowIsStillAFigure() {
    let empty = Figure(x: .init(""), y: .init(""))
    let noBins = Figure(x: .init("x"), y: .init("y"), series: [.steps(start: 0, width: 1, heights: [])])
    let allBad = Figure(
      x: .init("x", scale: .log), y: .init("y", scale: .log),
      series: [
        .line(x: [-1, 0, .nan], y: [1, 2, 3]), .points(x: [1, 2], y: [-1, .infinity], uncertainty: [1, .nan]),
        .area(x: [1, 2], y: [0, -1]), .band(x: [.nan, 2], lower: [0, 0], upper: [1, -.infinity]),
        .steps(edges: [0, 1, 2], heights: [0, .nan]),
      ], marks: [.vertical(at: 0, text: "zero"), .horizontal(at: -1, text: "below"), .range(-2...(-1), text: "left")])
    for figure in [empty, noBins, allBad] {
      let svg = figure.svg()
      #expect(markupFault(svg) == nil)
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }

  @Test(arguments: [
    [5.0, 5, 5], [0, 0, 0], [-1e300, 1e300, 0], [1e-300, 2e-300, 3e-300], [1e15, 1e15 + 1, 1e15 + 2], [1e-12, 1, 1e12],
    [.greatestFiniteMagnitude, 1, 2], [.leastNonzeroMagnitude, 1, 2],
  ])
  func extremeValuesDoNotBreakIt(values: [Double]) {
    for scale in [Figure.Axis.Scale.linear, .log] {
      let figure = Figure(
        x: .init("x", scale: scale), y: .init("y", scale: scale),
        series: [.line(x: values, y: values), .points(x: values, y: values, uncertainty: values)])
      let svg = figure.svg()
      #expect(markupFault(svg) == nil)
      #expect(!svg.contains("nan") && !svg.contains("inf"))
    }
  }

  @Test func aGapStaysAGap() {
    let svg = Figure(
      x: .init("x"), y: .init("y"), series: [.line(x: [0, 1, 2, 3, 4], y: [1, 2, .nan, 2, 1], color: .purple)]
    ).svg()
    let line = svg.split(separator: "\n").first { $0.contains("stroke=\"#CC79A7\"") }
    #expect(line?.count { $0 == "M" } == 2)
  }

  @Test func errorBarsFollowTheirPoints() {
    let svg = Figure(
      x: .init("x"), y: .init("y", range: 0...10),
      series: [.points(x: [1, 2, 3], y: [5, .nan, 5], uncertainty: [1, 1, 2], color: .green)]
    ).svg()
    let bars = svg.split(separator: "\n").filter { $0.contains("stroke-opacity") }
    #expect(bars.count == 1)
    #expect(bars.first?.count { $0 == "V" } == 2)
  }

  @Test func manyPointsWithErrorBarsStaySmall() {
    var noise = Noise(state: 9)
    let x = (0..<100_000).map(Double.init)
    let y = x.map { _ in noise.normal() }
    let series = Figure.Series.points(x: x, y: y, uncertainty: y.map(abs))
    #expect(Figure(x: .init("x"), y: .init("y"), series: [series]).svg().utf8.count < 200_000)
  }

  @Test func tenLongSeriesStaySmall() {
    var noise = Noise(state: 10)
    let x = (0..<20_000).map(Double.init)
    let series = (0..<10).map { _ in Figure.Series.line(x: x, y: x.map { _ in noise.normal() }) }
    #expect(Figure(x: .init("x"), y: .init("y"), series: series).svg().utf8.count < 200_000)
  }

  @Test func automaticColoursRunThroughAllPanels() {
    let line = Figure.Series.line(x: [0, 1], y: [0, 1])
    var figure = Figure(x: .init("x"), y: .init("y"), series: [line, line])
    figure.panels.append(.init(y: .init("z"), series: [line]))
    let svg = figure.svg()
    for color in [Figure.Color.blue, .vermilion, .green] { #expect(svg.contains("stroke=\"\(color.rawValue)\"")) }
  }
}

/// Writes a picture to the folder named by ANTIBUNCH_PICTURES, if that is set, for people to look at.
func leave(_ text: String, as name: String) throws {
  guard let folder = getenv("ANTIBUNCH_PICTURES").map({ String(cString: $0) }) else { return }
  let file = try #require(fopen(folder + "/" + name, "w"))
  fputs(text, file)
  fclose(file)
}
