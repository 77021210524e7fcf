import ArgumentParser
import Bench
import Devices
import Glibc
import Light
import Reporting
import Scenarios

/// The scenario and what may be changed in it from the command line.
struct ScenarioOptions: ParsableArguments {
  @Argument(help: "The scenario, a YAML file that describes one bench.", completion: .file(extensions: ["yaml"]))
  var scenario: String

  @Option(help: ArgumentHelp("How long the recording lasts, for example \"60 s\".", valueName: "time"))
  var duration: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "Another value in the scenario, for example --set \"filter.bandwidth=10 nm\".", valueName: "path=value"))
  var overrides: [String] = []

  /// The same on a command line.
  var words: [String] {
    [scenario] + (duration.map { ["--duration", $0] } ?? []) + overrides.flatMap { ["--set", $0] }
  }

  /// Reads the scenario of a scan.
  func loadScan() throws -> (scenario: Scenario, scan: ScanBench) {
    let scenario = try read()
    guard let scan = scenario.scan else {
      throw Failure(
        .badData,
        "error: \(self.scenario) has no scan: section; a scan needs scan and sample, as in Scenarios/scan-strip.yaml")
    }
    return (scenario, scan)
  }

  /// Reads the scenario of a bench with a fixed spot.
  ///
  /// - Parameters:
  ///   - mode: "t2" or "t3" in place of the scenario's.
  ///   - site: another site of a placement.
  ///   - device: the numbers of another device than the scenario's.
  ///   - values: laid over all that, such as the values of a sweep's point.
  func load(
    mode: String? = nil, site: Int? = nil, device: DeviceNumbers? = nil, over values: [Override] = []
  ) throws -> Scenario {
    let scenario = try read(mode: mode, site: site, device: device, over: values)
    guard scenario.scan == nil else {
      throw Failure(
        .badData, "error: \(self.scenario) describes a sample to be scanned; use 'antibunch scan \(self.scenario)'")
    }
    return scenario
  }

  private func read(
    mode: String? = nil, site: Int? = nil, device: DeviceNumbers? = nil, over values: [Override] = []
  ) throws -> Scenario {
    let text = try readText(scenario)
    var all: [Override] = []
    for text in overrides { all.append(try Override(parsing: text)) }
    if let duration { all.append(Override("duration", duration, label: "--duration")) }
    if let mode { all.append(Override("electronics.mode", mode, label: "--mode")) }
    if let site { all.append(Override("placement.site", "\(site)", label: "--sites")) }
    if let device {
      all.append(Override("device.coupling", "\(device.coupling)", label: "--devices"))
      all.append(Override("device.purcell", "\(device.purcellFactor)", label: "--devices"))
    }
    let read = try readScenarioWithBar(text, file: scenario, overrides: all + values)
    if read.bench.detectors.isEmpty {
      throw Failure(
        .badData,
        "error: \(scenario) has a spectrometer and no detectors; take its spectrum with 'antibunch spectrum', or add detectors"
      )
    }
    return read
  }
}

/// Reads a scenario; a bar says how far a device has come that is calculated from its guide.
func readScenarioWithBar(_ text: String, file: String, overrides: [Override] = []) throws -> Scenario {
  let bar = ProgressBar("solving the device")
  defer { bar.finish() }
  return try readScenario(
    text, file: file, overrides: overrides, threads: EngineOptions.processors, progress: { bar.update(fraction: $0) },
    solve: solveDevice)
}

/// How a simulation runs; none of it but the seed changes a record.
struct EngineOptions: ParsableArguments {
  @Option(help: "The seed: same scenario and seed, same bytes.")
  var seed: UInt64 = 1

  @Option(help: "How many threads draw photons; does not change the records.")
  var threads: Int?

  func validate() throws {
    try checkThreads(threads)
  }

  var threadCount: Int { threads ?? Self.processors }

  /// What the machine offers.
  static var processors: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
}

/// Refuses a number of threads that no machine has.
func checkThreads(_ threads: Int?) throws {
  if let threads, !(1...1024).contains(threads) {
    throw ValidationError("--threads must be between 1 and 1024, found \(threads)")
  }
}
