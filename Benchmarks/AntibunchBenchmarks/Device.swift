import Benchmark
import Photonics

/// How long a user who designs a device waits; both on one thread, without the cache of results.
func device() {
  let section = CrossSection(
    substrateIndex: 1.5, guide: .halfDisc(radiusNanometers: 1250, index: 1.57),
    strip: .init(widthNanometers: 190, heightNanometers: 175, index: 2.2))
  Benchmark("mode solve of the paper's section", configuration: .init(metrics: Measured.ofAll, maxIterations: 5)) {
    benchmark in
    try benchmark.measure {
      try ModeSolver(section, wavelengthNanometers: 610).modes(2).count
    }
  }
  Benchmark(
    "total rate, three orientations",
    configuration: .init(metrics: Measured.ofAll, warmupIterations: 0, maxDuration: .seconds(30), maxIterations: 2)
  ) { benchmark in
    try benchmark.measure {
      let rate = try section.dipoleTotalRate(at: .init(x: 0, y: 180), wavelengthNanometers: 610)
      blackHole(rate)
      return 3
    }
  }
}
