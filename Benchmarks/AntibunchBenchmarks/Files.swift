import Benchmark
import TimeTags

/// PTU files of W1 in memory: encoding from tags, decoding to tags. Items are tags.
func files() {
  for mode in [MeasurementMode.t2, .t3] {
    Benchmark("PTU encode \(mode)", configuration: .init(metrics: Measured.ofAll)) { benchmark in
      let sample = try Sample.of(mode)
      try benchmark.measure {
        try sample.write()
        return sample.tags.count
      }
    } teardown: {
      Sample.remove()
    }
    Benchmark("PTU decode \(mode)", configuration: .init(metrics: Measured.ofAll)) { benchmark in
      let sample = try Sample.of(mode)
      try benchmark.measure {
        let reader = try RecordingReader(path: sample.path)
        var tags: [TimeTag] = []
        var count = 0
        while try reader.read(into: &tags) > 0 { count += tags.count }
        return count
      }
    } teardown: {
      Sample.remove()
    }
  }
}
