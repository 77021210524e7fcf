import Analysis
import Bench
import CGSL
import Emitters
import Prediction
import Simulation
import Testing
import TimeTags

/// Blinking in one correlation from a microsecond to a second, against prediction.
@Suite("Bunching on logarithmic delays, false-alarm probability 1e-6 per comparison")
struct LogarithmicBunchingTests {
  /// 16 seeds, a two-sided Student test of their mean with 15 degrees of freedom in each bin. Measured rates instead of
  /// predicted ones pull every bin by the excess at zero times 2τ/T = 0.4 %, which is allowed for.
  @Test func telegraph() throws {
    var test = TestBench(charged: nil, durationSeconds: 8)
    test.coupling = 0.2
    var bench = test.bench
    bench.emitters = [BunchingTests.emitter([.exponential(meanSeconds: 0.03), .exponential(meanSeconds: 0.01)])]
    let predictor = Predictor(bench: bench)
    let header = RecordingHeader(
      format: "test", mode: .t2, recordType: .picoHarp300T2, macroTimeUnitSeconds: 4e-12)
    let options = LogarithmicOptions(
      channels: (0, 1), lowPs: 1e6, highPs: 1e12, pointsPerDecade: 3, periodPs: 200_000, threads: 2)
    let results = try (1...16).map { seed in
      let tags = Stream(bench, seed: UInt64(seed)).tags
      return try analyzeLogarithmic(header: header, options: options) { body in
        try tags.withUnsafeBufferPointer { try body($0) }
      }
    }
    let excess = try #require(predictor.bunching(atDelaySeconds: 1e-6)) - 1
    #expect(excess > 0.2)
    let threshold = gsl_cdf_tdist_Qinv(falseAlarm / 2, 15)
    for bin in results[0].coincidences.indices {
      let (low, high) = (Double(results[0].edgesPs[bin]) * 1e-12, Double(results[0].edgesPs[bin + 1]) * 1e-12)
      let expected = [low, (low + high) / 2, high].map { predictor.bunching(atDelaySeconds: $0)! }
      let predicted = (expected[0] + 4 * expected[1] + expected[2]) / 6
      let values = results.map { $0.normalized[bin] }
      let mean = values.reduce(0, +) / 16
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 15
      #expect(
        abs(mean - predicted) < threshold * (variance / 16).squareRoot() + 0.004 * excess,
        "\(low) s: \(mean) against \(predicted)")
    }
  }
}
