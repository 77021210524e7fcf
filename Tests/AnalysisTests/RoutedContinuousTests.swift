import Analysis
import CGSL
import Testing
import TimeTags

/// A router before a PicoHarp 300 in T3 hides zero delay under continuous light as well.
@Suite struct RoutedContinuousTests {
  /// Two channels whose clicks are at least `gapPs` apart.
  private func tags(gapPs: Double) -> [TimeTag] {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, 4)
    var time = 0.0
    return (0..<200_000).map { _ in
      time += gapPs + gsl_ran_exponential(rng, 1e6)
      let pulse = (time / 200_000).rounded(.down)
      return TimeTag(
        macroTime: Int64(pulse), nanotime: UInt16((time - pulse * 200_000) / 100),
        channel: gsl_rng_uniform(rng) < 0.5 ? 0 : 1)
    }
  }

  @Test("the warning is there whether the channels are given or found, and only for detectors that share a timer")
  func warning() throws {
    let header = RecordingHeader(
      format: "test", mode: .t3, recordType: .picoHarp300T3, macroTimeUnitSeconds: 2e-7, nanotimeUnitSeconds: 1e-10)
    for gap in [90_000.0, 0] {
      let tags = tags(gapPs: gap)
      for channels in [nil, (first: UInt8(0), second: UInt8(1))] {
        let options = CorrelationOptions(channels: channels, excitation: .cw)
        let result = try analyzeG2(header: header, options: options) { try play(tags, blocks: 30_000, $0) }
        #expect(result.excitation == .cw)
        #expect(result.warnings.isEmpty == (gap == 0))
      }
    }
  }
}
