import Analysis
import Testing

@Suite("Interval of a ratio of counts, large counts")
struct PoissonRatioLargeCountsTests {
  @Test(arguments: [100_000, 100_001, 2_418_311, 50_000_000])
  func theIntervalIsFiniteAndHasTheRightWidth(center: Int) {
    let ratio = PoissonRatio(center: center, sideTotal: 40 * 5 * center, sideCells: 40)
    let interval = ratio.interval()
    #expect(interval.low < ratio.value && ratio.value < interval.high)
    #expect(abs((interval.high - interval.low) / 2 / ratio.uncertainty - 1) < 0.01)
  }
}
