import Benchmark
import RandomStreams

/// Draws per second of the variates of the hot path. Each loop is written out, as the engine writes them: a closure
/// per draw would be timed as well.
func samplers() {
  let draws = 20_000_000
  sampler("exponential") { start in
    var stream = start
    let ziggurat = Ziggurat()
    var sum = 0.0
    for _ in 0..<draws { sum += ziggurat.exponential(&stream) }
    blackHole(sum)
    return draws
  }
  sampler("normal") { start in
    var stream = start
    let ziggurat = Ziggurat()
    var sum = 0.0
    for _ in 0..<draws { sum += ziggurat.normal(&stream) }
    blackHole(sum)
    return draws
  }
  sampler("geometric p = 0.02") { start in
    var stream = start
    let ziggurat = Ziggurat()
    let law = GeometricLaw(success: 0.02)
    var sum: Int64 = 0
    for _ in 0..<draws { sum &+= law.draw(ziggurat, &stream) }
    blackHole(sum)
    return draws
  }
}

/// - Parameter draw: draws from the stream and returns how often.
private func sampler(_ name: String, draw: @escaping (RandomStream) -> Int) {
  Benchmark("sampler \(name)", configuration: .init(metrics: Measured.ofAll)) { benchmark in
    // Another stream each time, so that nothing can be drawn in advance.
    let stream = RandomStream(seed: 1, purpose: .emission, entity: 0, block: UInt64(benchmark.currentIteration))
    try benchmark.measure { draw(stream) }
  }
}
