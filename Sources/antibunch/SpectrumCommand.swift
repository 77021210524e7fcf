import Analysis
import ArgumentParser
import Bench
import Detectors
import Light
import Prediction
import Reporting
import Scenarios
import Simulation

struct SpectrumCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spectrum",
    abstract: "Takes the spectrum that a scenario's spectrometer shows, or reads a measured one, and fits its lines.")

  @Argument(
    help:
      "A scenario with a spectrometer (YAML), or a measured spectrum: columns of wavelength in nm and counts (CSV).",
    completion: .file(extensions: ["yaml", "csv"]))
  var file: String
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Another value in the scenario, for example --set \"spectrometer.integration_time=1 s\".", valueName: "path=value"
    ))
  var overrides: [String] = []
  @OptionGroup var engineOptions: EngineOptions
  @Option(help: "fast skips from one detected photon to the next; reference steps every photon.")
  var engine: SimulateCommand.Engine = .fast

  @Option(help: "How many lines to fit, 0 to 12; without it the spectrum says, up to 4.") var lines: Int?
  @Option(help: "The form of the fitted lines: gaussian or lorentzian.") var shape: Shape = .gaussian
  @Option(
    help: ArgumentHelp("Fit only between two wavelengths, for example \"590 nm:640 nm\".", valueName: "start:stop"))
  var range: String?
  @Option(
    help: ArgumentHelp(
      "A measured spectrum's line spread, full width at half maximum, which the fit takes off the widths.",
      valueName: "width"))
  var resolution: String?
  @Option(help: "A measured spectrum's gain: counts per electron; 1 if not given.") var countsPerElectron: Double?
  @Option(help: "A measured spectrum's read noise, in counts; 0 if not given.") var readNoise: Double?
  @Option(help: "What a measured spectrum's counts hold besides light and dark current; 0 if not given.") var offset:
    Double?

  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("A folder for spectrum.csv, spectrum.json and spectrum.svg.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Print the spectrum as CSV.") var csv = false

  enum Shape: String, ExpressibleByArgument, CaseIterable { case gaussian, lorentzian }

  private var isMeasured: Bool {
    [".csv", ".txt", ".dat", ".asc", ".tsv"].contains { file.lowercased().hasSuffix($0) }
  }

  func validate() throws {
    if let lines, !(0...12).contains(lines) {
      throw ValidationError("--lines must be between 0 and 12, found \(lines)")
    }
    if let countsPerElectron, !(countsPerElectron > 0 && countsPerElectron < 1e6) {
      throw ValidationError("--counts-per-electron must be above 0, found \(countsPerElectron)")
    }
    if let readNoise, !(readNoise >= 0 && readNoise < 1e9) {
      throw ValidationError("--read-noise must not be negative, found \(readNoise)")
    }
    if isMeasured, !overrides.isEmpty {
      throw ValidationError("--set changes a scenario; \(file) is a measured spectrum")
    }
    if !isMeasured {
      for (name, isGiven) in [
        ("--resolution", resolution != nil), ("--counts-per-electron", countsPerElectron != nil),
        ("--read-noise", readNoise != nil), ("--offset", offset != nil),
      ] where isGiven {
        throw ValidationError("\(name) describes a measured spectrum; a scenario's spectrometer says it itself")
      }
    }
  }

  func run() throws {
    try orFail {
      let result = isMeasured ? try measured() : try simulated()
      for note in result.output.notes { standardError("warning: \(note)") }
      if let output {
        try makeFolder(output)
        try writeText(result.table.csv(), to: output + "/spectrum.csv")
        try writeText(JSONOutput.encode(result.output), to: output + "/spectrum.json")
        try writeText(result.figure.svg(), to: output + "/spectrum.svg")
      }
      if json {
        print(try JSONOutput.encode(result.output), terminator: "")
      } else if csv {
        print(result.table.csv(), terminator: "")
      } else {
        print(result.title)
        print(result.summary.text())
        if !result.output.fits.isEmpty { print(result.lines.text()) }
        if let output { print("\(output)/spectrum.svg") }
      }
    }
  }

  private func options(resolutionNanometers: Double) throws -> SpectrumFitOptions {
    var options = SpectrumFitOptions()
    options.lines = lines
    options.shape = shape == .gaussian ? .gaussian : .lorentzian
    options.resolutionNanometers = resolutionNanometers
    if let range {
      let ends = try range.split(separator: ":", omittingEmptySubsequences: false).map {
        try time(String($0), option: "--range", in: .nanometers)
      }
      guard ends.count == 2, ends[0] < ends[1] else {
        throw ValidationError("--range: write START:STOP, for example \"590 nm:640 nm\", found '\(range)'")
      }
      options.rangeNanometers = ends[0]...ends[1]
    }
    return options
  }

  private func measured() throws -> SpectrumResult {
    let spectrum = try MeasuredSpectrum(text: readText(file), file: file)
    let resolution = try resolution.map { try time($0, option: "--resolution", in: .nanometers) } ?? 0
    let noise = CameraNoise(
      countsPerElectron: countsPerElectron ?? 1, offsetCounts: offset ?? 0,
      readingVariance: (readNoise ?? 0) * (readNoise ?? 0))
    let fit = try fitSpectrum(spectrum, noise: noise, options: options(resolutionNanometers: resolution))
    var result = SpectrumResult(title: file, spectrum: spectrum, fit: fit, noise: noise)
    if resolution > 0 { result.output.resolutionNm = resolution }
    if countsPerElectron == nil {
      result.output.notes.append(
        "without --counts-per-electron the counts are taken for electrons; uncertainties rest on it")
    }
    return result
  }

  private func simulated() throws -> SpectrumResult {
    try SpectrumResult(
      simulating: readScenarioWithBar(
        readText(file), file: file, overrides: overrides.map { try Override(parsing: $0) }),
      file: file, seed: engineOptions.seed, threads: engineOptions.threadCount,
      engine: engine == .fast ? .fast : .reference, options: options(resolutionNanometers: 0))
  }
}

extension SpectrumResult {
  /// Takes the spectrum that a scenario's spectrometer shows, and fits it as any other.
  init(
    simulating scenario: Scenario, file: String, seed: UInt64, threads: Int, engine: Simulator.Engine,
    options: SpectrumFitOptions
  ) throws {
    guard let spectrometer = scenario.bench.spectrometer else {
      throw Failure(
        .badData,
        "error: \(file) has no spectrometer; add 'spectrometer: {preset: isoplan-160-proem-1600}' to it")
    }
    let expected = SpectrumPrediction(bench: scenario.bench, spectrometer: spectrometer)
    Interruption.watch()
    let bar = ProgressBar("taking the spectrum")
    let simulator = SpectrumSimulator(bench: scenario.bench, spectrometer: spectrometer, seed: seed, engine: engine)
    let taken = simulator.run(threads: threads) { fraction in
      bar.update(fraction: fraction)
      return !Interruption.isRequested
    }
    bar.finish()
    guard taken.exposures == spectrometer.accumulations else {
      throw Failure(
        .interrupted,
        "interrupted after \(taken.exposures) of \(spectrometer.accumulations) exposures; nothing is written")
    }
    // From here on the spectrum is one like any other; its response is what a calibrated lamp shows.
    let spectrum = try MeasuredSpectrum(
      wavelengthsNanometers: spectrometer.pixelCentersNanometers, counts: taken.counts.map(Double.init),
      response: expected.response)
    let readings = Double(spectrometer.accumulations)
    let noise = CameraNoise(
      countsPerElectron: spectrometer.camera.countsPerElectron,
      offsetCounts: spectrometer.camera.offsetCounts * readings,
      readingVariance: spectrometer.camera.readingVariance * readings)
    var options = options
    options.resolutionNanometers = spectrometer.resolutionNanometers
    let fit = try fitSpectrum(spectrum, noise: noise, options: options)
    self.init(title: scenario.bench.name, spectrum: spectrum, fit: fit, noise: noise)
    add(taken, expected: expected, bench: scenario.bench, seed: seed)
  }
}
