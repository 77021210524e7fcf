import Analysis
import Bench
import Detectors
import Light
import Photonics
import Prediction
import Reporting
import Simulation

/// What `spectrum` prints as JSON; what only a simulation knows is null or empty for a measured spectrum.
struct SpectrumOutput: Encodable {
  struct Component: Encodable {
    var name: String
    /// Over all pixels and exposures, drawn.
    var counts: Double
    /// The same, predicted.
    var expectedCounts: Double
    enum CodingKeys: String, CodingKey {
      case name, counts
      case expectedCounts = "expected_counts"
    }
  }
  var wavelengthNm: [Double]
  var counts: [Double]
  @OrNull var expectedCounts: [Double]?
  @OrNull var response: [Double]?
  @OrNull var resolutionMev: Double?
  @OrNull var resolutionNm: Double?
  var components: [Component] = []
  var fits: [SpectrumFitResult.Line]
  var fit: [Double]
  var floorCounts: Double
  var floorCountsUncertainty: Double
  var chi2Reduced: Double
  var pixelsLeftOut: Int
  var decision: String
  /// Counts above the floor.
  var signalCounts: Double
  /// The brightest pixel's counts above the floor over their standard deviation.
  var signalToNoise: Double
  @OrNull var saturatedReadings: Int?
  @OrNull var cosmicHits: Int?
  @OrNull var integrationTimeS: Double?
  @OrNull var accumulations: Int?
  @OrNull var seed: UInt64?
  var notes: [String] = []

  enum CodingKeys: String, CodingKey {
    case counts, response, components, fits, fit, decision, accumulations, seed, notes
    case wavelengthNm = "wavelength_nm"
    case expectedCounts = "expected_counts"
    case resolutionMev = "resolution_mev"
    case resolutionNm = "resolution_nm"
    case floorCounts = "floor_counts"
    case floorCountsUncertainty = "floor_counts_uncertainty"
    case chi2Reduced = "chi2_reduced"
    case pixelsLeftOut = "pixels_left_out"
    case signalCounts = "signal_counts"
    case signalToNoise = "signal_to_noise"
    case saturatedReadings = "saturated_readings"
    case cosmicHits = "cosmic_hits"
    case integrationTimeS = "integration_time_s"
  }
}

/// A spectrum and its fit as people read them.
struct SpectrumResult {
  let title: String
  let spectrum: MeasuredSpectrum
  let fit: SpectrumFitResult
  let noise: CameraNoise
  var output: SpectrumOutput
  /// The filter's pass band, in nm.
  private var passBand: ClosedRange<Double>?

  init(title: String, spectrum: MeasuredSpectrum, fit: SpectrumFitResult, noise: CameraNoise) {
    self.title = title
    self.spectrum = spectrum
    self.fit = fit
    self.noise = noise
    let floor = fit.floor.value
    let brightest = spectrum.counts.max() ?? floor
    output = SpectrumOutput(
      wavelengthNm: spectrum.wavelengthsNanometers, counts: spectrum.counts, response: spectrum.response,
      fits: fit.lines, fit: fit.fit, floorCounts: floor, floorCountsUncertainty: fit.floor.uncertainty,
      chi2Reduced: fit.chi2Reduced, pixelsLeftOut: fit.pixelsLeftOut, decision: fit.decision,
      signalCounts: spectrum.counts.reduce(0) { $0 + $1 - floor },
      signalToNoise: (brightest - floor) / noise.variance(ofMean: brightest).squareRoot())
  }

  /// What the simulation knows about it.
  mutating func add(_ taken: SimulatedSpectrum, expected: SpectrumPrediction, bench: Bench, seed: UInt64) {
    let spectrometer = expected.spectrometer
    let camera = spectrometer.camera
    let gain = camera.countsPerElectron
    let pixels = Double(spectrometer.pixels)
    output.expectedCounts = expected.counts
    output.resolutionMev = spectrometer.resolutionMillielectronvolts
    output.resolutionNm = spectrometer.resolutionNanometers
    output.components = zip(expected.components, taken.photoelectrons).map { component, drawn in
      .init(
        name: component.name, counts: gain * Double(drawn.electrons),
        expectedCounts: gain * component.electrons.reduce(0, +))
    }
    output.components.append(
      .init(
        name: "dark current", counts: gain * Double(taken.darkElectrons),
        expectedCounts: gain * expected.darkElectrons * pixels))
    if camera.cosmicRays != nil {
      output.components.append(
        .init(
          name: "cosmic rays", counts: gain * Double(taken.cosmicElectrons),
          expectedCounts: gain * expected.cosmicElectrons * pixels))
    }
    let offset = camera.offsetCounts * Double(spectrometer.accumulations) * pixels
    output.components.append(.init(name: "offset", counts: offset, expectedCounts: offset))
    output.saturatedReadings = taken.saturatedReadings
    output.cosmicHits = taken.cosmicHits
    output.integrationTimeS = spectrometer.integrationSeconds
    output.accumulations = spectrometer.accumulations
    output.seed = seed
    if taken.saturatedReadings > 0 {
      output.notes.append(
        "\(taken.saturatedReadings) readings are cut off at \(Camera.largestReading) counts; expose for a shorter time and "
          + "accumulate more often")
    }
    if let filter = bench.path.passBand { passBand = filter.edgesNanometers.lower...filter.edgesNanometers.upper }
  }

  /// Every pixel; columns that only a simulation knows are left out of a measured spectrum.
  var table: Table {
    let columns: [(name: String, values: [Double]?)] = [
      ("wavelength_nm", spectrum.wavelengthsNanometers), ("counts", spectrum.counts),
      ("expected_counts", output.expectedCounts), ("response", spectrum.response), ("fit", fit.fit),
    ]
    let given = columns.compactMap { column in column.values.map { (column.name, $0) } }
    var table = Table(given.map { .init($0.0) })
    for i in spectrum.counts.indices { table.append(given.map { Quantity.text(of: $0.1[i]) }) }
    return table
  }

  var summary: Table {
    var table = Table([.init(""), .init("", .right), .init("expected", .right)])
    func counts(_ value: Double) -> String { NumberFormat.significant(value, digits: 5) }
    for component in output.components {
      table.append("\(component.name), counts", counts(component.counts), counts(component.expectedCounts))
    }
    table.append("counts above the floor", counts(output.signalCounts))
    table.append("floor, counts per pixel", NumberFormat.measured(fit.floor.value, uncertainty: fit.floor.uncertainty))
    table.append("signal to noise, brightest pixel", NumberFormat.significant(output.signalToNoise, digits: 3))
    if let width = output.resolutionNm {
      table.append(
        "resolution",
        (output.resolutionMev.map { "\(NumberFormat.significant($0, digits: 3)) meV, " } ?? "")
          + "\(NumberFormat.significant(width, digits: 3)) nm")
    }
    if let hits = output.cosmicHits, hits > 0 { table.append("cosmic rays, hits", NumberFormat.count(hits)) }
    table.append("reduced chi-square of the fit", NumberFormat.fixed(fit.chi2Reduced, places: 3))
    table.append("how", fit.decision)
    return table
  }

  var lines: Table {
    var table = Table([
      .init("line"), .init("center", .right), .init("width", .right), .init("height, counts", .right),
      .init("counts", .right),
    ])
    for (number, line) in fit.lines.enumerated() {
      table.append(
        "\(number + 1)", measured(line.centerNm, "nm"), measured(line.fwhmNm, "nm"), measured(line.amplitude),
        NumberFormat.significant(line.counts, digits: 5))
    }
    return table
  }

  private func measured(_ value: MeasuredValue, _ unit: String = "") -> String {
    NumberFormat.measured(value.value, uncertainty: value.uncertainty, unit: unit)
  }

  /// Counts against wavelength, with photon energy above, and what is left over of the fit.
  var figure: Figure {
    let edges = spectrum.edgesNanometers
    let x = spectrum.wavelengthsNanometers
    var series: [Figure.Series] = [.steps(edges: edges, heights: spectrum.counts, label: "counts")]
    series[0].lineWidth = 1
    series[0].color = .black
    if let expected = output.expectedCounts {
      series.append(.line(x: x, y: expected, label: "expected", color: .skyBlue))
    }
    if !fit.lines.isEmpty { series.append(.line(x: x, y: fit.fit, label: "fit", color: .vermilion, isDashed: true)) }
    var marks = passBand.map { [Figure.Mark.range($0, text: "filter", color: .skyBlue)] } ?? []
    marks += fit.lines.map {
      .vertical(
        at: $0.centerNm.value,
        text:
          "\(NumberFormat.fixed($0.centerNm.value, places: 1)) / \(NumberFormat.fixed($0.fwhmNm.value, places: 1)) nm")
    }
    var figure = Figure(
      title: title, x: .init("wavelength", unit: "nm", range: edges[0]...edges[edges.count - 1]),
      y: .init("counts per pixel"), series: series, marks: marks)
    figure.top = .photonEnergy(edges[0]...edges[edges.count - 1])
    let residuals = zip(spectrum.counts, fit.fit).map { ($0 - $1) / noise.variance(ofMean: $1).squareRoot() }
    figure.panels.append(
      .init(
        y: .init("residual / σ", range: -5...5), series: [.points(x: x, y: residuals)], marks: [.horizontal(at: 0)],
        heightShare: 0.3))
    figure.height = 500
    return figure
  }
}

extension Figure.TopAxis {
  /// Photon energies at round numbers over wavelengths in nm.
  fileprivate static func photonEnergy(_ wavelengths: ClosedRange<Double>) -> Self {
    let low = hcElectronvoltNanometers / wavelengths.upperBound
    let high = hcElectronvoltNanometers / wavelengths.lowerBound
    let steps = [0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
    let step = steps.first { (high - low) / $0 <= 9 } ?? 2
    let places = step < 0.001 ? 4 : step < 0.01 ? 3 : step < 0.1 ? 2 : 1
    let first = Int((low / step).rounded(.up))
    let last = Int((high / step).rounded(.down))
    let ticks = (first...max(first, last)).map { Double($0) * step }
    return Self(
      label: "photon energy", unit: "eV",
      ticks: ticks.map { (hcElectronvoltNanometers / $0, NumberFormat.fixed($0, places: places)) })
  }
}
