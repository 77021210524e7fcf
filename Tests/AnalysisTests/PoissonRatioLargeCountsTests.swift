import Analysis
import Testing

@Suite("Interval of a ratio of counts, everyday counts")
struct PoissonRatioEverydayCountsTests {
  /// GSL's quantile function fails somewhere in here; every interval must exist and hold the ratio.
  @Test func theIntervalAlwaysExists() {
    for center in stride(from: 0, through: 400, by: 3) {
      for sideTotal in [1, 40, 900, 5_000, 28_000, 200_000, 999_999] {
        let ratio = PoissonRatio(center: center, sideTotal: sideTotal, sideCells: 40)
        let interval = ratio.interval()
        #expect(interval.low <= ratio.value && ratio.value <= interval.high, "\(center) over \(sideTotal)")
        #expect(interval.high.isFinite)
      }
    }
  }
}

@Suite("Interval of a ratio of counts, large counts")
struct PoissonRatioLargeCountsTests {
  @Test(arguments: [400, 2_500, 9_999, 10_001, 100_000, 2_418_311, 50_000_000])
  func theIntervalIsFiniteAndHasTheRightWidth(center: Int) {
    let ratio = PoissonRatio(center: center, sideTotal: 40 * 5 * max(center, 100_000), sideCells: 40)
    let interval = ratio.interval()
    #expect(interval.low < ratio.value && ratio.value < interval.high)
    #expect(abs((interval.high - interval.low) / 2 / ratio.uncertainty - 1) < 0.03)
  }
}
