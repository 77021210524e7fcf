import Glibc
import TimeTags

/// The bins of a fine delay histogram: edges at multiples of the width, half-open, symmetric about zero.
struct DelayAxis {
  let widthPs: Int
  let binsPerSide: Int

  /// - Throws: ``AnalysisError`` when the numbers make no histogram.
  init(binPs: Double, rangePs: Double, header: RecordingHeader) throws {
    guard binPs > 0, binPs.isFinite, rangePs >= binPs, rangePs.isFinite, rangePs < 1e15 else {
      throw AnalysisError("A delay histogram needs a positive bin width and a range of at least one bin.")
    }
    let clock = TagClock(header)
    let unit = (clock.nanoTicks > 0 ? clock.nanoTicks : clock.macroTicks) / TagClock.ticksPerPicosecond
    var step = 2
    // bins that are not multiples of the resolution would beat with it
    if unit == unit.rounded(), unit >= 1, unit < 1e6, unit <= 2 * binPs {
      step = Int(unit) % 2 == 0 ? Int(unit) : 2 * Int(unit)
    }
    widthPs = max(Int((binPs / Double(step)).rounded()), 1) * step
    guard rangePs / Double(widthPs) <= 1e7 else {
      throw AnalysisError(
        "The delay histogram would have more than 20 million bins; widen the bins or shorten the range.")
    }
    binsPerSide = Int((rangePs / Double(widthPs) - 1e-9).rounded(.up))
  }

  /// The width of a bin in ticks.
  var widthTicks: Int64 { Int64(widthPs) * Int64(TagClock.ticksPerPicosecond) }

  var histogram: PairHistogram {
    PairHistogram(firstEdge: -widthTicks * Int64(binsPerSide), binWidth: widthTicks, binCount: 2 * binsPerSide)
  }

  /// Bin centres in picoseconds (whole, since the width is even).
  var centersPs: [Int] { (-binsPerSide..<binsPerSide).map { $0 * widthPs + widthPs / 2 } }
}
