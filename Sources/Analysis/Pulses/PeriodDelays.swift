import Dispatch
import Synchronization
package import TimeTags

/// The pair delays in which a laser period is looked for (``PeriodSearch``), of as many blocks from the beginning on as hold
/// enough pairs: some at a time, so that which they are does not depend on the threads.
///
/// - Returns: nil where they cannot be counted block by block.
package func pairDelays(
  in blocks: RecordBlocks, channels: (first: UInt8, second: UInt8), enough: Int, clock: TagClock, threads: Int
) throws -> [Int]? {
  let blocksAtATime = 8
  let blocks = blocks.fromBeginning(isSilent: true)
  var made: [RankedBlockPairs] = []
  for _ in 0..<max(1, min(threads, blocksAtATime)) {
    guard
      let worker = RankedBlockPairs(
        blocks, channels: channels, binWidth: PeriodSearch.binTicks, binsPerSide: PeriodSearch.binCount / 2,
        clock: clock)
    else { return nil }
    made.append(worker)
  }
  // each is of one thread at a time
  nonisolated(unsafe) let workers = made
  var isOver = false
  while !isOver {
    let turn = Mutex((left: blocksAtATime, isOver: false, error: (any Error)?.none))
    DispatchQueue.concurrentPerform(iterations: workers.count) { i in
      do {
        while turn.withLock({ turn in
          turn.left -= 1
          return turn.left >= 0 && turn.error == nil
        }) {
          guard try workers[i].countNext() else { return turn.withLock { $0.isOver = true } }
        }
      } catch {
        turn.withLock { $0.error = $0.error ?? error }
      }
    }
    if let error = turn.withLock({ $0.error }) { throw error }
    if workers.contains(where: \.isUnsuited) { return nil }
    isOver = turn.withLock { $0.isOver } || workers.reduce(0) { $0 + $1.total } >= enough
  }
  return workers.dropFirst().reduce(into: workers[0].counts) { sum, worker in
    for (i, count) in worker.counts.enumerated() { sum[i] += count }
  }
}
