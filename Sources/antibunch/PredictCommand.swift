import ArgumentParser
import Bench
import Detectors
import Emitters
import Glibc
import Light
import Prediction
import Reporting
import Scenarios

/// What `predict` prints as JSON.
struct PredictionOutput: Encodable {
  struct Component: Codable {
    var name: String
    var rateHz: Double
    enum CodingKeys: String, CodingKey {
      case name
      case rateHz = "rate_hz"
    }
  }
  var detectedRateHz: [String: Double]
  var signalFraction: Double
  @OrNull var g2Zero: Double?
  @OrNull var g2ZeroBackgroundFree: Double?
  var components: [Component]
  @OrNull var meanDetectedPhotonsPerPulse: Double?
  /// Continuous excitation: the curve at delays from a tenth of a nanosecond to a millisecond, 20 per decade.
  @OrNull var g2Curve: Curve?

  /// Coincidences at long delays relative to independent light, from a microsecond to the recording's length, 5 per decade:
  /// blinking, wandering lines, bleaching.
  @OrNull var bunching: Bunching?
  /// What each detector sees, in clicks per second and nanometre.
  var spectra: [SpectrumOutput]
  /// Whose numbers the coupling and the Purcell factor are; `nil` where the scenario writes them down itself.
  @OrNull var device: DeviceOutput?
  /// What the environment changes; `nil` where the lifetimes hold where the emitters are.
  @OrNull var environment: EnvironmentOutput?
  /// What this bench does and the prediction leaves out, one sentence each.
  var leftOut: [String]

  struct Bunching: Codable {
    var tauS: [Double]
    var ratio: [Double]
    /// "exact", or by which approximation.
    var method: String
    enum CodingKeys: String, CodingKey {
      case tauS = "tau_s"
      case ratio, method
    }
  }

  struct SpectrumOutput: Codable {
    var detector: String
    var wavelengthNm: [Double]
    var signal: [Double]
    var background: [Double]
    enum CodingKeys: String, CodingKey {
      case detector
      case wavelengthNm = "wavelength_nm"
      case signal, background
    }
  }

  struct Curve: Encodable {
    var tauNs: [Double]
    var g2: [Double]
    enum CodingKeys: String, CodingKey {
      case tauNs = "tau_ns"
      case g2
    }
  }

  enum CodingKeys: String, CodingKey {
    case detectedRateHz = "detected_rate_hz"
    case signalFraction = "signal_fraction"
    case g2Zero = "g2_zero"
    case g2ZeroBackgroundFree = "g2_zero_background_free"
    case components
    case meanDetectedPhotonsPerPulse = "mean_detected_photons_per_pulse"
    case g2Curve = "g2_curve"
    case bunching, spectra, device, environment
    case leftOut = "left_out"
  }

  init(_ predictor: Predictor, _ scenario: Scenario) {
    device = scenario.device.map(DeviceOutput.init)
    environment = scenario.environment.map { EnvironmentOutput($0, scenario.bench.emitters) }
    leftOut = predictor.leftOut
    let electronics = predictor.bench.electronics
    detectedRateHz = Dictionary(
      uniqueKeysWithValues: predictor.recordedRatesHz.enumerated().map {
        ("\(electronics.channel(ofDetector: $0.offset))", $0.element)
      })
    signalFraction = predictor.signalFraction
    g2Zero = predictor.g2Zero
    g2ZeroBackgroundFree = predictor.g2ZeroBackgroundFree
    components = predictor.componentRatesHz.map { Component(name: $0.name, rateHz: $0.rateHz) }
    meanDetectedPhotonsPerPulse = predictor.isContinuous ? nil : predictor.meanDetectedPhotonsPerPulse
    let wavelengths = Self.wavelengths(predictor.bench)
    spectra = predictor.bench.detectors.enumerated().map { d, detector in
      let seen = predictor.spectrum(atDetector: d, wavelengthsNanometers: wavelengths)
      return SpectrumOutput(
        detector: detector.name, wavelengthNm: wavelengths, signal: seen.signal, background: seen.background)
    }
    let duration = predictor.bench.durationSeconds
    let delays = (0...60).map { pow(10, Double($0) / 5 - 6) }.filter { $0 < duration }
    let ratios = delays.compactMap { predictor.bunching(atDelaySeconds: $0) }
    bunching =
      ratios.isEmpty || predictor.stateShares.isEmpty
      ? nil
      : Bunching(
        tauS: delays, ratio: ratios,
        method: predictor.isBunchingExact
          ? "exact" : "numerical inversion of a Laplace transform for dwells that are not exponential, about 1e-4")
    if predictor.isContinuous, predictor.bench.detectors.count > 1 {
      let delays = [0] + (0...140).map { pow(10, Double($0) / 20 - 1) }
      g2Curve = Curve(tauNs: delays, g2: delays.compactMap { predictor.g2(atDelayNanoseconds: $0) })
    }
  }
}

extension PredictionOutput {
  /// From the bluest to the reddest light of the bench, 2 nm apart, three widths beyond each line but no more than 100 nm.
  static func wavelengths(_ bench: Bench) -> [Double] {
    let lines =
      bench.background.map(\.spectrum)
      + bench.emitters.flatMap(\.states).flatMap(\.scheme.transitions).compactMap {
        $0.quantumYield > 0 ? $0.line : nil
      }
    guard let low = lines.map({ $0.centerNanometers - min(100, 3 * $0.fwhmNanometers) }).min(),
      let high = lines.map({ $0.centerNanometers + min(100, 3 * $0.fwhmNanometers) }).max()
    else { return [] }
    // Narrow lines need a finer grid; a thousand points at most.
    let narrowest = lines.map(\.fwhmNanometers).min() ?? 2
    let step = max(min(2, narrowest / 10), (high - low) / 1_000)
    return stride(from: low, through: high, by: step).map { $0 }
  }
}

struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Calculates what a bench records: exact expectation values, no random numbers.")

  @OptionGroup var scenario: ScenarioOptions
  @Option(
    help: ArgumentHelp(
      "Predict so many sites of a scenario with a placement instead: how g2(0) is distributed over them.",
      valueName: "count"))
  var sites: Int?
  @Option(
    help: ArgumentHelp(
      "Predict so many devices of a scenario with tolerances instead: how coupling, rate and g2(0) spread over them.",
      valueName: "count"))
  var devices: Int?
  @Option(
    help: ArgumentHelp(
      "With --devices: how many counts a side peak needs for g2(0) to be told; 24 if not given, as in the paper's Fig. 6b.",
      valueName: "count"))
  var counts: Double?
  @Option(help: "With --devices: how many are solved at the same time; does not change the results.") var threads: Int?
  @Option(
    name: [.short, .customLong("output")],
    help: ArgumentHelp("With --devices: a folder for figures and tables.", valueName: "folder"))
  var output: String?
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if let sites, !(1...1_000_000).contains(sites) {
      throw ValidationError("--sites must be between 1 and 1000000, found \(sites)")
    }
    if let devices, !(1...100_000).contains(devices) {
      throw ValidationError("--devices must be between 1 and 100000, found \(devices)")
    }
    if sites != nil, devices != nil { throw ValidationError("--sites and --devices exclude each other") }
    if devices == nil, counts != nil || threads != nil || output != nil {
      throw ValidationError("--counts, --threads and --output belong to --devices")
    }
    if let counts, !(counts >= 0 && counts.isFinite) {
      throw ValidationError("--counts must be a number of at least 0, found \(counts)")
    }
    try checkThreads(threads)
  }

  func run() throws {
    try orFail {
      if let sites {
        try predictSites(sites)
        return
      }
      if let devices {
        try predictDevices(devices)
        return
      }
      let scenario = try scenario.load()
      let output = PredictionOutput(Predictor(bench: scenario.bench), scenario)
      if json {
        print(try JSONOutput.encode(output), terminator: "")
        return
      }
      var table = Table([.init("quantity"), .init("expected", .right)])
      for (channel, rate) in output.detectedRateHz.sorted(by: { $0.key < $1.key }) {
        table.append("rate of channel \(channel)", NumberFormat.rate(rate, digits: 5))
      }
      table.append("signal fraction", NumberFormat.percent(output.signalFraction, places: 2))
      if let clicks = output.meanDetectedPhotonsPerPulse {
        table.append("clicks per laser pulse", NumberFormat.significant(clicks, digits: 4))
      }
      if let value = output.g2Zero { table.append("g2(0)", NumberFormat.fixed(value, places: 4)) }
      if let value = output.g2ZeroBackgroundFree {
        table.append("g2(0) without background", NumberFormat.fixed(value, places: 4))
      }
      output.device?.append(to: &table)
      output.environment?.append(to: &table)
      print(table.text())
      var causes = Table([.init("cause"), .init("rate", .right)])
      for component in output.components {
        causes.append(component.name, NumberFormat.rate(component.rateHz, digits: 4))
      }
      print(causes.text())
      for sentence in output.leftOut { print("Left out: \(sentence)") }
    }
  }

  private func predictSites(_ count: Int) throws {
    let first = try scenario.load()
    guard first.resolved["placement.mean_number"] != nil else {
      throw Failure(
        .badData, "--sites needs a scenario with a placement; \(scenario.scenario) lists its emitters one by one")
    }
    let output = try SitesOutput(count: count) { try scenario.load(site: $0) }
    if json {
      print(try JSONOutput.encode(output), terminator: "")
      return
    }
    print(output.table.text())
    if let share = output.singleShare, let below = output.belowHalfShare {
      print("of the occupied sites \(NumberFormat.percent(share, places: 1)) hold a single emitter;")
      print("\(NumberFormat.percent(below, places: 1)) have g2(0) below 0.5 without background")
    }
  }

  private func predictDevices(_ count: Int) throws {
    let first = try scenario.load()
    func fail(_ message: String) -> Failure { Failure(.badData, "error: --devices needs \(message)") }
    guard let tolerances = first.tolerances else {
      throw fail("a scenario with tolerances, as in Scenarios/strip-devices.yaml; \(scenario.scenario) has none")
    }
    guard let guide = first.guide else {
      throw fail("the guide's file; name it as device.guide in \(scenario.scenario)")
    }
    guard first.bench.detectors.count > 1, first.bench.excitation.repetitionRateHz != nil else {
      throw fail("a pulsed laser and two detectors, to count coincidences by side peak")
    }
    let name =
      try guideFile(ofScenario: readText(scenario.scenario), file: scenario.scenario) ?? scenario.scenario
    let result = try DevicesOutput(
      count: count, countsNeeded: counts ?? 24, design: first, guide: guide, tolerances: tolerances,
      file: GuideFile(text: readText(name), file: name), threads: threads ?? EngineOptions.processors
    ) { try scenario.load(device: $0) }
    if let output { try result.write(to: output) }
    if json {
      print(try JSONOutput.encode(result), terminator: "")
      return
    }
    print(result.table.text())
    for sentence in result.sentences { print(sentence) }
    if let output { print("figures and tables: \(output)") }
  }
}
