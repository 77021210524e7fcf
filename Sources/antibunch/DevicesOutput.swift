import Bench
import CGSL
import Devices
import Light
import Photonics
import Prediction
import Reporting
import Scenarios
import Synchronization

/// Devices of one design as they come out: what each does to its emitter's light, and what is measured on it.
struct DevicesOutput: Encodable {
  struct Device: Encodable {
    /// Its number; `nil` for the design.
    @OrNull var device: Int?
    var widthNm: Double
    var heightNm: Double
    var positionUm: Double
    /// x, y, z of the dipole, or of the axis across its plane; `nil` for an average over all.
    @OrNull var orientation: [Double]?
    /// Into the guide at both ends.
    var rateOverFreeSpace: Double
    /// The same as a share of the emitter's own rate.
    var beta: Double
    /// The share at the fibre's end.
    var coupling: Double
    var purcell: Double
    /// All detectors.
    var detectedRateHz: Double
    @OrNull var g2Zero: Double?
    var countsPerSidePeak: Double

    enum CodingKeys: String, CodingKey {
      case device, orientation, beta, coupling, purcell
      case widthNm = "width_nm"
      case heightNm = "height_nm"
      case positionUm = "position_um"
      case rateOverFreeSpace = "rate_over_free_space"
      case detectedRateHz = "detected_rate_hz"
      case g2Zero = "g2_zero"
      case countsPerSidePeak = "counts_per_side_peak"
    }
  }

  /// How a quantity is distributed over the devices.
  struct Distribution: Encodable {
    var least, p10, median, p90, most, mean: Double

    /// - Parameter values: at least one.
    init(_ values: [Double]) {
      let sorted = values.sorted()
      func quantile(_ share: Double) -> Double {
        gsl_stats_quantile_from_sorted_data(sorted, 1, sorted.count, share)
      }
      (least, p10, median) = (sorted[0], quantile(0.1), quantile(0.5))
      (p90, most) = (quantile(0.9), sorted[sorted.count - 1])
      mean = values.reduce(0, +) / Double(values.count)
    }
  }

  /// How many of so many guides show it: binomial.
  struct Batch: Encodable {
    var mean: Double
    /// The least numbers that are not exceeded in 10 % and 90 % of such batches.
    var p10, p90: Int

    init(of count: Int, share: Double) {
      func quantile(_ probability: Double) -> Int {
        (0..<count).first { gsl_cdf_binomial_P(UInt32($0), share, UInt32(count)) >= probability } ?? count
      }
      (mean, p10, p90) = (Double(count) * share, quantile(0.1), quantile(0.9))
    }
  }

  var count: Int
  var design: Device
  var devices: [Device]
  var distributions: [String: Distribution]
  /// Of all devices, those whose g2(0) is below one half.
  var fractionBelowHalf: Double
  /// Those that also have enough counts per side peak to tell.
  var fractionShown: Double
  var countsNeeded: Double
  /// As many guides as the paper has.
  var ofEighteen: Batch

  enum CodingKeys: String, CodingKey {
    case count, design, devices, distributions
    case fractionBelowHalf = "fraction_below_half"
    case fractionShown = "fraction_shown"
    case countsNeeded = "counts_needed"
    case ofEighteen = "of_eighteen"
  }

  /// Draws devices, solves each strip's modes, and predicts its bench.
  ///
  /// - Parameters:
  ///   - design: the scenario as it stands.
  ///   - file: the guide's, for messages.
  ///   - load: reads it with a device's numbers.
  init(
    count: Int, countsNeeded: Double, design: Scenario, guide: Guide, tolerances: Tolerances, file: GuideFile,
    threads: Int,
    load: @Sendable (DeviceNumbers) throws -> Scenario
  ) throws {
    let drawn = try naming(file) { try (0..<count).map { try tolerances.device($0, of: guide) } }
    let (table, substrate) = try naming(file) {
      let bar = ProgressBar("total rate over width and height")
      defer { bar.finish() }
      return (
        try guide.totalRateTable(tolerances, threads: threads) { bar.update(fraction: $0) }, try guide.substrateRate()
      )
    }
    let bar = ProgressBar("solving \(count) devices", unit: "devices")
    let done = Atomic<Int>(0)
    devices = try inParallel(count, threads: threads) { number in
      let device = drawn[number]
      let numbers = try naming(file, ["device \(number)"]) {
        let guide = guide.fabricated(device)
        return try guide.numbers(
          of: device, orientation: tolerances.orientation, transfer: try guide.transfer(),
          total: table.rate(widthNanometers: device.widthNanometers, heightNanometers: device.heightNanometers),
          substrate: substrate)
      }
      let result = Device(device, numbers, number: number, scenario: try load(numbers))
      let finished = done.wrappingAdd(1, ordering: .relaxed).newValue
      bar.update(fraction: Double(finished) / Double(count), count: Double(finished))
      return result
    }
    bar.finish()
    let asDesigned = try naming(file) { try Tolerances().device(0, of: guide) }
    self.design = try naming(file) {
      let numbers = try guide.numbers(
        of: asDesigned, orientation: .averaged, transfer: try guide.transfer(),
        total: table.rate(widthNanometers: asDesigned.widthNanometers, heightNanometers: asDesigned.heightNanometers),
        substrate: substrate)
      return Device(asDesigned, numbers, number: nil, scenario: design)
    }
    self.count = count
    self.countsNeeded = countsNeeded
    distributions = [:]
    for (name, value) in Self.quantities {
      let values = devices.compactMap(value)
      if !values.isEmpty { distributions[name] = Distribution(values) }
    }
    let below = devices.filter { ($0.g2Zero ?? 1) < 0.5 }
    fractionBelowHalf = Double(below.count) / Double(count)
    fractionShown = Double(below.count { $0.countsPerSidePeak >= countsNeeded }) / Double(count)
    ofEighteen = Batch(of: 18, share: fractionShown)
  }

  /// What is distributed over the devices, by its name in the output.
  private static let quantities: [(name: String, value: @Sendable (Device) -> Double?)] = [
    ("rate_over_free_space", { $0.rateOverFreeSpace }), ("beta", { $0.beta }), ("coupling", { $0.coupling }),
    ("purcell", { $0.purcell }), ("detected_rate_hz", { $0.detectedRateHz }),
    ("counts_per_side_peak", { $0.countsPerSidePeak }), ("g2_zero", { $0.g2Zero }),
  ]

  /// The distributions, one in a row.
  var table: Table {
    var table = Table([
      .init("quantity"), .init("design", .right), .init("least", .right), .init("10 %", .right),
      .init("median", .right), .init("90 %", .right), .init("most", .right),
    ])
    for (name, value) in Self.quantities {
      guard let over = distributions[name] else { continue }
      let numbers = [value(design) ?? .nan, over.least, over.p10, over.median, over.p90, over.most]
      let (title, text) = Self.row(name)
      table.append([title] + numbers.map(text))
    }
    return table
  }

  private static func row(_ name: String) -> (title: String, text: (Double) -> String) {
    func percent(_ value: Double) -> String { NumberFormat.percent(value, places: 2) }
    func significant(_ value: Double) -> String { NumberFormat.significant(value, digits: 3) }
    return switch name {
    case "rate_over_free_space": ("into the guide/free space", significant)
    case "beta": ("share of its own rate (beta)", percent)
    case "coupling": ("of that at the fibre's end", percent)
    case "purcell": ("Purcell factor", { NumberFormat.significant($0, digits: 4) })
    case "detected_rate_hz": ("rate of all detectors", { NumberFormat.rate($0, digits: 3) })
    case "counts_per_side_peak": ("counts per side peak", significant)
    default: ("g2(0)", { NumberFormat.fixed($0, places: 3) })
    }
  }

  /// The answer in words.
  var sentences: [String] {
    [
      "of \(NumberFormat.count(count)) devices \(NumberFormat.percent(fractionBelowHalf, places: 1)) have g2(0) below 0.5, "
        + "\(NumberFormat.percent(fractionShown, places: 1)) with at least "
        + "\(Quantity.text(of: countsNeeded)) counts per side peak",
      "of 18 such guides \(NumberFormat.fixed(ofEighteen.mean, places: 1)) show it on average, "
        + "\(ofEighteen.p10) to \(ofEighteen.p90) in at least 80 % of all batches",
    ]
  }
}

extension DevicesOutput.Device {
  init(_ device: FabricatedDevice, _ numbers: DeviceNumbers, number: Int?, scenario: Scenario) {
    let predictor = Predictor(bench: scenario.bench)
    self.init(
      device: number, widthNm: device.widthNanometers, heightNm: device.heightNanometers,
      positionUm: device.positionNanometers / 1e3, orientation: device.direction.map { [$0.x, $0.y, $0.z] },
      rateOverFreeSpace: numbers.rateOverFreeSpace, beta: numbers.beta, coupling: numbers.coupling,
      purcell: numbers.purcellFactor, detectedRateHz: predictor.recordedRatesHz.reduce(0, +), g2Zero: predictor.g2Zero,
      countsPerSidePeak: predictor.coincidencesPerSidePeak ?? 0)
  }
}
