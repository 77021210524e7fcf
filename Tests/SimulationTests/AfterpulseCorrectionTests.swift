import Analysis
import Bench
import Detectors
import Prediction
import Simulation
import Testing
import TimeTags

/// g2(0) of engine recordings freed from afterpulses and dark counts, against what the same bench without them is predicted to give.
@Suite("g2(0) corrected for afterpulses")
struct AfterpulseCorrectionTests {
  /// 4.89 standard deviations of the corrected value: false alarm 1e-6, two-sided; the raw value lies further off.
  @Test(arguments: [AfterpulseLevel.measured, .given(share: 0.04, decayNs: 300)])
  func againstTheCleanBench(level: AfterpulseLevel) throws {
    var test = TestBench(absorbed: 0.1, coupling: 0.9, yields: (0.8, 0.1), charged: nil, mode: .t3)
    test.durationSeconds = 6
    let predictor = Predictor(bench: test.bench)
    let truth = try #require(predictor.g2Zero)
    test.afterpulsing = 0.04
    test.afterpulseDelay = 300
    test.darkCountRateHz = 3000
    let tags = Stream(test.bench, seed: 6).tags
    let header = RecordingHeader(
      format: "test", mode: .t3, recordType: .hydraHarpV2T3, macroTimeUnitSeconds: 2e-7,
      nanotimeUnitSeconds: 1e-12 * Double(test.bench.electronics.nanotimeResolutionPicoseconds))
    var options = CorrelationOptions(centerPeak: 0)
    options.afterpulses = level
    // dark counts as they are measured have afterpulses of their own; a router's channels count from 1
    let darkHz = 3000 / (1 - 0.04)
    options.background = BackgroundLevel(.ratesHz([1: darkHz, 2: darkHz]))
    let result = try analyzeG2(header: header, options: options) { body in try tags.withUnsafeBufferPointer(body) }
    let corrected = try #require(result.backgroundCorrected).rhoSquared
    #expect(abs(corrected.value - truth) < 4.89 * corrected.uncertainty, "\(corrected), \(truth)")
    #expect(result.g2Zero - truth > 4.89 * corrected.uncertainty, "\(result.g2Zero), \(truth)")
  }
}
