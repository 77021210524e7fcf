import Glibc
import TimeTags

/// The pairs of a channel with itself at rising differences, from which the share of afterpulses shows.
struct AfterpulsePairs {
  /// How long afterpulses are looked for, and for as long again what is there without them, in picoseconds.
  static let reachPs = 5e6

  private var histogram: PairHistogram
  /// The times from a click to the next one.
  var gaps = ClickGaps()
  /// The periods of a ``ClickResponse`` in a bin.
  let stepsPerBin: Int

  /// By pulse number, from one pulse later on.
  init(periodPs: Double) {
    let reach = min(max(Int(Self.reachPs / periodPs), 8), 4000)
    histogram = PairHistogram(firstEdge: 1, binWidth: 1, binCount: 2 * reach)
    stepsPerBin = 1
  }

  /// By time in ticks, in 500 steps of 10 ns.
  init() {
    let width = Int64(Self.reachPs / 500 * TagClock.ticksPerPicosecond)
    histogram = PairHistogram(firstEdge: width, binWidth: width, binCount: 1000)
    stepsPerBin = 10
  }

  /// Takes the next clicks: all of them, and those inside a gate.
  mutating func consume(all: UnsafeBufferPointer<Int64>, gated: UnsafeBufferPointer<Int64>, watermark: Int64) {
    histogram.consume(first: all, second: gated, watermark: watermark)
  }

  /// Ends the count.
  mutating func finish() { histogram.finish() }

  /// The pairs that are more than those far apart, per gated click.
  struct Excess {
    /// By difference.
    var values: [Double]
    /// The variances of counting.
    var variances: [Double]
    /// The variance of pairs that are far apart.
    var farVariance: Double
    /// The variance of the level taken off each.
    var levelVariance: Double
    /// The differences before it have less than half of the pairs that are far apart.
    var firstLive: Int
  }

  /// What is there beyond independent clicks.
  var excess: Excess {
    let counts = histogram.counts
    let reach = counts.count / 2
    let level = Double(counts[reach...].reduce(0, +)) / Double(counts.count - reach)
    let clicks = Double(max(histogram.events.second, 1))
    let variance = max(level, 1) / (clicks * clicks)
    return Excess(
      values: counts[..<reach].map { (Double($0) - level) / clicks },
      variances: counts[..<reach].map { max(Double($0) / (clicks * clicks), variance) }, farVariance: variance,
      levelVariance: variance / Double(counts.count - reach),
      firstLive: counts[..<reach].firstIndex { Double($0) >= level / 2 } ?? reach)
  }

  /// What a click does, by the same differences.
  func expected(_ detector: ClickResponse.Detector, share: Double, delayNs: Double) -> (
    excess: [Double], inLaterPulses: Double
  ) {
    let reach = histogram.counts.count / 2
    let response = ClickResponse(detector, share: share, delayNs: delayNs, pulses: stepsPerBin * (reach + 1) - 1)
    // by time the first bin is one width away
    let excess = (0..<reach).map { bin in
      response.excess[(stepsPerBin * (bin + 1) - 1)..<(stepsPerBin * (bin + 2) - 1)].reduce(0, +)
    }
    return (excess, response.inLaterPulses)
  }

  /// The share of the gated clicks that are afterpulses of an earlier click, in a later pulse where there are pulses.
  ///
  /// The pairs that are more, and what ``ClickResponse`` makes of the afterpulses that a series in them shows: its dead time hides
  /// some of these pairs, and afterpulses of afterpulses make pairs with several clicks.
  ///
  /// - Throws: ``AnalysisError`` where the detector is blind for too much of the time.
  func share(_ detector: ClickResponse.Detector) throws(AnalysisError) -> MeasuredValue {
    try detector.check()
    let excess = excess
    let (first, reach) = (excess.firstLive, excess.values.count)
    let seen = excess.values[first...].reduce(0, +)
    let untouched = max(first, firstUntouched(detector))
    let law = afterpulses(detector, from: untouched).found
    let expected = expected(detector, share: law?.share.value ?? 0, delayNs: law?.delayNs.value ?? 1)
    let hidden = hidden(expected, first)
    let cells = Double(reach - first)
    let variance = excess.variances[first...].reduce(0, +) + cells * cells * excess.levelVariance
    // clicks come in families, and pairs of these in lots
    let family = max((1 + expected.inLaterPulses) / (1 - expected.inLaterPulses), 1)
    // anything up to there, as likely as anything else
    let unnoticed = law == nil ? mostHiddenUnnoticed(detector, first, from: untouched) / 3.0.squareRoot() : 0
    return MeasuredValue(seen + hidden, hypot(family * variance.squareRoot(), unnoticed))
  }

  /// What afterpulses do that the pairs do not show.
  private func hidden(_ expected: (excess: [Double], inLaterPulses: Double), _ first: Int) -> Double {
    expected.inLaterPulses - expected.excess[min(first, expected.excess.count)...].reduce(0, +)
  }

  /// The most that is hidden of afterpulses that are too few for ``afterpulses(_:from:)``, one or three bins after the dead time.
  private func mostHiddenUnnoticed(_ detector: ClickResponse.Detector, _ first: Int, from untouched: Int) -> Double {
    let share = 0.05
    let binNs = Double(stepsPerBin) * detector.decay.periodPs / 1e3
    let none = expected(detector, share: 0, delayNs: binNs)
    return [binNs, 3 * binNs].map { delayNs in
      let few = expected(detector, share: share, delayNs: delayNs)
      let square = zip(few.excess, none.excess).dropFirst(untouched).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let noticed = square > 0 ? Self.significance * (excess.farVariance / square).squareRoot() : .infinity
      let most = min(noticed, 0.3 / share)
      return most * abs(hidden(few, first) - hidden(none, first))
    }.max() ?? 0
  }
}

/// The share of a channel's clicks that have an afterpulse in a later pulse, of those that have one at all.
///
/// - Parameter decay: of the channel, for how much of the period is left after a click; nil: unknown, all come later.
func shareInLaterPulses(decayNs: Double?, _ decay: FoldedDecay?, _ edge: FoldedDecay.Edge?) -> Double {
  guard let decayNs, decayNs > 0, let decay, let edge else { return 1 }
  var (sum, clicks) = (0.0, 0.0)
  for (bin, count) in decay.counts.enumerated() where count > 0 {
    var delay = ((Double(bin) + 0.5) * decay.binPs - edge.timePs) / decay.periodPs
    delay -= delay.rounded(.down)
    sum += Double(count) * exp(-(1 - delay) * decay.periodPs / 1e3 / decayNs)
    clicks += Double(count)
  }
  return clicks > 0 ? sum / clicks : 1
}
