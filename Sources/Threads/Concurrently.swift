import Dispatch
import Synchronization

/// Runs `body` once for each number below `count`, on up to `threads` threads: each takes the next number that no other
/// has taken. Returns when all are done.
///
/// - Parameter body: touches nothing in common with another number's; the caller answers for that.
package func concurrently(_ count: Int, threads: Int, _ body: (Int) -> Void) {
  if threads <= 1 || count <= 1 {
    for i in 0..<count { body(i) }
    return
  }
  let next = Atomic<Int>(0)
  withoutActuallyEscaping(body) { body in
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if i >= count { break }
        body(i)
      }
    }
  }
}
