import Glibc
import TimeTags

/// The pairs of a channel with itself at rising differences, from which the share of afterpulses shows.
struct AfterpulsePairs {
  /// How long afterpulses are looked for, and for as long again what is there without them, in picoseconds.
  static let reachPs = 5e6

  private var histogram: PairHistogram

  /// By pulse number, from one pulse later on.
  init(periodPs: Double) {
    let reach = min(max(Int(Self.reachPs / periodPs), 8), 4000)
    histogram = PairHistogram(firstEdge: 1, binWidth: 1, binCount: 2 * reach)
  }

  /// By time in ticks, in 500 steps of 10 ns.
  init() {
    let width = Int64(Self.reachPs / 500 * TagClock.ticksPerPicosecond)
    histogram = PairHistogram(firstEdge: width, binWidth: width, binCount: 1000)
  }

  /// Takes the next clicks: all of them, and those inside a gate.
  mutating func consume(all: UnsafeBufferPointer<Int64>, gated: UnsafeBufferPointer<Int64>, watermark: Int64) {
    histogram.consume(first: all, second: gated, watermark: watermark)
  }

  /// Ends the count.
  mutating func finish() { histogram.finish() }

  /// The share of the gated clicks that are afterpulses of an earlier click.
  func share() -> MeasuredValue {
    let counts = histogram.counts
    let reach = counts.count / 2
    let far = Double(counts[reach...].reduce(0, +))
    let level = far / Double(counts.count - reach)
    // a blind detector has neither clicks nor afterpulses
    let blind = counts[..<reach].firstIndex { Double($0) >= level / 2 } ?? reach
    let near = Double(counts[blind..<reach].reduce(0, +))
    let cells = Double(reach - blind)
    let clicks = Double(max(histogram.events.second, 1))
    let variance = near + far * pow(cells / Double(counts.count - reach), 2)
    return MeasuredValue((near - cells * level) / clicks, max(variance, 1).squareRoot() / clicks)
  }

  /// Exponential afterpulses as pairs by pulse number show them.
  struct Series {
    /// The mean delay in periods.
    var delay: Double
    /// Pairs of a click and an afterpulse at the differences looked at and beyond, per click.
    var pairsPerClick: Double
  }

  /// A geometric series in the pairs that are more than those far apart, by least squares and to half a per cent in the delay.
  ///
  /// - Parameter first: the least pulse difference that a dead time leaves untouched.
  /// - Returns: whether the pairs show any, with five standard deviations, and the series where its delay is above a quarter of a
  ///   period and within the reach.
  func series(from first: Int) -> (found: Series?, isSignificant: Bool) {
    let counts = histogram.counts
    let reach = counts.count / 2
    let level = Double(counts[reach...].reduce(0, +)) / Double(counts.count - reach)
    let excess = counts[..<reach].dropFirst(first - 1).map { Double($0) - level }
    var best = (score: 0.0, delay: 0.0, atFirst: 0.0)
    for i in 0...1200 {
      let delay = 0.1 * exp(0.005 * Double(i))
      let ratio = exp(-1 / delay)
      var (product, square, power) = (0.0, 0.0, 1.0)
      for count in excess {
        product += count * power
        square += power * power
        power *= ratio
      }
      // what the series with the best amplitude takes off the sum of squares
      if product > 0, product * product / square > best.score {
        best = (product * product / square, delay, product / square)
      }
    }
    guard best.score > 25 * max(level, 1) else { return (nil, false) }
    guard best.delay >= 0.25, best.delay < Double(excess.count) else { return (nil, true) }
    let clicks = Double(max(histogram.events.second, 1))
    return (Series(delay: best.delay, pairsPerClick: best.atFirst / -expm1(-1 / best.delay) / clicks), true)
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
