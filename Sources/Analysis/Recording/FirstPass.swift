import Dispatch
import Synchronization
package import TimeTags

/// What a recording holds, and its nanotimes.
package typealias FirstPass = (survey: RecordingSurvey, nanotimes: NanotimeHistogram)

/// Counts a recording once: what every measurement needs to know first. Nanotimes are filled for T3 only, gaps where a router may
/// hide some.
func firstPass(_ header: RecordingHeader, _ replay: Replay) throws -> FirstPass {
  var pass = nothingYet(header)
  let isT3 = header.mode == .t3
  try replay { tags in
    pass.survey.consume(tags)
    if isT3 { pass.nanotimes.consume(tags) }
  }
  return pass
}

/// The same on several threads, where the recording can be had in blocks and no gaps are wanted.
package func firstPass(
  _ header: RecordingHeader, _ blocks: RecordBlocks?, threads: Int, _ replay: Replay
) throws -> FirstPass {
  guard let blocks, threads > 1, !hasRouter(header) else { return try firstPass(header, replay) }
  let blocksAnew = blocks.fromBeginning()
  let isT3 = header.mode == .t3
  let shared = Mutex((pass: nothingYet(header), start: Int.max, error: (any Error)?.none))
  DispatchQueue.concurrentPerform(iterations: threads) { _ in
    let reader = RecordBlockReader(blocksAnew)
    var (own, start) = (nothingYet(header), Int.max)
    do {
      while let tags = try reader.next() {
        if !tags.isEmpty { start = min(start, reader.start) }
        own.survey.consume(tags)
        if isT3 { own.nanotimes.consume(tags) }
      }
      shared.withLock { shared in
        shared.pass.survey.add(own.survey, isEarlier: start < shared.start)
        shared.pass.nanotimes.add(own.nanotimes)
        shared.start = min(shared.start, start)
      }
    } catch {
      shared.withLock { $0.error = $0.error ?? error }
    }
  }
  return try shared.withLock { shared in
    if let error = shared.error { throw error }
    return shared.pass
  }
}

private func nothingYet(_ header: RecordingHeader) -> FirstPass {
  (RecordingSurvey(header: header, findsGaps: hasRouter(header)), NanotimeHistogram())
}

/// Whether all detectors may share one timer, so that pairs near zero delay are lost.
private func hasRouter(_ header: RecordingHeader) -> Bool { header.recordType == .picoHarp300T3 }
