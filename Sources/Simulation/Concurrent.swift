import Dispatch

/// Runs `body` for each element of `items`, on up to `threads` threads, and collects what it returns.
func concurrent<Item: Sendable, Result: Sendable>(
  _ count: Int, threads: Int, over items: inout [Item], _ body: @Sendable (Int, inout Item) -> Result
) -> [Result] {
  if threads <= 1 || count <= 1 {
    return (0..<count).map { body($0, &items[$0]) }
  }
  return [Result](unsafeUninitializedCapacity: count) { results, initialized in
    nonisolated(unsafe) let results = results
    items.withUnsafeMutableBufferPointer { items in
      nonisolated(unsafe) let items = items
      // Each worker takes every `threads`-th item.
      let workers = min(threads, count)
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        for i in stride(from: worker, to: count, by: workers) {
          results.initializeElement(at: i, to: body(i, &items[i]))
        }
      }
    }
    initialized = count
  }
}

/// Runs two pieces of work at the same time and returns both results.
func both<A, B>(_ first: () -> A, and second: () -> B) -> (A, B) {
  var resultA: A?
  var resultB: B?
  withoutActuallyEscaping(first) { first in
    withoutActuallyEscaping(second) { second in
      withUnsafeMutablePointer(to: &resultA) { a in
        withUnsafeMutablePointer(to: &resultB) { b in
          // Each closure and each result is touched by one of the two threads only.
          nonisolated(unsafe) let (a, b) = (a, b)
          nonisolated(unsafe) let (first, second) = (first, second)
          DispatchQueue.concurrentPerform(iterations: 2) { i in
            if i == 0 { a.pointee = first() } else { b.pointee = second() }
          }
        }
      }
    }
  }
  return (resultA!, resultB!)
}
