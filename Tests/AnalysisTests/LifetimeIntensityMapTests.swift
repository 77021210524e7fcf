import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// Rates and lifetimes together, against the truth of blinking of types A and B (Galland et al., Nature 479, 203 (2011)).
@Suite struct LifetimeIntensityMapTests {
  static let periodPs = 200_000.0

  /// The records of a stream as an instrument writes them in T3 at 5 MHz, photons of each level with its own lifetime.
  static func tags(_ stream: SwitchingStream, lifetimesPs: [Double], seed: UInt) -> [TimeTag] {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var stay = 0
    var tags = stream.times.map { time in
      while stay < stream.switches.count, time >= stream.switches[stay] { stay += 1 }
      let delay =
        5000 + gsl_ran_exponential(rng, lifetimesPs[stream.stays[stay].level]) + gsl_ran_gaussian_ziggurat(rng, 150)
      let late = (delay / periodPs).rounded(.down)
      return TimeTag(
        macroTime: Int64(Double(time) / TagClock.ticksPerPicosecond / periodPs) + Int64(late),
        nanotime: UInt16((delay - late * periodPs) / 16), channel: 0)
    }
    tags.sort { ($0.macroTime, $0.nanotime) < ($1.macroTime, $1.nanotime) }
    return tags
  }

  static let header = RecordingHeader(
    format: "test", mode: .t3, recordType: .hydraHarpV2T3, macroTimeUnitSeconds: periodPs * 1e-12,
    nanotimeUnitSeconds: 16e-12)

  struct Kind: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var ratesHz: [Double]
    var lifetimesPs: [Double]
    var seed: UInt
  }

  @Test(
    "lifetime falls with the rate in type A and stays in type B: the line through the map, the levels, the stretches",
    arguments: [
      // the same radiative rate: both fall to 0.3
      Kind(testDescription: "type A", ratesHz: [50_000, 15_000], lifetimesPs: [20_000, 6000], seed: 1),
      Kind(testDescription: "type B", ratesHz: [50_000, 15_000], lifetimesPs: [20_000, 20_000], seed: 2),
    ])
  func slope(kind: Kind) throws {
    let stream = SwitchingStream(ratesHz: kind.ratesHz, seconds: 15, seed: kind.seed) { rng, _ in
      0.05 + gsl_ran_exponential(UnsafePointer<gsl_rng>(rng), 0.1)
    }
    let tags = Self.tags(stream, lifetimesPs: kind.lifetimesPs, seed: kind.seed)
    let result = try analyzeBlinking(header: Self.header) { try play(tags, blocks: 65536, $0) }

    // each level: a fit, 5 standard deviations (false alarm 6e-7) and the rounding of 16 ps bins
    #expect(result.levels.count == 2)
    for (level, truth) in zip(result.levels, kind.lifetimesPs) {
      let lifetime = try #require(level.lifetimeNs)
      let sigma = try #require(level.lifetimeNsUncertainty)
      print("\(kind): \(lifetime) ± \(sigma) for \(truth / 1000)")
      #expect(abs(lifetime - truth / 1000) < 5 * sigma + 0.016)
    }

    // each stretch: an exponential has σ = τ/√n, a little more where it is cut off by the period
    var pulls: [Double] = []
    for i in result.segments.startS.indices where result.segments.seconds[i] > 0.02 {
      let truth = kind.lifetimesPs[result.segments.level[i]] / 1000
      let lifetime = try #require(result.segments.lifetimeNs[i])
      // of photons at τ after the edge; the edge is known to some 0.02 ns
      pulls.append((lifetime - truth) / (truth / Double(result.segments.photons[i]).squareRoot()))
    }
    let (mean, deviation) = DecayFitTests.moments(pulls)
    print("\(kind): \(pulls.count) stretches, pulls \(mean) ± \(deviation)")
    #expect(abs(mean) < 4.89 / Double(pulls.count).squareRoot() + 0.1)
    #expect(abs(deviation - 1) < 4.89 / Double(2 * pulls.count).squareRoot() + 0.05)

    // both maps: the line through them has the slope of the two states
    let map = try #require(result.flid)
    let slope =
      (kind.lifetimesPs[0] - kind.lifetimesPs[1]) / 1000 / ((kind.ratesHz[0] - kind.ratesHz[1]) / 1000)  // ns/kHz
    for (name, cells) in [("bins", map.bins.map { $0.map(Double.init) }), ("seconds", map.seconds)] {
      let found = Self.line(cells, map)
      print("\(kind), \(name): slope \(found) ns/kHz for \(slope)")
      // a cell is 0.5 ns high; 35 kHz lie between the states
      #expect(abs(found - slope) < 0.25 / 35 + 0.02 * abs(slope))
    }
    #expect(map.bins.reduce(0) { $0 + $1.reduce(0, +) } + map.binsLeftOut == result.trace.counts.count)
    // but for the 0.5 % beyond the axes, all time is in the map
    let time = map.seconds.reduce(0) { $0 + $1.reduce(0, +) }
    #expect(abs(time / result.durationS - 1) < 0.01)
  }

  /// The slope of the line of least squares through a map, in ns per kHz.
  static func line(_ cells: [[Double]], _ map: LifetimeIntensityMap) -> Double {
    var (w, x, y, xx, xy) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (row, line) in cells.enumerated() {
      let lifetime = (map.lifetimeEdgesNs[row] + map.lifetimeEdgesNs[row + 1]) / 2
      for (column, weight) in line.enumerated() where weight > 0 {
        let rate = (map.rateEdgesHz[column] + map.rateEdgesHz[column + 1]) / 2000
        w += weight
        x += weight * rate
        y += weight * lifetime
        xx += weight * rate * rate
        xy += weight * rate * lifetime
      }
    }
    return (w * xy - x * y) / (w * xx - x * x)
  }

  @Test("T2: the phase of a drifting laser is recovered, and each level has its lifetime (5 standard deviations)")
  func recoveredPhase() throws {
    // bright 20 ns, charged 3 ns at 0.4 times the light, a twentieth flat background
    let stream = BlinkingStream(
      offset: 3e-6, drift: .quadratic(amplitudePs: 8000), dwell: .exponential(meanSeconds: 0.3), rateHz: 25_000,
      duration: 30, seed: 23)
    let options = BlinkingOptions(periodPs: 200_000)
    let result = try analyzeBlinking(header: SyntheticStream.header2, options: options) {
      try play(stream.tags, blocks: 65536, $0)
    }
    #expect(result.levels.count == 2)
    for (level, truth) in zip(result.levels, [BlinkingStream.lifetimes.bright, BlinkingStream.lifetimes.charged]) {
      let lifetime = try #require(level.lifetimeNs)
      let sigma = try #require(level.lifetimeNsUncertainty)
      print("recovered phase: \(lifetime) ± \(sigma) for \(truth / 1000)")
      #expect(abs(lifetime - truth / 1000) < 5 * sigma + 0.01 * truth / 1000)
      #expect(sigma < 0.02 * truth / 1000)
    }
    #expect(result.flid != nil)
  }
}
