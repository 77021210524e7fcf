import Reporting
import Testing

@Suite struct TicksTests {
  @Test func linearTicksAreRoundNumbers() {
    let ticks = linearTicks(0, 1, count: 5)
    #expect(ticks.major.map(\.label) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(ticks.major.map(\.value) == [0, 0.2, 0.4, 0.6, 0.8, 1])
    #expect(linearTicks(-1, 1, count: 4).major.map(\.label) == ["−1.0", "−0.5", "0.0", "0.5", "1.0"])
    #expect(linearTicks(0.3, 0.7, count: 4).major.map(\.value) == [0.3, 0.4, 0.5, 0.6, 0.7])
    #expect(linearTicks(0, 22_000, count: 2).major.map(\.label) == ["0", "10\u{202F}000", "20\u{202F}000"])
  }

  @Test func largeAndTinyNumbersShareAPowerOfTen() {
    let large = linearTicks(0, 400_000, count: 4)
    #expect(large.exponent == 3)
    #expect(large.major.map(\.label) == ["0", "100", "200", "300", "400"])
    let tiny = linearTicks(-2e-9, 2e-9, count: 4)
    #expect(tiny.exponent == -9)
    #expect(tiny.major.map(\.label) == ["−2", "−1", "0", "1", "2"])
  }

  @Test func ticksTellCloseNumbersApart() {
    let labels = linearTicks(800.0001, 800.0002, count: 4).major.map(\.label)
    #expect(Set(labels).count == labels.count && labels.count >= 3)
  }

  @Test func noIntervalGivesNoTicks() {
    #expect(linearTicks(1, 1, count: 5) == Ticks())
    #expect(linearTicks(0, .infinity, count: 5) == Ticks())
    #expect(linearTicks(.nan, 1, count: 5) == Ticks())
    #expect(logTicks(0, 1, count: 5) == Ticks())
    #expect(logTicks(2, 2, count: 5) == Ticks())
  }

  @Test func minorTicksStayInside() {
    let ticks = linearTicks(0.05, 0.95, count: 5)
    #expect(ticks.minor.allSatisfy { $0 >= 0.05 && $0 <= 0.95 })
    #expect(Set(ticks.minor).isDisjoint(with: ticks.major.map(\.value)))
  }

  @Test func logTicksAreDecades() {
    let ticks = logTicks(0.5, 2000, count: 6)
    #expect(ticks.major.map(\.superscript) == ["0", "1", "2", "3"])
    #expect(ticks.major.map(\.value) == [1, 10, 100, 1000])
    #expect(ticks.minor.contains(0.6) && ticks.minor.contains(2000) && !ticks.minor.contains(0.4))
    #expect(logTicks(1e-12, 1e12, count: 6).major.count <= 6)
    #expect(logTicks(1e-3, 1e-1, count: 6).major.map(\.superscript) == ["−3", "−2", "−1"])
  }

  @Test func shortLogAxesLabelMore() {
    #expect(logTicks(15, 120, count: 5).major.map(\.label) == ["20", "50", "100"])
    #expect(logTicks(2.1, 2.9, count: 4).major.count >= 3)
    #expect(logTicks(0.015, 0.06, count: 4).major.map(\.label) == ["0.02", "0.05"])
  }

  @Test func rangesAreNeverEmpty() {
    var range = AxisRange(scale: .linear)
    #expect(range.usable == (0, 1))
    range.include(5)
    #expect(range.usable.low < 5 && range.usable.high > 5)
    range.include(.nan)
    range.include(.infinity)
    #expect(range.usable.high < 6)
    var log = AxisRange(scale: .log)
    #expect(log.usable == (1, 10))
    log.include(0)
    log.include(-3)
    log.include(100)
    log.include(1e-200)
    #expect(log.usable.low > 1e-8)
  }
}
