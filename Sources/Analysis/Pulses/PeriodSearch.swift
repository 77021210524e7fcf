import CGSL
import Glibc
import Threads

/// The result of looking for a laser period in a stream without sync.
public struct PeriodCandidate: Sendable, Hashable {
  /// The frequency in Hz.
  public var frequencyHz: Double
  /// The natural logarithm of the probability that a stream without period shows as much anywhere in the search.
  public var logFalseAlarm: Double
  /// The modulation of the pair histogram at the frequency: |F(f)|/F(0), 1 for infinitely short pulses.
  public var depth: Double
}

/// Looks for a laser period in a histogram of pair delays.
///
/// Delays of a pulsed source crowd at multiples of the period, and do so whatever the total duration, so no coherence
/// over the recording is needed. The power spectrum of the histogram (mean removed) is whitened by its running median,
/// which takes out smooth structure (antibunching dips, bunching, diffusion); noise is then exponential with mean 1, a
/// sum over H harmonics is gamma distributed (Groth, ApJS 29, 285 (1975); Ransom, Eikenberry & Middleditch, AJ 124,
/// 1788 (2002), section 3), and the false-alarm probability is its tail times the number of sums looked at.
public struct PeriodSearch: Sendable {
  /// The width of a delay bin in ticks: 0.5 ns.
  public static let binTicks: Int64 = 8000
  /// The number of delay bins: ±32.8 µs.
  public static let binCount = 1 << 17
  /// Pairs from which on more would change nothing: of so many the modulation is known to 0.001.
  static let enoughPairs = 1_000_000
  /// Below this probability of a false alarm a period is believed.
  public static let falseAlarm = 1e-6
  /// Below this modulation a period is not a pulsed laser (it may be a clock's differential nonlinearity).
  public static let minimumDepth = 0.02

  /// From this modulation on the peaks of the pair histogram stand apart, so that "pulsed" is a useful way to look at
  /// it. For a single exponential the modulation is 1/(1 + (2πτ/T)²): 0.2 is a period of three lifetimes.
  public static let resolvedDepth = 0.2

  /// An empty histogram of the right shape.
  public static func histogram() -> PairHistogram {
    PairHistogram(firstEdge: -binTicks * Int64(binCount / 2), binWidth: binTicks, binCount: binCount)
  }

  /// The best candidate with at least ten periods in the histogram, or nil when there are too few pairs to search.
  ///
  /// - Parameter counts: ``binCount`` delay bins.
  public static func search(_ counts: [Int], threads: Int = 1) -> PeriodCandidate? {
    let n = counts.count
    let total = Double(counts.reduce(0, +))
    guard total >= 100 else { return nil }
    _ = gslErrorsReturned
    let mean = total / Double(n)
    var data = counts.map { Double($0) - mean }
    guard gsl_fft_real_radix2_transform(&data, 1, n) == 0 else { return nil }
    let half = n / 2
    var power = [Double](repeating: 0, count: half)
    for k in 1..<half { power[k] = data[k] * data[k] + data[n - k] * data[n - k] }
    let white = whitened(power, poissonLevel: total, threads: threads)

    let span = Double(binTicks) * Double(n) / TagClock.ticksPerPicosecond * 1e-12
    let lowest = 10
    var best: (log: Double, frequency: Double) = (0, 0)
    let harmonicCounts = [1, 2, 4, 8, 16]
    let trials = Double(half * harmonicCounts.count)
    for harmonics in harmonicCounts {
      // the top harmonic on the grid, the lower ones at the nearest points
      var largest = Double(harmonics)
      for top in (lowest * harmonics)..<half {
        var sum = 0.0
        for h in 1...harmonics { sum += white[(h * top + harmonics / 2) >> harmonics.trailingZeroBitCount] }
        // the tail falls with the sum
        guard sum > largest else { continue }
        largest = sum
        let log = logGammaTail(shape: harmonics, sum)
        if log < best.log { best = (log, Double(top) / Double(harmonics)) }
      }
    }
    guard best.frequency > 0 else { return nil }
    let bin = Int(best.frequency.rounded())
    let depth = (power[max(bin - 1, 1)...min(bin + 1, half - 1)].max() ?? 0).squareRoot() / total
    return PeriodCandidate(
      frequencyHz: best.frequency / span, logFalseAlarm: min(best.log + log(trials), 0), depth: depth)
  }

  /// Whether a candidate is to be believed.
  public static func isSignificant(_ candidate: PeriodCandidate) -> Bool {
    candidate.logFalseAlarm < log(falseAlarm) && candidate.depth >= minimumDepth
  }

  /// Divides a power spectrum by its running median over 129 neighbours (or the Poisson level where that is higher),
  /// so that noise has mean 1.
  static func whitened(_ power: [Double], poissonLevel: Double, threads: Int = 1) -> [Double] {
    let reach = 64
    let count = power.count
    // one median per 16 points is smooth enough
    let (step, stepsPerPart) = (16, 256)
    return [Double](unsafeUninitializedCapacity: count) { result, filled in
      nonisolated(unsafe) let result = result
      result.initialize(repeating: 0)
      concurrently((count / step + stepsPerPart) / stepsPerPart, threads: threads) { part in
        var window: [Double] = []
        for start in stride(from: 1 + part * stepsPerPart * step, to: count, by: step).prefix(stepsPerPart) {
          let center = start + step / 2
          let low = max(1, center - reach)
          let high = min(count - 1, center + reach)
          window.removeAll(keepingCapacity: true)
          window.append(contentsOf: power[low...high])
          let median = gsl_stats_select(&window, 1, window.count, window.count / 2)
          let level = max(median / 0.6931471805599453, poissonLevel)
          for k in start..<min(start + step, count) { result[k] = power[k] / level }
        }
      }
      filled = count
    }
  }

  /// ln Q(H, x) for whole H: Q = e^{−x} Σ_{i<H} x^i/i!.
  static func logGammaTail(shape: Int, _ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    for i in 1..<max(shape, 1) {
      term *= x / Double(i)
      sum += term
    }
    return log(sum) - x
  }
}
