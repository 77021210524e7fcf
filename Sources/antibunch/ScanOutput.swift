import Analysis
import Bench
import Emitters
import Prediction
import Reporting
import Scenarios
import Simulation

/// What `scan` prints as JSON.
struct ScanOutput: Encodable {
  var seed: UInt64
  /// Whether the scan was interrupted.
  var partial: Bool
  /// Of the columns.
  var xUm: [Double]
  /// Of the rows.
  var yUm: [Double]
  var dwellS: Double
  /// Row by row; -1 where the scan did not come to.
  var counts: [[Int]]
  var expectedCounts: [[Double]]
  var spots: [FoundSpot]
  /// Emitters in the field that no spot stands for.
  var missed: [TrueEmitter]
  /// Spots without an emitter.
  var falseSpots: Int

  enum CodingKeys: String, CodingKey {
    case seed, partial, counts, spots, missed
    case xUm = "x_um"
    case yUm = "y_um"
    case dwellS = "dwell_s"
    case expectedCounts = "expected_counts"
    case falseSpots = "false_spots"
  }

  /// A spot that the analysis found in the image, and the emitter it stands for.
  struct FoundSpot: Encodable {
    var xUm: Double
    var xUmUncertainty: Double
    var yUm: Double
    var yUmUncertainty: Double
    var fwhmUm: Double
    var fwhmUmUncertainty: Double
    /// In the centre, above the background.
    var countsPerSecond: Double
    var countsPerSecondUncertainty: Double
    var backgroundCountsPerSecond: Double
    var falseAlarmProbability: Double
    @OrNull var chi2Reduced: Double?
    /// The nearest emitter within a width; null for a false spot.
    @OrNull var truth: TrueEmitter?

    enum CodingKeys: String, CodingKey {
      case xUm = "x_um"
      case xUmUncertainty = "x_um_uncertainty"
      case yUm = "y_um"
      case yUmUncertainty = "y_um_uncertainty"
      case fwhmUm = "fwhm_um"
      case fwhmUmUncertainty = "fwhm_um_uncertainty"
      case countsPerSecond = "counts_per_second"
      case countsPerSecondUncertainty = "counts_per_second_uncertainty"
      case backgroundCountsPerSecond = "background_counts_per_second"
      case falseAlarmProbability = "false_alarm_probability"
      case chi2Reduced = "chi2_reduced"
      case truth
    }
  }

  /// An emitter of the sample.
  struct TrueEmitter: Encodable {
    /// Its number in the sample, from 0.
    var emitter: Int
    var name: String
    var xUm: Double
    var yUm: Double
    /// From the spot; null for an emitter that was missed.
    @OrNull var distanceUm: Double?
    /// Of its photons in the image.
    var counts: Int
    /// In the centre of the spots, on average over its hidden states.
    var expectedCountsPerSecond: Double

    enum CodingKeys: String, CodingKey {
      case emitter, name, counts
      case xUm = "x_um"
      case yUm = "y_um"
      case distanceUm = "distance_um"
      case expectedCountsPerSecond = "expected_counts_per_second"
    }
  }
}

extension ScanOutput {
  /// The image, what was to be expected, and what the analysis finds in the image alone, held against the truth.
  init(scan: ScanBench, record: ScanRecord, prediction: ScanPrediction, seed: UInt64) throws {
    let raster = scan.raster
    func rows<Value>(_ values: [Value]) -> [[Value]] {
      (0..<raster.rows).map { Array(values[($0 * raster.columns)..<(($0 + 1) * raster.columns)]) }
    }
    self.seed = seed
    partial = record.visited < raster.pixelCount
    xUm = (0..<raster.columns).map { raster.place(of: .init(column: $0, row: 0)).xMicrometers }
    yUm = (0..<raster.rows).map { raster.place(of: .init(column: 0, row: $0)).yMicrometers }
    dwellS = raster.dwellSeconds
    counts = rows(record.counts)
    expectedCounts = rows(prediction.expectedCounts)
    let width = scan.seenSpot.fwhmMicrometers
    let found = try findSpots(
      in: CountImage(
        columns: raster.columns, counts: record.counts, stepMicrometers: raster.stepMicrometers,
        dwellSeconds: raster.dwellSeconds), options: SpotOptions(fwhmMicrometers: width))

    func truth(_ e: Int, from place: SamplePlace? = nil) -> TrueEmitter {
      let own = scan.emitterPlaces[e]
      return TrueEmitter(
        emitter: e, name: scan.bench.emitters[e].name, xUm: own.xMicrometers, yUm: own.yMicrometers,
        distanceUm: place.map { $0.squaredDistance(to: own).squareRoot() }, counts: record.countsPerEmitter[e],
        expectedCountsPerSecond: prediction.emitterRatesHz[e])
    }
    // The closest pairs first; each emitter stands for one spot.
    let places = found.map { SamplePlace(xMicrometers: $0.x.value, yMicrometers: $0.y.value) }
    let pairs = places.indices.flatMap { s in
      scan.emitterPlaces.indices.map {
        (spot: s, emitter: $0, distance: places[s].squaredDistance(to: scan.emitterPlaces[$0]))
      }
    }.filter { $0.distance <= width * width }.sorted {
      ($0.distance, $0.spot, $0.emitter) < ($1.distance, $1.spot, $1.emitter)
    }
    var emitterOfSpot: [Int: Int] = [:]
    var isFound = Set<Int>()
    for pair in pairs where emitterOfSpot[pair.spot] == nil && !isFound.contains(pair.emitter) {
      emitterOfSpot[pair.spot] = pair.emitter
      isFound.insert(pair.emitter)
    }
    spots = found.enumerated().map { s, spot in
      FoundSpot(
        xUm: spot.x.value, xUmUncertainty: spot.x.uncertainty, yUm: spot.y.value, yUmUncertainty: spot.y.uncertainty,
        fwhmUm: spot.fwhm.value, fwhmUmUncertainty: spot.fwhm.uncertainty,
        countsPerSecond: spot.countsPerSecond.value, countsPerSecondUncertainty: spot.countsPerSecond.uncertainty,
        backgroundCountsPerSecond: spot.backgroundCountsPerSecond,
        falseAlarmProbability: spot.falseAlarmProbability, chi2Reduced: spot.chi2Reduced,
        truth: emitterOfSpot[s].map { truth($0, from: places[s]) })
    }
    missed = scan.emitterPlaces.indices
      .filter { !isFound.contains($0) && raster.contains(scan.emitterPlaces[$0]) }.map { truth($0) }
    falseSpots = spots.count { $0.truth == nil }
  }

  /// Found spots and the emitters they stand for.
  var table: Table {
    var table = Table([
      .init("spot"), .init("x", .right), .init("y", .right), .init("width", .right), .init("counts/s", .right),
      .init("χ²/ν", .right),
      .init("emitter"), .init("distance", .right), .init("its counts", .right), .init("expected/s", .right),
    ])
    for (number, spot) in spots.enumerated() {
      table.append(
        "\(number + 1)", "\(RoundedMeasurement(spot.xUm, spot.xUmUncertainty)) µm",
        "\(RoundedMeasurement(spot.yUm, spot.yUmUncertainty)) µm",
        "\(NumberFormat.fixed(spot.fwhmUm * 1e3, places: 0)) nm",
        "\(RoundedMeasurement(spot.countsPerSecond, spot.countsPerSecondUncertainty))",
        spot.chi2Reduced.map { NumberFormat.fixed($0, places: 1) } ?? "–", spot.truth?.name ?? "none",
        spot.truth?.distanceUm.map { "\(NumberFormat.fixed($0 * 1e3, places: 0)) nm" } ?? "–",
        spot.truth.map { NumberFormat.count($0.counts) } ?? "–",
        spot.truth.map { NumberFormat.significant($0.expectedCountsPerSecond, digits: 4) } ?? "–")
    }
    for emitter in missed {
      table.append(
        "missed", "\(NumberFormat.fixed(emitter.xUm, places: 3)) µm",
        "\(NumberFormat.fixed(emitter.yUm, places: 3)) µm",
        "–", "–", "–", emitter.name, "–", NumberFormat.count(emitter.counts),
        NumberFormat.significant(emitter.expectedCountsPerSecond, digits: 4))
    }
    return table
  }
}
