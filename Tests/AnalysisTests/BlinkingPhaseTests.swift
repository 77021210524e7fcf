import Analysis
import Glibc
import Testing
import TimeTags

/// The laser's phase under an emitter whose lifetime changes as it blinks.
@Suite struct BlinkingPhaseTests {
  struct Example: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var offset: Double
    var drift: BlinkingStream.Drift
    var dwell: BlinkingStream.Dwell
    var rateHz = 12_000.0
    var seed: UInt

    var stream: BlinkingStream {
      BlinkingStream(offset: offset, drift: drift, dwell: dwell, rateHz: rateHz, seed: seed)
    }
  }

  static let fast = BlinkingStream.Dwell.exponential(meanSeconds: 0.3)
  static let wild = BlinkingStream.Dwell.powerLaw(shortest: 0.02, longest: 15)
  static let examples = [
    Example(testDescription: "constant", offset: 3e-6, drift: .none, dwell: fast, seed: 21),
    Example(testDescription: "constant, power law", offset: -1e-6, drift: .none, dwell: wild, seed: 22),
    Example(
      testDescription: "quadratic", offset: 3e-6, drift: .quadratic(amplitudePs: 8000), dwell: fast, seed: 23),
    Example(
      testDescription: "sine", offset: 3e-6, drift: .sine(amplitudePs: 4000, periodSeconds: 25), dwell: fast, seed: 24),
    Example(
      testDescription: "sine, power law", offset: 0, drift: .sine(amplitudePs: 6000, periodSeconds: 40), dwell: wild,
      seed: 25),
    Example(
      testDescription: "dim", offset: 3e-6, drift: .quadratic(amplitudePs: 5000), dwell: fast, rateHz: 2000, seed: 26),
  ]

  @Test("the clock stays with the pulses to 0.3 ns, and the decay rises within 1 ns", arguments: examples)
  func clock(example: Example) throws {
    let stream = example.stream
    let header = SyntheticStream.header2
    var survey = RecordingSurvey(header: header)
    try play(stream.tags, blocks: 65536) { survey.consume($0) }
    var candidate: PeriodCandidate?
    let laser = try #require(
      try LaserSync.t2(
        header: header, channels: [0, 1], survey: survey, periodPs: nil, minimumDepth: PeriodSearch.minimumDepth,
        candidate: &candidate
      ) { try play(stream.tags, blocks: 65536, $0) })
    let pulses = try #require(laser.pulses)
    var cursor = 0
    var errors: [Double] = []
    var first = 0.0
    for second in 0..<6000 {
      let pulse = Int64(Double(second) * stream.duration / 6000 * 1e12 / stream.periodPs)
      let ticks = Int64((stream.pulseTime(pulse) * TagClock.ticksPerPicosecond).rounded())
      // the zero of the phase is arbitrary: the mean error is taken out
      let error = pulses.phase(ticks, cursor: &cursor) - Double(pulse)
      if second == 0 { first = error }
      errors.append((error - first) * stream.periodPs)
    }
    let (_, deviation) = DecayFitTests.moments(errors)
    #expect(deviation < 300)
    let rise = laser.edges.values.map(\.risePs).max() ?? .infinity
    #expect(laser.edges.count == 2)
    #expect(rise < 1000)
  }

  @Test("both lifetimes come out, the short one to 5 % (5 standard deviations)", arguments: examples.prefix(5))
  func lifetimes(example: Example) throws {
    let stream = example.stream
    let result = try analyzeLifetime(header: SyntheticStream.header2) { try play(stream.tags, blocks: 65536, $0) }
    let components = result.components.sorted { $0.lifetimeNs < $1.lifetimeNs }
    let truth = [BlinkingStream.lifetimes.charged / 1000, BlinkingStream.lifetimes.bright / 1000]
    for (component, truth) in zip(components, truth) {
      let sigma = try #require(component.lifetimeNsUncertainty)
      #expect(abs(component.lifetimeNs - truth) < 5 * sigma)
    }
    #expect((components[0].lifetimeNsUncertainty ?? 9) < 0.05 * components[0].lifetimeNs)
    #expect((result.chi2Reduced ?? 9) < 1.2)
  }
}
