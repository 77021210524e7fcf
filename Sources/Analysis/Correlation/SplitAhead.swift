import Dispatch
import TimeTags

/// Plays a recording and counts it on two threads: this one reads and sorts the photons by channel, another counts, some
/// blocks behind. What is counted, and in which order, is the same on one thread.
///
/// - Parameters:
///   - threads: 1 does both here.
///   - split: fills the splitter from a block and returns the watermark.
///   - count: takes what was split; never runs twice at once.
func playSplit(
  _ replay: Replay, channels: (first: UInt8, second: UInt8), threads: Int,
  split: @escaping (ChannelSplitter, TagBlock) -> Int64, count: @escaping (ChannelSplitter, Int64) -> Void
) throws {
  let splitters = (0..<(threads > 1 ? 4 : 1)).map { _ in ChannelSplitter(first: channels.first, second: channels.second)
  }
  if threads <= 1 {
    try replay { count(splitters[0], split(splitters[0], $0)) }
    return
  }
  let free = DispatchSemaphore(value: splitters.count)
  let queue = DispatchQueue(label: "counting")
  // the end of its work is awaited even when reading fails
  defer { queue.sync {} }
  // one block at a time, on a serial queue
  nonisolated(unsafe) let count = count
  var next = 0
  try replay { tags in
    free.wait()
    nonisolated(unsafe) let splitter = splitters[next % splitters.count]
    next += 1
    let watermark = split(splitter, tags)
    queue.async {
      count(splitter, watermark)
      free.signal()
    }
  }
}
