import Analysis
import Glibc
import Testing
import TimeTags

/// Pulsed g2 of streams whose pulse numbers are known.
@Suite struct PulsedCorrelationTests {
  static let slow = SyntheticStream(
    periodPs: 200_000.37, pulses: 50_000_000, rate: 0.004, pairs: 0.0003, background: 0.0001, lifetimePs: 20_000,
    delayPs: 437_000, drift: 3e-9, seed: 11)
  static let fast = SyntheticStream(
    periodPs: 12_539.0768, pulses: 200_000_000, rate: 0.001, pairs: 0.0001, lifetimePs: 1000, delayPs: -1700, seed: 12)

  @Test("T2: the laser is found, followed through its drift, and pulse numbers agree with the truth")
  func slowT2() throws {
    let stream = Self.slow
    let result = try analyzeG2(header: SyntheticStream.header2) { try play(stream.t2, blocks: 65536, $0) }
    #expect(result.excitation == .pulsed)
    // the drift makes the mean period longer by 3e−9 × 5 s
    #expect(abs((result.periodPs ?? 0) / (200_000.37 * (1 + 1.5e-8)) - 1) < 3e-9)
    #expect(result.centerPeak == 2)
    #expect(abs(result.centerDelayPs - 437_000) < 300)
    let truth = stream.trueAreas(20)
    let found = try #require(result.estimates["pulse_number"])
    // a photon that lies before the edge or wraps round moves a few pairs
    let moved = zip(truth[0...36], found.areas[2...38]).reduce(0) { $0 + abs($1.0 - $1.1) }
    #expect(Double(moved) < 0.01 * Double(truth[0...36].reduce(0, +)))
    #expect(abs(found.centerCounts - truth[20]) <= 2)
    let areas = try #require(result.estimates["peak_areas"])
    #expect(abs(areas.value - found.value) < 2 * found.uncertainty)
    #expect(abs((areas.sidePeakMean / found.sidePeakMean) - 1) < 0.01)
  }

  @Test("a paper's budget, 1.6 kcps per detector for a minute, is enough to find the laser")
  func dim() throws {
    let stream = SyntheticStream(
      periodPs: 200_000, pulses: 300_000_000, rate: 0.0006, pairs: 0.00003, background: 0.00004, lifetimePs: 16_530,
      delayPs: 0, drift: 1e-9, seed: 13)
    let result = try analyzeG2(header: SyntheticStream.header2) { try play(stream.t2, blocks: 65536, $0) }
    #expect(result.excitation == .pulsed)
    #expect(abs((result.periodPs ?? 0) / 200_000 - 1) < 1e-7)
    #expect(result.centerPeak == 0)
    #expect(result.g2Zero < 0.5)
  }

  @Test("T2 at 80 MHz")
  func fastT2() throws {
    let stream = Self.fast
    let result = try analyzeG2(header: SyntheticStream.header2) { try play(stream.t2, blocks: 65536, $0) }
    #expect(result.excitation == .pulsed)
    #expect(abs((result.periodPs ?? 0) / 12_539.0768 - 1) < 1e-9)
    #expect(result.centerPeak == 0)
    #expect(abs(result.centerDelayPs + 1700) < 60)
    let truth = stream.trueAreas(20)
    let found = try #require(result.estimates["pulse_number"])
    let moved = zip(truth, found.areas).reduce(0) { $0 + abs($1.0 - $1.1) }
    #expect(Double(moved) < 0.01 * Double(truth.reduce(0, +)))
  }

  @Test("T3 counts exactly, whatever the block length", arguments: [1000, 65536, 10_000_000])
  func t3(block: Int) throws {
    let stream = Self.slow
    let result = try analyzeG2(header: stream.header3) { try play(stream.t3, blocks: block, $0) }
    #expect(result.centerPeak == 2)
    var a: [Int64] = []
    var b: [Int64] = []
    for tag in stream.t3 { if tag.channel == 0 { a.append(tag.macroTime) } else { b.append(tag.macroTime) } }
    var h = PairHistogram(firstEdge: -20, binWidth: 1, binCount: 41)
    a.withUnsafeBufferPointer { p in b.withUnsafeBufferPointer { h.consume(first: p, second: $0, watermark: .max) } }
    #expect(result.estimates["pulse_number"]?.areas == h.counts)
    // over a whole number of periods the fine histogram is 1 on average
    let whole = zip(result.tauPs, result.normalized).filter { abs($0.0) < 2_000_000 && abs($0.0 - 437_000) > 100_000 }
    #expect(abs(whole.reduce(0) { $0 + $1.1 } / Double(whole.count) - 1) < 0.05)
  }

  @Test("near and far side peaks and the rates, by hand")
  func normalizations() throws {
    // K = 8: a quarter of the peaks is two on either side; the centre lies at k = 1, so that 7 to 8 are three peaks
    var areas = [Int](repeating: 50, count: 17)
    areas[9] = 12
    for (k, count) in [(-2, 101), (-1, 99), (1, 103), (2, 97)] { areas[9 + k] = count }
    for (k, count) in [(-8, 30), (-7, 24), (7, 27)] { areas[9 + k] = count }
    let found = PeakNormalizations(areas: areas, center: 1, expected: 40)
    let near = try #require(found.nearSidePeaks)
    #expect(near.expectedCounts == 100 && near.sidePeaks == 4 && near.pulses == [1, 2])
    #expect(near.value == 0.12)
    #expect(abs(near.uncertainty - 0.12 * (1.0 / 12 + 1.0 / 400).squareRoot()) < 1e-12)
    let far = try #require(found.farSidePeaks)
    #expect(far.expectedCounts == 27 && far.sidePeaks == 3 && far.pulses == [7, 8])
    #expect(abs(far.value - 12.0 / 27) < 1e-12)
    let absolute = try #require(found.absolute)
    #expect(absolute.value == 0.3 && absolute.sidePeaks == 0)
    #expect(abs(absolute.uncertainty - 12.0.squareRoot() / 40) < 1e-12)
    let empty = PeakNormalizations(areas: [0, 0, 0], center: 0, expected: 0)
    #expect(empty.nearSidePeaks == nil && empty.farSidePeaks == nil && empty.absolute == nil)
  }

  @Test("a gate keeps the photons inside it, alike in T2 and T3")
  func gate() throws {
    let stream = Self.slow
    let gate = TimeGate(startNs: 2, stopNs: 60, reference: .risingEdge)
    let two = try analyzeG2(header: SyntheticStream.header2, options: CorrelationOptions(gate: gate)) {
      try play(stream.t2, blocks: 65536, $0)
    }
    let three = try analyzeG2(header: stream.header3, options: CorrelationOptions(gate: gate)) {
      try play(stream.t3, blocks: 65536, $0)
    }
    let kept = Double(two.photons[0] + two.photons[1]) / Double(stream.t2.count)
    // 97.6 % signal: e^{−2/20} − e^{−60/20} = 0.855; background: 58/200
    #expect(abs(kept - (0.976 * 0.855 + 0.024 * 0.29)) < 0.01)
    #expect(abs(two.photons[0] - three.photons[0]) < two.photons[0] / 100)
    #expect(abs(two.g2Zero - three.g2Zero) < 0.5 * two.g2ZeroUncertainty)
  }

  @Test("background taken out by its rates gives the emitter's own g2 (false alarm 1e−6)")
  func background() throws {
    let stream = Self.slow
    // 10⁻⁴ background photons per pulse at 5 MHz, half of them in each channel
    let options = CorrelationOptions(background: BackgroundLevel(.ratesHz([0: 250, 1: 250])))
    let result = try analyzeG2(header: stream.header3, options: options) { try play(stream.t3, blocks: 65536, $0) }
    let corrected = try #require(result.backgroundCorrected)
    // pairs 2 · 0.004 · 0.0003 over the square of the mean 0.004 · 1.0003
    let truth = 2 * 0.004 * 0.0003 / (0.004 * 1.0003 * 0.004 * 1.0003)
    #expect(abs(corrected.rhoSquared.value - truth) < 4.89 * corrected.rhoSquared.uncertainty)
    #expect(abs(corrected.rhoSquaredUsed.value - 0.9756 * 0.9756) < 1e-3)
    #expect(throws: AnalysisError.self) {
      try analyzeG2(
        header: stream.header3, options: CorrelationOptions(background: BackgroundLevel(.ratesHz([0: 1e6, 1: 0])))
      ) { try play(stream.t3, blocks: 65536, $0) }
    }
    // a rate for another channel is none for this one
    #expect(throws: AnalysisError.self) {
      try analyzeG2(
        header: stream.header3, options: CorrelationOptions(background: BackgroundLevel(.ratesHz([0: 250, 2: 250])))
      ) { try play(stream.t3, blocks: 65536, $0) }
    }
  }

  @Test("a given period or rate that is wrong is refused")
  func wrongPeriod() {
    let stream = Self.slow
    #expect(throws: AnalysisError.self) {
      try analyzeG2(header: SyntheticStream.header2, options: CorrelationOptions(periodPs: 190_000)) {
        try play(stream.t2, blocks: 65536, $0)
      }
    }
  }

  @Test("a T2 decay is recovered through the laser phase")
  func lifetime() throws {
    let stream = Self.slow
    let result = try analyzeLifetime(header: SyntheticStream.header2, options: LifetimeOptions(components: 1)) {
      try play(stream.t2, blocks: 65536, $0)
    }
    let component = result.components[0]
    // 4.89 standard deviations: false alarm 1e−6
    #expect(abs(component.lifetimeNs - 20) < 4.89 * (component.lifetimeNsUncertainty ?? 0))
    #expect((result.chi2Reduced ?? 9) < 1.2)
  }
}
