import Analysis
import CGSL
import Testing

@Suite struct LabelledPairHistogramTests {
  typealias Event = LabelledPairHistogram.Event

  /// Random events, some simultaneous and some late, in blocks; the table is that of two loops over everything.
  @Test("every pair once, whatever the blocks", arguments: [1, 7, 1000])
  func equalsTwoLoops(_ block: Int) {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, 51)
    func stream(_ labels: Int) -> [Event] {
      var time: Int64 = -50
      return (0..<600).map { _ in
        time += Int64(gsl_rng_uniform_int(rng, 5))
        // late by up to 2
        return Event(
          time: time - Int64(gsl_rng_uniform_int(rng, 3)), label: Int(gsl_rng_uniform_int(rng, UInt(labels))))
      }
    }
    let (first, second) = (stream(3), stream(2))
    var table = LabelledPairHistogram(firstEdge: -9, binWidth: 3, binCount: 5, labels: (3, 2))
    var next = (0, 0)
    while next.0 < first.count || next.1 < second.count {
      let ends = (min(next.0 + block, first.count), min(next.1 + block, second.count))
      let later = first[ends.0...].map(\.time) + second[ends.1...].map(\.time)
      table.consume(
        first: Array(first[next.0..<ends.0]), second: Array(second[next.1..<ends.1]),
        watermark: later.min() ?? 1_000_000)
      next = ends
    }
    table.finish()
    var truth = [Int](repeating: 0, count: 30)
    for a in first {
      for b in second where b.time - a.time >= -9 && b.time - a.time < 6 {
        truth[(Int(b.time - a.time + 9) / 3 * 3 + a.label) * 2 + b.label] += 1
      }
    }
    #expect(table.counts == truth)
    #expect(truth.reduce(0, +) > 1000)
  }
}
