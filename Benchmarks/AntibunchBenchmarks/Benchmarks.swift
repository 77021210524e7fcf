import Benchmark

/// All benchmarks; the names are what `--filter` sees.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration.warmupIterations = 1
  Benchmark.defaultConfiguration.maxDuration = .seconds(6)
  Benchmark.defaultConfiguration.maxIterations = 15
  Benchmark.defaultConfiguration.units = [
    Measured.rate: .kilo, Measured.allocations: .count, Measured.peakMemory: .mega,
  ]
  generation()
  correlation()
  files()
  samplers()
  device()
}
