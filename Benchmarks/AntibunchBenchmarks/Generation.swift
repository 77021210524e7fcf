import Benchmark
import Simulation
import Workloads

/// Photons into memory: records are counted and dropped, truth is off. The seed is the same in every iteration, so that
/// allocations and instructions are those of the same work.
func generation() {
  let plans: [(workload: Workload, threads: [Int])] = [
    (.w1At100k, [1, 2]), (.w1At1M, [1, 2]), (.fibre, [1, 2]), (.nv, [1]),
  ]
  for (workload, threads) in plans {
    for threads in threads {
      Benchmark(
        "generation \(workload.name), \(threads) thread\(threads > 1 ? "s" : "")",
        configuration: .init(metrics: Measured.ofAll)
      ) { benchmark in
        let bench = try workload.bench()
        try benchmark.measure {
          var records = 0
          Simulator(bench: bench, seed: 1)
            .run(threads: threads, withTruth: false) { batch in
              records += batch.tags.count
              return true
            }
          return records
        }
      }
    }
  }
}
