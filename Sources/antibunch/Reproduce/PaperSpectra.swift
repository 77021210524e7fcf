import Analysis
import Bench
import Glibc
import Light
import Photonics
import Reporting
import Scenarios

/// Lines of the paper's spectra: Figs 2a and 6a, S3-1 and S4-1.
struct PaperSpectra {
  var rows: [PaperRow] = []
  var figures: [(name: String, figure: Figure, caption: String)] = []

  /// A line that the paper gives numbers of.
  private struct Line {
    var what: String
    /// Which of the fitted lines, by wavelength.
    var index: Int
    var center: Double?
    var width: Double?
    /// Path of the line's section in the scenario.
    var path: String
    var place: String
    var isCalibrated = false
    var note = ""
  }

  init(_ scenarios: PaperScenarios) throws {
    func take(_ name: String, lines: Int? = nil, _ wanted: [Line] = []) throws -> SpectrumResult {
      let file = "spectra/" + name
      let scenario = try scenarios.read(file)
      let result = try scenarios.spectrum(scenario, file: file, lines: lines)
      let found = result.output.fits.sorted { $0.centerNm.value < $1.centerNm.value }
      for line in wanted {
        guard found.indices.contains(line.index) else {
          throw Failure(.fault, "error: \(file): only \(found.count) lines are found")
        }
        let fit = found[line.index]
        for (quantity, paper, key, ours) in [
          ("center", line.center, "center", fit.centerNm), ("width", line.width, "fwhm", fit.fwhmNm),
        ] {
          guard let paper else { continue }
          let path = line.isCalibrated ? line.path : "\(line.path).\(key)"
          let through = PaperRow.Through(path: path, resolved: scenario.resolved)
          rows.append(
            try PaperRow(
              "\(line.what), \(quantity)", unit: "nm", place: line.place, paper: .init(paper),
              kind: line.isCalibrated ? .calibrated(through) : .putIn(through),
              ours: .init(ours.value, ours.uncertainty), scenario: file, note: line.note))
        }
      }
      return result
    }
    let emitter = "emitters[0].line"
    let bands = ["background[0].line", "background[1].line"]
    let ensemble = try take(
      "fig2a-ensemble.yaml",
      [
        Line(
          what: "nanocrystals", index: 0, center: 610, width: 25, path: bands[0], place: "main text, Results, Fig. 2a",
          note: "the single nanocrystal of Fig. 6a is wider than this ensemble: no room for a spread of sizes")
      ])
    let top = try take(
      "fig6a-top.yaml", lines: 3,
      [
        Line(
          what: "single nanocrystal", index: 0, center: 610, width: 28, path: emitter,
          place: "main text, Optical characterisation, Fig. 6a: about 28 nm",
          note: "the line put in is the neutral exciton's; biexciton and trion shine 5 and 12 meV to the red of it")
      ])
    let strip = try take("fig6a-strip.yaml")
    let fibre = try take("fig6a-fibre.yaml")
    let blank = try take(
      "s3-1b-guide.yaml", lines: 2,
      [
        Line(
          what: "first band of the guide", index: 0, center: 617, width: 59.5, path: bands[0], place: "supplement S3",
          note: "620 nm in the main text"),
        Line(
          what: "second band of the guide", index: 1, center: 676, width: 51.4, path: bands[1], place: "supplement S3",
          note: "675 nm a line above, 680 nm in the main text"),
      ])
    let onGlass = try take(
      "s3-1a-glass.yaml",
      [Line(what: "ensemble on glass", index: 0, center: 610, width: 27, path: bands[0], place: "supplement S3")])
    var wide: [SpectrumResult] = []
    for (name, what, width) in [
      ("s3-1a-guide.yaml", "ensemble on the guide", 34.6), ("s3-1a-strip.yaml", "ensemble on the strip", 32.6),
    ] {
      wide.append(
        try take(
          name, lines: 2,
          [
            Line(
              what: "\(what), fitted with two lines", index: 0, center: nil, width: width,
              path: "background[1].rate_at_filter",
              place: "supplement S3", isCalibrated: true,
              note: "27 nm and the band at 617 nm fitted as one line; the band's rate is calibrated to it")
          ]))
    }
    let glass = try take("s3-1b-glass.yaml")
    let stripOnGuide = try take("s3-1b-strip-on-guide.yaml")
    let stripOnGlass = try take("s3-1b-strip-on-glass.yaml")
    let otherTop = try take(
      "s4-1a.yaml", lines: 3,
      [
        Line(
          what: "wide peak on other guides", index: 2, center: 675, width: 55, path: bands[1],
          place: "supplement S4, Fig. S4-1a: about 55 nm")
      ])
    let otherFibre = try take("s4-1b.yaml")
    func figure(
      _ name: String, _ title: String, _ spectra: [(String, SpectrumResult)], normalised: Bool = true,
      _ note: String = "", marks: [Figure.Mark] = []
    ) {
      var figure = Self.figure("Fig. \(name): \(title)", spectra, normalised: normalised)
      figure.panels[0].marks = marks
      figures.append((name, figure, Self.caption + note))
    }
    let filterOfG2 = try scenarios.read("fibre-hbt.yaml").bench.path.passBand.map {
      [Figure.Mark.range($0.edgesNanometers.lower...$0.edgesNanometers.upper, text: "filter of g2", color: .orange)]
    }
    figure("2a", "emission of the nanocrystals", [("ensemble", ensemble)], " The paper's absorption is not simulated.")
    figure(
      "6a", "the nanocrystal on the strip",
      [("from the top", top), ("from the fibre", fibre), ("strip beside it", strip)],
      marks: filterOfG2 ?? [])
    figure(
      "S3-1a", "ensembles", [("on glass", onGlass), ("on the guide", wide[0]), ("on the strip", wide[1])])
    figure(
      "S3-1b", "luminescence without nanocrystals",
      [("glass", glass), ("guide", blank), ("strip on the guide", stripOnGuide), ("strip on glass", stripOnGlass)],
      normalised: false, " Here on a common scale.")
    figure("S4-1a, b", "a nanocrystal on another guide", [("from the top", otherTop), ("from the fibre", otherFibre)])
  }

  private static let caption =
    "Spectra of a simulated spectrometer, the floor taken off, each over its maximum; the paper's are normalised or in "
    + "arbitrary units."

  private static func figure(_ title: String, _ spectra: [(String, SpectrumResult)], normalised: Bool) -> Figure {
    let colors: [Figure.Color] = [.black, .vermilion, .blue, .purple]
    let largest = spectra.map { top($0.1) }.max() ?? 1
    return Figure(
      title: title, x: .init("wavelength", unit: "nm"),
      y: .init(normalised ? "counts over the maximum" : "counts over the largest"),
      series: zip(spectra, colors).map { spectrum, color in
        let output = spectrum.1.output
        let scale = normalised ? top(spectrum.1) : largest
        var series = Figure.Series.line(
          x: output.wavelengthNm, y: output.counts.map { ($0 - output.floorCounts) / scale }, label: spectrum.0,
          color: color)
        series.lineWidth = 1
        return series
      })
  }

  private static func top(_ result: SpectrumResult) -> Double {
    max((result.output.counts.max() ?? 1) - result.output.floorCounts, 1)
  }
}
