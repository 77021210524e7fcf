import Dispatch
import Synchronization

/// The results of `count` independent calculations in their order, on up to `threads` threads. After an error no further one
/// begins, and the first of the errors is thrown.
func inParallel<Value: Sendable>(
  _ count: Int, threads: Int, _ calculate: @Sendable (Int) throws -> Value
) throws -> [Value] {
  let results = Mutex([Result<Value, any Error>?](repeating: nil, count: count))
  let next = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
    while true {
      let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if number >= count { break }
      let result = Result { try calculate(number) }
      if case .failure = result { next.store(count, ordering: .relaxed) }
      results.withLock { $0[number] = result }
    }
  }
  return try results.withLock { $0 }.compactMap { try $0?.get() }
}
