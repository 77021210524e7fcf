import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// Pairs over delay bins of any widths against counting by brute force.
@Suite struct DelayPairsTests {
  static func bruteForce(_ a: [Int64], _ b: [Int64], edges: [Int64]) -> [Int] {
    var counts = [Int](repeating: 0, count: edges.count - 1)
    for x in a {
      for y in b {
        guard y - x >= edges[0] && y - x < edges[edges.count - 1] else { continue }
        var bin = 0
        while y - x >= edges[bin + 1] { bin += 1 }
        counts[bin] += 1
      }
    }
    return counts
  }

  static func streamed(_ a: [Int64], _ b: [Int64], edges: [Int64], threads: Int, block: Int) -> DelayPairs {
    var pairs = DelayPairs(edges: edges, threads: threads)
    let end = max(a.last ?? 0, b.last ?? 0)
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      // some events of the first stream, and the second up to the same time
      let time = i + block < a.count ? a[i + block] + 1 : end + 1
      let (p, q) = (a[i...].prefix { $0 < time }, b[j...].prefix { $0 < time })
      (i, j) = (p.endIndex, q.endIndex)
      Array(p).withUnsafeBufferPointer { p in
        Array(q).withUnsafeBufferPointer { pairs.consume(first: p, second: $0, watermark: time) }
      }
    }
    pairs.finish()
    return pairs
  }

  static func events(_ count: Int, mean: Double, bursts: Bool, seed: UInt) -> [Int64] {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var time = 0.0
    return (0..<count).map { i in
      time += gsl_ran_exponential(rng, bursts && i / 50 % 2 == 0 ? mean / 100 : mean)
      return Int64(time)
    }
  }

  @Test("a stream countable by hand")
  func byHand() {
    // 10 → 12, 15, 30; 12 → 15, 30; 29 → 30: delays 2, 5, 20, 3, 18, 1
    let pairs = Self.streamed([10, 12, 29], [9, 10, 12, 15, 30], edges: [1, 2, 3, 10, 18, 20], threads: 1, block: 2)
    #expect(pairs.counts == [1, 1, 2, 0, 1])
    #expect(pairs.events == (3, 5))
  }

  /// Short delays go from pair to pair and long ones from edge to edge; steady and bursting light, ties, one and three
  /// threads, blocks of some lengths.
  @Test("random streams", arguments: [1, 3], [(7, 4.0), (400, 50.0), (100_000, 1e6)])
  func random(threads: Int, blockAndMean: (Int, Double)) {
    let (block, mean) = blockAndMean
    for bursts in [false, true] {
      let a = Self.events(1500, mean: mean, bursts: bursts, seed: 3)
      let b = Self.events(1400, mean: mean, bursts: bursts, seed: bursts ? 3 : 4)
      let axes: [[Int64]] = [
        [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584, 4181, 6765, 10_946, 1_000_000],
        [1, Int64(1e9)], [50, 60], [3000, 3001, 3050],
      ]
      for edges in axes {
        let expected = Self.bruteForce(a, b, edges: edges)
        let pairs = Self.streamed(a, b, edges: edges, threads: threads, block: block)
        #expect(pairs.counts == expected, "bursts \(bursts), edges from \(edges[0])")
      }
    }
  }

  /// With a wide first bin, what waits from one stretch to the next must reach back to the shortest delay.
  @Test(
    "stretches of a long stream meet no pair twice and lose none",
    arguments: [1, 2], [[10, 100, 1000, 10_000, 100_000, 400_000], [10, 200_000, 400_000]] as [[Int64]])
  func long(threads: Int, edges: [Int64]) {
    let a = Self.events(120_000, mean: 1000, bursts: false, seed: 5)
    let b = Self.events(118_000, mean: 1030, bursts: true, seed: 6)
    let pairs = Self.streamed(a, b, edges: edges, threads: threads, block: 9000)
    var histogram = PairHistogram(firstEdge: 10, binWidth: 10, binCount: 39_999)
    a.withUnsafeBufferPointer { p in
      b.withUnsafeBufferPointer { histogram.consume(first: p, second: $0, watermark: .max) }
    }
    let expected = zip(edges, edges.dropFirst()).map { low, high in
      histogram.counts[Int(low / 10 - 1)..<Int(high / 10 - 1)].reduce(0, +)
    }
    #expect(pairs.counts == expected)
  }

  @Test("edges are whole picoseconds that rise, and lie between the pulses of a laser")
  func axis() throws {
    let plain = try LogarithmicAxis(lowPs: 1000, highPs: 1e13, pointsPerDecade: 10, resolutionPs: 4)
    #expect(plain.edgesPs.count == 101)
    #expect(plain.edgesPs.allSatisfy { $0 % 4 == 0 })
    #expect(plain.edgesPs.first == 1000 && plain.edgesPs.last == Int(1e13))
    let pulsed = try LogarithmicAxis(lowPs: 1000, highPs: 1e9, pointsPerDecade: 20, periodPs: 200_000)
    #expect(pulsed.edgesPs.allSatisfy { $0 < 200_000 || $0 % 200_000 == 100_000 })
    #expect(throws: AnalysisError.self) { try LogarithmicAxis(lowPs: 0, highPs: 1e9, pointsPerDecade: 10) }
    #expect(throws: AnalysisError.self) { try LogarithmicAxis(lowPs: 10, highPs: 1, pointsPerDecade: 10) }
    #expect(throws: AnalysisError.self) { try LogarithmicAxis(lowPs: 10, highPs: 100, pointsPerDecade: 0) }
  }

  /// Photons of two independent channels: 1 at every delay. χ² over all bins, false alarm 1e−6.
  @Test("independent light gives 1 from nanoseconds to seconds, to the end of the recording")
  func independent() throws {
    let tags = SyntheticStream.continuous(rateHz: 40_000, seconds: 10, dip: 1e-9, seed: 8)
    for channels: (first: UInt8, second: UInt8) in [(0, 1), (1, 1)] {
      let options = LogarithmicOptions(channels: channels, lowPs: 100_000, highPs: 9e12, threads: 2)
      let result = try analyzeLogarithmic(header: SyntheticStream.header2, options: options) {
        try play(tags, blocks: 8192, $0)
      }
      #expect(result.photons[0] > 190_000)
      var chi2 = 0.0
      var bins = 0.0
      for i in result.coincidences.indices where result.coincidences[i] > 20 {
        // with 10⁸ pairs and more, what the ends of the recording do to wide bins begins to show: 1e−4
        chi2 += pow(result.normalized[i] - 1, 2) / (pow(result.normalizedUncertainty[i], 2) + 1e-8)
        bins += 1
      }
      #expect(gsl_cdf_chisq_Q(chi2, bins) > 5e-7)
      #expect(gsl_cdf_chisq_P(chi2, bins) > 5e-7)
    }
  }

  /// Light that is on for 10 ms and off for 10 ms: without the kept time its bins reach 2 and 0. Largest of 40 deviations
  /// below 5.3 standard deviations: false alarm 5e−6.
  @Test("independent light in stretches gives 1 where they are known")
  func keptTime() throws {
    let events = [1, 2].map { Self.events(200_000, mean: 16 * 1e6, bursts: false, seed: $0) }
    let (half, whole) = (Int64(160_000_000_000), Int64(320_000_000_000))
    var tags: [TimeTag] = []
    for (channel, times) in events.enumerated() {
      for time in times where time % whole < half {
        tags.append(TimeTag(macroTime: time / 64, channel: UInt8(channel)))
      }
    }
    tags.sort { $0.macroTime < $1.macroTime }
    let end = try #require(tags.last).macroTime * 64
    var kept = KeptTime()
    for start in stride(from: Int64(0), through: end, by: Int64.Stride(whole)) {
      kept.append(.init(start: start, end: min(start + half, end)))
    }
    var options = LogarithmicOptions(lowPs: 1e5, highPs: 1e9, pointsPerDecade: 10)
    options.keptTime = kept
    let result = try analyzeLogarithmic(header: SyntheticStream.header2, options: options) {
      try play(tags, blocks: 7777, $0)
    }
    #expect(result.coincidences.count == 40)
    for (value, uncertainty) in zip(result.normalized, result.normalizedUncertainty) {
      #expect(abs(value - 1) < 5.3 * uncertainty + 1e-4)
    }
  }

  @Test("what a recording cannot give is refused")
  func refused() {
    let tags = SyntheticStream.continuous(rateHz: 1000, seconds: 1, dip: 1, seed: 8)
    for options in [
      LogarithmicOptions(channels: (0, 7)), LogarithmicOptions(channels: (7, 7)), LogarithmicOptions(highPs: 2e12),
    ] {
      #expect(throws: AnalysisError.self) {
        try analyzeLogarithmic(header: SyntheticStream.header2, options: options) { try play(tags, blocks: 100, $0) }
      }
    }
  }
}
