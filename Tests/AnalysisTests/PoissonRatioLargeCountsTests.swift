import Analysis
import Testing

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
