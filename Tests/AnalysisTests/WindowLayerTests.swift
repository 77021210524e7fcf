import Analysis
import CGSL
import Testing

/// All windows of one width, looked at by several threads.
@Suite struct WindowLayerTests {
  @Test("threads change nothing: so many changes that they reach from one piece into the next everywhere")
  func threads() throws {
    let stream = SwitchingStream(ratesHz: [200_000, 50_000], seconds: 1, seed: 3) { rng, _ in
      1e-4 + gsl_ran_exponential(UnsafePointer<gsl_rng>(rng), 3e-4)
    }
    let cell = Int64(2 * SwitchingStream.ticksPerSecond) / Int64(stream.times.count)
    var index: [Int32] = []
    var photon = 0
    for i in 0...(Int64(SwitchingStream.ticksPerSecond) / cell) {
      while photon < stream.times.count, stream.times[photon] < i * cell { photon += 1 }
      index.append(Int32(photon))
    }
    for width in [8, 16, 32] {
      func changes(threads: Int) -> [Int64] {
        stream.times.withUnsafeBufferPointer { times in
          index.withUnsafeBufferPointer { index in
            WindowLayer(times: times, index: index, start: 0, cell: cell, width: width, threshold: 3, found: [])
              .changes(
                threads: threads)
          }
        }
      }
      let one = changes(threads: 1)
      #expect(one.count > 500)
      for threads in [2, 3, 8] { #expect(changes(threads: threads) == one, "\(width) cells, \(threads) threads") }
    }
  }
}
