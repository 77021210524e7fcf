import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// Triple coincidences.
@Suite struct ThirdOrderTests {
  @Test("random streams against brute force, at every block length", arguments: [1, 5, 17, 200] as [Int64])
  func triples(block: Int64) {
    var seed: UInt64 = 7
    func stream(_ n: Int) -> [Int64] {
      (0..<n).map { _ in
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int64((seed >> 33) % 100)
      }.sorted()
    }
    let streams = [stream(50), stream(60), stream(40)]
    for (edge, width, bins) in [(-5, 1, 11), (-12, 4, 6), (2, 3, 5)] as [(Int64, Int64, Int)] {
      var expected = [Int](repeating: 0, count: bins * bins)
      for a in streams[0] {
        for b in streams[1] {
          for c in streams[2] {
            let (p, q) = (b - a - edge, c - a - edge)
            guard p >= 0, q >= 0, p < width * Int64(bins), q < width * Int64(bins) else { continue }
            expected[Int(p / width) * bins + Int(q / width)] += 1
          }
        }
      }
      var histogram = TripleHistogram(firstEdge: edge, binWidth: width, binCount: bins)
      for start in stride(from: Int64(0), to: 100, by: Int64.Stride(block)) {
        histogram.consume(
          streams.map { $0.filter { $0 >= start && $0 < start + block } }, watermark: start + block)
      }
      histogram.finish()
      #expect(histogram.counts == expected)
      #expect(histogram.events == [50, 60, 40])
    }
  }

  /// Pulses with Poisson light on three detectors, the third delayed by two periods; in every hundredth pulse all three
  /// fire. χ² of the counts, false alarm 1e−6.
  @Test("pulses that fire together, counted by pulse")
  func pulsed() throws {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    let (p, together, pulses) = (0.05, 0.003, 400_000)
    var tags: [TimeTag] = []
    var photons = [Int](repeating: 0, count: 4)
    var perPulse = [Int: Int]()
    for pulse in 0..<pulses {
      let all = gsl_rng_uniform(rng) < together
      for channel in 0..<3 where all || gsl_rng_uniform(rng) < p {
        let number = Int64(pulse + (channel == 2 ? 2 : 0))
        tags.append(TimeTag(macroTime: number, nanotime: 100, channel: UInt8(channel)))
        photons[channel] += 1
        perPulse[pulse, default: 0] += 1
      }
    }
    tags.sort { $0.macroTime < $1.macroTime }
    let header = RecordingHeader(
      format: "test", mode: .t3, recordType: .hydraHarpV2T3, macroTimeUnitSeconds: 2e-7, nanotimeUnitSeconds: 16e-12)
    let result = try analyzeG3(header: header) { try play(tags, blocks: 5000, $0) }
    #expect(result.centerPeaks == [0, 2])
    #expect(result.photons == Array(photons[0..<3]))
    let q = p + together * (1 - p)
    let truth = (together + (1 - together) * p * p * p) / (q * q * q)
    #expect(abs(result.g3Zero - truth) < 4.89 * result.g3ZeroUncertainty)
    #expect(abs(result.expectedCounts / (Double(pulses) * q * q * q) - 1) < 0.1)
    // two in one pulse and the third in another
    let pairs = (together + (1 - together) * p * p) / (q * q)
    let found = (0..<11).filter { $0 != 5 }.map { result.normalized[5][$0] }.reduce(0, +) / 10
    #expect(abs(found / pairs - 1) < 0.1)
    for (n, count) in result.pulsesByPhotons.enumerated() where n > 0 {
      #expect(count == perPulse.values.filter { $0 == n }.count)
    }
    #expect(result.pulsesByPhotons.reduce(0, +) <= pulses + 2)
  }

  /// The same photons with the pulses numbered by the instrument and recovered from the photons, each less than a period late.
  /// With cables of 75 ns and 150 ns more, one photon in fifty of the second channel comes later than the first ones of the
  /// next pulse in the third.
  @Test("T2 by recovered pulses counts what T3 counts", arguments: [3000, 75_000] as [Int64])
  func pulsedT2(cable: Int64) throws {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    var photons: [(pulse: Int64, time: Int64, channel: UInt8)] = []
    for pulse in 0..<3_000_000 as Range<Int64> {
      let all = gsl_rng_uniform(rng) < 0.001
      for channel in 0..<3 as Range<UInt8> where all || gsl_rng_uniform(rng) < 0.02 {
        var late = gsl_ran_exponential(rng, 20_000)
        while late > 180_000 { late = gsl_ran_exponential(rng, 20_000) }
        let delay = 20_000 + Int64(late) + cable * Int64(channel)
        photons.append((pulse, (200_000 * pulse + delay) / 4, channel))
      }
    }
    photons.sort { $0.time < $1.time }
    let t3 = RecordingHeader(
      format: "test", mode: .t3, recordType: .hydraHarpV2T3, macroTimeUnitSeconds: 2e-7, nanotimeUnitSeconds: 16e-12)
    let numbered = photons.sorted { $0.pulse < $1.pulse }.map {
      TimeTag(macroTime: $0.pulse, nanotime: 100, channel: $0.channel)
    }
    let expected = try analyzeG3(header: t3) { try play(numbered, blocks: 5000, $0) }
    let timed = photons.map { TimeTag(macroTime: $0.time, channel: $0.channel) }
    for options in [ThirdOrderOptions(periodPs: 200_000), ThirdOrderOptions(excitation: .pulsed)] {
      let found = try analyzeG3(header: SyntheticStream.header2, options: options) { try play(timed, blocks: 3333, $0) }
      #expect(found.excitation == .pulsed)
      #expect(found.coincidences == expected.coincidences)
      #expect(found.pulsesByPhotons == expected.pulsesByPhotons)
    }
    let byTime = try analyzeG3(header: SyntheticStream.header2) { try play(timed, blocks: 3333, $0) }
    #expect(byTime.excitation == .cw)
  }

  @Test("independent light gives 1 in continuous excitation (false alarm 1e−6)")
  func continuous() throws {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    var time = 0.0
    let tags = (0..<600_000).map { _ in
      time += gsl_ran_exponential(rng, 1e12 / 6e6)
      return TimeTag(macroTime: Int64(time / 4), channel: UInt8(gsl_rng_uniform_int(rng, 3)))
    }
    let options = ThirdOrderOptions(binPs: 20_000, rangePs: 200_000)
    let result = try analyzeG3(header: SyntheticStream.header2, options: options) { try play(tags, blocks: 9999, $0) }
    #expect(result.coincidences.count == 20)
    #expect(abs(result.g3Zero - 1) < 4.89 * result.g3ZeroUncertainty)
    // triples that share two photons go together: √(9 w² r²) of a cell's mean on top of counting, well below 1 % here
    let all = result.normalized.flatMap { $0 }
    #expect(abs(all.reduce(0, +) / Double(all.count) - 1) < 0.02)
  }

  @Test("what a recording cannot give is refused")
  func refused() {
    let tags = SyntheticStream.continuous(rateHz: 1000, seconds: 1, dip: 1, seed: 8)
    for options in [
      ThirdOrderOptions(), ThirdOrderOptions(channels: [0, 1, 1]), ThirdOrderOptions(channels: [0, 1, 2]),
    ] {
      #expect(throws: AnalysisError.self) {
        try analyzeG3(header: SyntheticStream.header2, options: options) { try play(tags, blocks: 100, $0) }
      }
    }
  }
}
