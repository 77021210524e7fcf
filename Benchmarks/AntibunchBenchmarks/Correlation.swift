import Analysis
import Benchmark
import RandomStreams
import TimeTags

/// Coincidences: the histogram alone on two Poisson streams (±1 µs, bins of 1 ns), and a whole measurement of g2 on a
/// recording of W1 in memory (T2 recovers the laser's phase, T3 is told). Items are tags of both channels.
func correlation() {
  for (name, rate) in [("100 kcps", 1e5), ("1 Mcps", 1e6)] {
    Benchmark("pairs of 2 x \(name)", configuration: .init(metrics: Measured.ofAll)) { benchmark in
      let first = poissonTimes(rate: rate, entity: 0)
      let second = poissonTimes(rate: rate, entity: 1)
      try benchmark.measure {
        var histogram = PairHistogram(firstEdge: -1_000_000, binWidth: 1000, binCount: 2000)
        forEachBlock(of: first.count) { range in
          first[range]
            .withUnsafeBufferPointer { a in
              second[range]
                .withUnsafeBufferPointer { b in
                  histogram.consume(first: a, second: b, watermark: min(a.last!, b.last!))
                }
            }
        }
        histogram.finish()
        blackHole(histogram.total)
        return first.count + second.count
      }
    }
  }
  for mode in [MeasurementMode.t2, .t3] {
    Benchmark("g2 \(mode)", configuration: .init(metrics: Measured.ofAll)) { benchmark in
      let sample = try Sample.of(mode)
      let header = try RecordingReader(path: sample.path).header
      try benchmark.measure {
        let result = try analyzeG2(header: header) { take in
          try forEachBlock(of: sample.tags.count) { range in try sample.tags[range].withUnsafeBufferPointer(take) }
        }
        blackHole(result.g2Zero)
        return sample.tags.count
      }
    } teardown: {
      Sample.remove()
    }
  }
}

/// Runs of indices as long as the program's own readers make them.
private func forEachBlock(of count: Int, _ body: (Range<Int>) throws -> Void) rethrows {
  let length = 1 << 14
  for start in stride(from: 0, to: count, by: length) { try body(start..<min(start + length, count)) }
}

/// Two million times of a Poisson process, in ps.
private func poissonTimes(rate: Double, entity: UInt32) -> [Int64] {
  let ziggurat = Ziggurat()
  var stream = RandomStream(seed: 1, purpose: .darkCounts, entity: entity, block: 0)
  var time = 0.0
  return (0..<2_000_000)
    .map { _ in
      time += ziggurat.exponential(&stream) * 1e12 / rate
      return Int64(time)
    }
}
