import CGSL
import Glibc

/// Finds the spots of an image, the brightest first.
///
/// The counts in an aperture about a pixel are held against those in the same aperture moved up, down, left and right, out
/// of reach of a spot: with equal means, n of n + m counts are binomial whatever the mean is (Przyborowski and Wilenski,
/// Biometrika 31, 313, 1940). A spot must stand out on *every* side, so that a band, an edge or the end of a strip, which
/// go on with at least their brightness on one side, are none. The threshold is shared out over all pixels: in an image
/// whose background falls towards no more than three of the sides, Poisson noise gives at most
/// ``SpotOptions/falseAlarmsPerImage`` spots on average, and about a twentieth of that over even light.
///
/// Spots closer than two widths count as one: a blinking emitter leaves dark lines in its spot.
///
/// - Throws: ``AnalysisError`` if the options make no sense for the image.
public func findSpots(in image: CountImage, options: SpotOptions) throws(AnalysisError) -> [Spot] {
  guard options.fwhmMicrometers > 0, options.fwhmMicrometers.isFinite else {
    throw AnalysisError("the width of spots must be above 0 um, found \(options.fwhmMicrometers) um")
  }
  guard options.falseAlarmsPerImage > 0 else {
    throw AnalysisError("the number of false alarms per image must be above 0, found \(options.falseAlarmsPerImage)")
  }
  var search = SpotSearch(image, options)
  let found = search.candidates()
  return found.map { spotFit(image, options, $0, others: found) }
}

/// A spot before it is fitted.
struct SpotCandidate {
  var column: Int
  var row: Int
  var falseAlarmProbability: Double
  /// Mean counts per pixel to the left and right, and above and below.
  var besides: Double
  var aboveAndBelow: Double
}

/// The search for significant maxima.
private struct SpotSearch {
  let image: CountImage
  let options: SpotOptions
  /// The pixels of the aperture, relative to its middle.
  let aperture: [(column: Int, row: Int)]
  /// Pixels from one moved aperture to the next, and to the first.
  let spacing: Int
  let first: Int
  /// Pixels that belong to a spot already found.
  var taken: [Bool]

  init(_ image: CountImage, _ options: SpotOptions) {
    self.image = image
    self.options = options
    let radius = 0.85 * options.fwhmMicrometers / image.stepMicrometers
    let reach = min(max(image.columns, image.rows), Int(radius))
    aperture = (-reach...reach).flatMap { r in (-reach...reach).map { (column: $0, row: r) } }
      .filter { Double($0.column * $0.column + $0.row * $0.row) <= radius * radius }
    spacing = 2 * reach + 1
    first = max(spacing, Int((2 * options.fwhmMicrometers / image.stepMicrometers).rounded(.up)))
    taken = [Bool](repeating: false, count: image.counts.count)
  }

  mutating func candidates() -> [SpotCandidate] {
    let sums = (0..<image.counts.count).map { i in
      image.counts[i] < 0 ? -1 : sum(aperture.filter { isMeasured(i, $0) }, at: i)
    }
    let threshold = options.falseAlarmsPerImage / Double(image.counts.count)
    let order = image.counts.indices.filter { isMaximum($0, sums) }.sorted { (sums[$1], $0) < (sums[$0], $1) }
    var found: [SpotCandidate] = []
    for i in order where !taken[i] {
      guard let candidate = test(i), candidate.falseAlarmProbability <= threshold else { continue }
      found.append(candidate)
      take(candidate)
    }
    return found
  }

  private func isMeasured(_ i: Int, _ offset: (column: Int, row: Int)) -> Bool {
    image[i % image.columns + offset.column, i / image.columns + offset.row] != nil
  }

  private func sum(_ pixels: [(column: Int, row: Int)], at i: Int) -> Int {
    pixels.reduce(0) { $0 + image.counts[i + $1.column + $1.row * image.columns] }
  }

  /// Whether no aperture within a width of this one holds more.
  private func isMaximum(_ i: Int, _ sums: [Int]) -> Bool {
    guard sums[i] > 0 else { return false }
    let reach = Int(options.fwhmMicrometers / image.stepMicrometers)
    let (c, r) = (i % image.columns, i / image.columns)
    for row in max(0, r - reach)...min(image.rows - 1, r + reach) {
      for column in max(0, c - reach)...min(image.columns - 1, c + reach) {
        let other = row * image.columns + column
        if (sums[other], -other) > (sums[i], -i) { return false }
      }
    }
    return true
  }

  /// Holds an aperture against its sides; `nil` where neither side along a line can be seen.
  private func test(_ i: Int) -> SpotCandidate? {
    let (column, row) = (i % image.columns, i / image.columns)
    let here = aperture.filter { isMeasured(i, $0) }
    let counts = sum(here, at: i)
    var worst = 0.0
    var means: [Double] = []
    for (dc, dr) in [(1, 0), (0, 1)] {
      var (all, apertures) = (0, 0)
      for sign in [-1, 1] {
        // Up to three apertures out of the next six places.
        var (side, seen) = (0, 0)
        for k in 0..<6 where seen < 3 {
          let shift = sign * (first + k * spacing)
          let moved = here.map { (column: $0.column + dc * shift, row: $0.row + dr * shift) }
          guard moved.allSatisfy({ isFree(column + $0.column, row + $0.row) }) else { continue }
          side += sum(moved, at: i)
          seen += 1
        }
        guard seen > 0 else { continue }
        let share = 1 / Double(1 + seen)
        worst = max(worst, gsl_cdf_binomial_Q(UInt32(counts - 1), share, UInt32(counts + side)))
        all += side
        apertures += seen
      }
      guard apertures > 0 else { return nil }
      means.append(Double(all) / Double(apertures * here.count))
    }
    return SpotCandidate(
      column: column, row: row, falseAlarmProbability: worst, besides: means[0], aboveAndBelow: means[1])
  }

  private func isFree(_ column: Int, _ row: Int) -> Bool {
    image[column, row] != nil && !taken[row * image.columns + column]
  }

  /// Nothing else is looked for within two widths, nor taken for background.
  private mutating func take(_ spot: SpotCandidate) {
    let radius = 2 * options.fwhmMicrometers / image.stepMicrometers
    for i in image.counts.indices {
      let (dc, dr) = (i % image.columns - spot.column, i / image.columns - spot.row)
      if Double(dc * dc + dr * dr) <= radius * radius { taken[i] = true }
    }
  }
}
