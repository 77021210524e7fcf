import Bench
import Light
import Prediction
import Scenarios
import Testing

/// How many coincidences a side peak holds.
@Suite struct SidePeakCoincidencesTests {
  /// R₁R₂T/f where nothing blinks.
  @Test func withoutBlinkingItIsTheProductOfTheRates() throws {
    var test = TestBench()
    test.charged = nil
    test.darkCountRateHz = 300
    let predictor = Predictor(bench: test.bench)
    let rates = predictor.recordedRatesHz
    let expected = rates[0] * rates[1] * test.durationSeconds / test.repetitionRateHz
    #expect(abs(try #require(predictor.coincidencesPerSidePeak) / expected - 1) < 1e-3)
  }

  /// A bright and a dark state share the time: the second moment of the brightness is larger than the square of its mean.
  @Test func blinkingAddsToThem() throws {
    let predictor = Predictor(bench: TestBench().bench)
    let rates = predictor.recordedRatesHz
    let expected = rates[0] * rates[1] * 4 / 5e6
    #expect(try #require(predictor.coincidencesPerSidePeak) > 1.1 * expected)
  }
}
