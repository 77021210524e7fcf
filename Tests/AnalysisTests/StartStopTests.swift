import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// The histogram of a time-to-amplitude converter.
@Suite struct StartStopTests {
  static func histogram(_ starts: [Int64], _ stops: [Int64], width: Int64, bins: Int, block: Int64)
    -> StartStopHistogram
  {
    var histogram = StartStopHistogram(binWidth: width, binCount: bins)
    var time: Int64 = 0
    let end = max(starts.last ?? 0, stops.last ?? 0)
    while time <= end {
      let p = starts.filter { $0 >= time && $0 < time + block }
      let q = stops.filter { $0 >= time && $0 < time + block }
      time += block
      p.withUnsafeBufferPointer { p in
        q.withUnsafeBufferPointer { histogram.consume(starts: p, stops: $0, watermark: time) }
      }
    }
    histogram.finish()
    return histogram
  }

  @Test("a stream countable by hand, in blocks of any length", arguments: [1, 3, 7, 100] as [Int64])
  func byHand(block: Int64) {
    // 10 waits for 13; 11 comes meanwhile; 20 gets none within 10 and 31 begins anew: 31 → 33; 40 and its stop at once
    let h = Self.histogram([10, 11, 20, 31, 40], [5, 13, 33, 40, 42], width: 1, bins: 10, block: block)
    #expect(h.counts == [0, 0, 2, 1, 0, 0, 0, 0, 0, 0])
    // 10, 20, 31, 40
    #expect(h.starts == 4)
  }

  /// Stops at random: an exponential in time, where all pairs are flat. χ², false alarm 1e−6.
  @Test("falls with the rate of the stops")
  func exponential() throws {
    let tags = SyntheticStream.continuous(rateHz: 2e6, seconds: 1, dip: 1e-9, seed: 9)
    let options = CorrelationOptions(channels: (0, 1), binPs: 100_000, rangePs: 3e6)
    let result = try analyzeStartStop(header: SyntheticStream.header2, options: options) {
      try play(tags, blocks: 10_000, $0)
    }
    #expect(result.method == "start_stop")
    var chi2 = 0.0
    for (i, count) in result.coincidences.enumerated() {
      let expected = Double(result.starts) * exp(-0.1 * Double(i)) * (1 - exp(-0.1))
      chi2 += pow(Double(count) - expected, 2) / expected
    }
    #expect(gsl_cdf_chisq_Q(chi2, Double(result.coincidences.count)) > 5e-7)
    #expect(gsl_cdf_chisq_P(chi2, Double(result.coincidences.count)) > 5e-7)
  }
}
