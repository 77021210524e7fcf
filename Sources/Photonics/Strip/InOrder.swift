import Dispatch
import Synchronization

/// The results of `count` independent computations in their order, on up to `threads` threads; the first error, if any.
func inOrder<Value: Sendable>(
  _ count: Int, threads: Int, progress: (@Sendable (Double) -> Void)?,
  _ compute: @Sendable (Int) throws(ModeError) -> Value
) throws(ModeError) -> [Value] {
  let results = Mutex([Result<Value, ModeError>?](repeating: nil, count: count))
  let next = Atomic<Int>(0)
  let done = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
    while true {
      let k = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if k >= count { break }
      let result = Result { () throws(ModeError) in try compute(k) }
      results.withLock { $0[k] = result }
      progress?(Double(done.wrappingAdd(1, ordering: .relaxed).newValue) / Double(count))
    }
  }
  var values: [Value] = []
  for result in results.withLock({ $0 }) { if let result { values.append(try result.get()) } }
  return values
}
