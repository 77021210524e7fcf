import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

@Suite struct PhotonSelectionTests {
  /// 20 kcps and 2 kcps in turn.
  static let switching = SwitchingStream(ratesHz: [20_000, 2000], seconds: 30, seed: 71) { rng, _ in
    0.1 + gsl_ran_exponential(UnsafeMutablePointer<gsl_rng>(rng), 0.3)
  }

  private func all(_ replay: Replay) throws -> [TimeTag] {
    var tags: [TimeTag] = []
    try replay { tags += $0 }
    return tags
  }

  /// The share of the true bright time that is kept, and the share of what is kept that is dark.
  private func overlap(_ kept: KeptTime, _ stream: SwitchingStream) -> (found: Double, wrong: Double) {
    var bright = KeptTime()
    var start = 0.0
    for stay in stream.stays {
      let end = start + stay.seconds
      if stay.level == 0 {
        bright.append(.init(start: Int64(start * 16e12), end: Int64(end * 16e12)))
      }
      start = end
    }
    var common: Int64 = 0
    for a in kept.stretches {
      for b in bright.stretches { common += max(0, min(a.end, b.end) - max(a.start, b.start)) }
    }
    return (Double(common) / Double(bright.ticks), 1 - Double(common) / Double(kept.ticks))
  }

  @Test(
    "the bright level and bright bins are the bright stays",
    arguments: [
      PhotonSelection.Brightness.level(1), .rate(lowHz: 9000, highHz: .infinity, binSeconds: 0.01),
    ])
  func bright(_ brightness: PhotonSelection.Brightness) throws {
    let tags = Self.switching.tags
    let selected = try select(PhotonSelection(brightness: brightness), header: SwitchingStream.header) {
      try play(tags, blocks: 10_000, $0)
    }
    let kept = try #require(selected.keptTime)
    let (found, wrong) = overlap(kept, Self.switching)
    // changes are found to a fraction of a millisecond, bins cut at most one in each stay
    #expect(found > (brightness == .level(1) ? 0.999 : 0.96))
    #expect(wrong < (brightness == .level(1) ? 0.001 : 0.02))
    let rest = try all(selected.replay)
    #expect(rest.count == selected.summary.keptPerChannel[0])
    #expect(abs((selected.summary.rateHzPerChannel[0] ?? 0) - 20_000) < 0.03 * 20_000)
    #expect(rest.allSatisfy { tag in kept.stretches.contains { $0.start <= tag.macroTime && tag.macroTime < $0.end } })
    // nothing else is lost
    let inside = tags.count { tag in
      kept.stretches.contains { $0.start <= tag.macroTime && tag.macroTime < $0.end }
    }
    #expect(rest.count == inside)
  }

  @Test("an intensity gate and the ones below and above it share out the bins")
  func band() throws {
    let tags = Self.switching.tags
    let kept = try [(0, 1500), (1500, 9000), (9000, .infinity)].map { low, high in
      try #require(
        try select(
          PhotonSelection(brightness: .rate(lowHz: low, highHz: high, binSeconds: 0.01)), header: SwitchingStream.header
        ) { try play(tags, blocks: 10_000, $0) }.keptTime)
    }
    let seconds = kept.map { Double($0.ticks) / SwitchingStream.ticksPerSecond }
    // all but the incomplete bin at the end
    #expect(seconds.reduce(0, +) > 29.98 && seconds.reduce(0, +) <= 30)
    for (a, b) in [(0, 1), (0, 2), (1, 2)] {
      let starts = Set(kept[a].stretches.map(\.start))
      #expect(starts.isDisjoint(with: kept[b].stretches.map(\.start)))
    }
    // one bin in nine of 2 kcps holds fewer than 15 photons: a standard deviation of 4.5 around 20
    let dark = Self.switching.stays.reduce(0) { $0 + ($1.level == 1 ? $1.seconds : 0) }
    #expect(seconds[0] > 0.05 * dark && seconds[0] < 0.2 * dark)
    #expect(seconds[1] > 0.8 * dark && seconds[1] < dark)
  }

  @Test(
    "a recording that starts late is kept at the same places",
    arguments: [
      PhotonSelection.Brightness.level(1), .rate(lowHz: 9000, highHz: .infinity, binSeconds: 0.01),
    ])
  func lateStart(_ brightness: PhotonSelection.Brightness) throws {
    let late = Int64(3.7 * SwitchingStream.ticksPerSecond)
    let kept = try [0, late].map { shift in
      let tags = Self.switching.times.map { TimeTag(macroTime: $0 + shift, channel: 0) }
      return try #require(
        try select(PhotonSelection(brightness: brightness), header: SwitchingStream.header) {
          try play(tags, blocks: 10_000, $0)
        }.keptTime)
    }
    #expect(kept[1].stretches.map(\.start) == kept[0].stretches.map { $0.start + late })
    #expect(kept[1].stretches.map(\.end) == kept[0].stretches.map { $0.end + late })
  }

  /// Two channels of Poisson light while it is bright, and nothing in between: over the kept time g2 is 1 at every delay, also
  /// beyond the length of stretches and gaps. χ² of 200 bins, 1e-6 two-sided.
  @Test("continuous g2 over kept stretches is normalised by what they have in common")
  func continuousNormalisation() throws {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, 72)
    var tags: [TimeTag] = []
    var kept = KeptTime()
    var time = 0.0
    // stretches of 2 to 6 µs every 10 µs: gaps and stretches within the range of delays
    for i in 0..<200_000 {
      let start = Double(i) * 10e6
      let length = 2e6 + 4e6 * gsl_rng_uniform(rng)
      kept.append(.init(start: Int64(start * 16), end: Int64((start + length) * 16)))
      time = start
      while true {
        time += gsl_ran_exponential(rng, 1e12 / 2e6)
        if time >= start + length { break }
        tags.append(TimeTag(macroTime: Int64(time * 16), channel: gsl_rng_uniform(rng) < 0.5 ? 0 : 1))
      }
    }
    func result(_ options: CorrelationOptions) throws -> CorrelationResult {
      try analyzeG2(header: SwitchingStream.header, options: options) { try play(tags, blocks: 65536, $0) }
    }
    var options = CorrelationOptions(excitation: .cw, binPs: 200_000, rangePs: 20e6)
    let wrong = try result(options)
    options.keptTime = kept
    let right = try result(options)
    func statistic(_ result: CorrelationResult) -> Double {
      zip(result.coincidences, result.normalized).reduce(0) { sum, bin in
        let expected = Double(bin.0) / bin.1
        return sum + pow(Double(bin.0) - expected, 2) / expected
      }
    }
    #expect(right.coincidences.count == 200)
    #expect(right.coincidences.min()! > 1000)
    // the photons of a bin pair share photons: a little wider than χ²
    #expect(gsl_cdf_chisq_Q(statistic(right) / 1.2, 200) > 5e-7, "\(statistic(right))")
    #expect(gsl_cdf_chisq_P(statistic(right) * 1.2, 200) > 5e-7)
    #expect(statistic(wrong) > 100 * statistic(right))
  }

  /// Afterpulses follow 5 % of the photons within 100 ns; a hold-off of 200 ns drops them, and r h of the rest.
  @Test("a hold-off drops afterpulses and what its dead time costs")
  func holdOff() throws {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, 73)
    var tags: [TimeTag] = []
    var time = 0.0
    var afterpulses = 0
    for _ in 0..<200_000 {
      time += 1e6 + gsl_ran_exponential(rng, 1e7)
      tags.append(TimeTag(macroTime: Int64(time), channel: 0))
      if gsl_rng_uniform(rng) < 0.05 {
        tags.append(TimeTag(macroTime: Int64(time + 20_000 + 80_000 * gsl_rng_uniform(rng)), channel: 0))
        afterpulses += 1
      }
    }
    let header = RecordingHeader(format: "test", mode: .t2, recordType: nil, macroTimeUnitSeconds: 1e-12)
    let selected = try select(PhotonSelection(holdOffNs: 200), header: header) { try play(tags, blocks: 999, $0) }
    // real photons are a microsecond apart
    #expect(selected.summary.droppedByHoldOff == afterpulses)
    #expect(selected.summary.keptPerChannel == [0: 200_000])
    let long = try select(PhotonSelection(holdOffNs: 2000), header: header) { try play(tags, blocks: 999, $0) }
    // After a kept photon the next is lost with p = 1 − e^(−0.1), and the one after that is always kept: N/(1 + p) in all, of variance
    // N p (1 − p)/(1 + p)³. An afterpulse of a lost photon may outlast the hold-off: below 0.1 %. 1e-6, two-sided.
    let kept = Double(long.summary.keptPerChannel[0] ?? 0)
    let lost = 1 - exp(-0.1)
    let deviation = (200_000 * lost * (1 - lost)).squareRoot() / pow(1 + lost, 1.5)
    #expect(abs(kept - 200_000 / (1 + lost)) < 4.9 * deviation + 200)
    let times = try all(long.replay).map(\.macroTime)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 2_000_000 })
  }

  @Test(
    "a time gate as a selection lets the photons pass that g2's gate lets pass", arguments: [MeasurementMode.t2, .t3])
  func timeGate(_ mode: MeasurementMode) throws {
    let stream = GateScanTests.stream
    let (header, tags) = mode == .t2 ? (SyntheticStream.header2, stream.t2) : (stream.header3, stream.t3)
    let gate = TimeGate(startNs: 3, stopNs: 50, reference: .risingEdge)
    let g2 = try analyzeG2(header: header, options: CorrelationOptions(gate: gate)) {
      try play(tags, blocks: 30_000, $0)
    }
    let selected = try select(PhotonSelection(timeGate: gate), header: header) { try play(tags, blocks: 30_000, $0) }
    #expect([0, 1].map { selected.summary.keptPerChannel[$0] } == g2.photons)
  }

  @Test("what cannot be selected is refused with a sentence")
  func refusals() {
    let tags = Self.switching.tags
    for selection in [
      PhotonSelection(channels: [3]), PhotonSelection(brightness: .level(9)), PhotonSelection(brightness: .level(0)),
      PhotonSelection(brightness: .rate(lowHz: 1e6, highHz: 2e6, binSeconds: 0.01)),
      PhotonSelection(brightness: .rate(lowHz: 1, highHz: 2, binSeconds: 1e6)),
      PhotonSelection(timeGate: TimeGate(startNs: 0, stopNs: 5)), PhotonSelection(holdOffNs: 0),
    ] {
      #expect(throws: AnalysisError.self) {
        try select(selection, header: SwitchingStream.header) { try play(tags, blocks: 10_000, $0) }
      }
    }
  }
}
