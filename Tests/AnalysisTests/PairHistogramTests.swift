import Analysis
import Testing

/// The streaming counter against counting by brute force.
@Suite struct PairHistogramTests {
  static func bruteForce(_ a: [Int64], _ b: [Int64], firstEdge: Int64, width: Int64, bins: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: bins)
    for x in a {
      for y in b {
        let d = y - x - firstEdge
        if d >= 0 && d < width * Int64(bins) { counts[Int(d / width)] += 1 }
      }
    }
    return counts
  }

  static func streamed(
    _ a: [Int64], _ b: [Int64], firstEdge: Int64, width: Int64, bins: Int, block: Int64
  ) -> PairHistogram {
    var histogram = PairHistogram(firstEdge: firstEdge, binWidth: width, binCount: bins)
    let end = max(a.max() ?? 0, b.max() ?? 0)
    var start: Int64 = 0
    while start <= end {
      let x = a.filter { $0 >= start && $0 < start + block }
      let y = b.filter { $0 >= start && $0 < start + block }
      x.withUnsafeBufferPointer { p in
        y.withUnsafeBufferPointer { histogram.consume(first: p, second: $0, watermark: start + block) }
      }
      start += block
    }
    histogram.finish()
    return histogram
  }

  @Test("a stream countable by hand")
  func byHand() {
    // pairs b − a: 10: −5, 0, 3; 12: −7, −2, 1 → bins of 2 from −4: [−4,−2) [−2,0) [0,2) [2,4)
    let h = Self.streamed([10, 12], [5, 10, 13], firstEdge: -4, width: 2, bins: 4, block: 100)
    #expect(h.counts == [0, 1, 2, 1])
    #expect(h.events == (2, 3))
  }

  @Test("random streams with ties, at every block length", arguments: 1...60)
  func anyBlock(block: Int) {
    var seed = UInt64(block)
    func next(_ n: UInt64) -> Int64 {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((seed >> 33) % n)
    }
    let a = (0..<40).map { _ in next(60) }.sorted()
    let b = (0..<35).map { _ in next(60) }.sorted()
    let axes: [(Int64, Int64, Int)] = [(-7, 1, 15), (-20, 5, 8), (3, 4, 3), (-30, 7, 2), (-100, 200, 1)]
    for (edge, width, bins) in axes {
      let expected = Self.bruteForce(a, b, firstEdge: edge, width: width, bins: bins)
      let h = Self.streamed(a, b, firstEdge: edge, width: width, bins: bins, block: Int64(block))
      #expect(h.counts == expected, "edge \(edge) width \(width)")
    }
  }

  @Test("late events within a block are put in order")
  func disorder() {
    var h = PairHistogram(firstEdge: -50, binWidth: 1, binCount: 100)
    let a: [Int64] = [5, 3, 9, 7]
    let b: [Int64] = [4, 8, 6, 2]
    a.withUnsafeBufferPointer { p in b.withUnsafeBufferPointer { h.consume(first: p, second: $0, watermark: 2) } }
    h.finish()
    #expect(h.counts == Self.bruteForce(a, b, firstEdge: -50, width: 1, bins: 100))
  }

  @Test(
    "division by multiplication is exact for every width",
    arguments: [1, 2, 3, 5, 7, 16, 1000, 8000, 65537] as [Int64])
  func division(width: Int64) {
    let bins = 50
    var h = PairHistogram(firstEdge: 0, binWidth: width, binCount: bins)
    let edges = (0..<Int64(bins)).flatMap { [$0 * width, ($0 + 1) * width - 1] }
    [Int64(0)].withUnsafeBufferPointer { p in
      edges.withUnsafeBufferPointer { h.consume(first: p, second: $0, watermark: 0) }
    }
    h.finish()
    #expect(h.counts == [Int](repeating: 2, count: bins))
  }
}
