import TimeTags

/// Sorts the photons of two channels out of blocks of records, as times or as pulse numbers.
///
/// The buffers are reused from block to block; the loop over the records has no branch that depends on the data.
public final class ChannelSplitter {
  /// The two channels; equal for an autocorrelation.
  public let channels: (first: UInt8, second: UInt8)
  /// The nanotimes that pass, in nanotime units (everything in T2), per channel.
  public var gates: (first: Range<Int32>, second: Range<Int32>) = (0..<65536, 0..<65536)
  private var firstTimes: UnsafeMutablePointer<Int64>
  private var secondTimes: UnsafeMutablePointer<Int64>
  private var capacity = 0
  private var firstCount = 0
  private var secondCount = 0

  public init(first: UInt8, second: UInt8) {
    channels = (first, second)
    firstTimes = .allocate(capacity: 1)
    secondTimes = .allocate(capacity: 1)
  }

  deinit {
    firstTimes.deallocate()
    secondTimes.deallocate()
  }

  /// The photons of the first channel in the last block.
  public var first: UnsafeBufferPointer<Int64> { UnsafeBufferPointer(start: firstTimes, count: firstCount) }
  /// The photons of the second channel in the last block.
  public var second: UnsafeBufferPointer<Int64> { UnsafeBufferPointer(start: secondTimes, count: secondCount) }

  private func reserve(_ count: Int) {
    guard count > capacity else { return }
    firstTimes.deallocate()
    secondTimes.deallocate()
    firstTimes = .allocate(capacity: count)
    secondTimes = .allocate(capacity: count)
    capacity = count
  }

  /// Fills the buffers with times in ticks; returns the watermark (no later record can be earlier).
  public func splitTimes(_ tags: TagBlock, clock: TagClock) -> Int64 {
    guard !tags.isEmpty else { return .min / 2 }
    split(tags) { clock.ticks(macroTime: $0.macroTime, nanotime: $0.nanotime) }
    return clock.ticks(macroTime: tags[tags.count - 1].macroTime, nanotime: 0)
  }

  /// Fills the buffers with macro times as they are: in T3 the pulse number.
  public func splitPulses(_ tags: TagBlock) -> Int64 {
    guard !tags.isEmpty else { return .min / 2 }
    split(tags) { $0.macroTime }
    return tags[tags.count - 1].macroTime
  }

  @inline(__always)
  private func split(_ tags: TagBlock, _ value: (TimeTag) -> Int64) {
    reserve(tags.count)
    let a = firstTimes
    let b = secondTimes
    var na = 0
    var nb = 0
    let one = channels.first
    let two = channels.second
    let startOne = gates.first.lowerBound
    let startTwo = gates.second.lowerBound
    let widthOne = UInt32(gates.first.count)
    let widthTwo = UInt32(gates.second.count)
    let n = tags.count
    var i = 0
    while i < n {
      let tag = tags[i]
      let t = value(tag)
      let photon = tag.kind == .photon
      let nano = Int32(tag.nanotime)
      let inOne = photon && tag.channel == one && UInt32(bitPattern: nano &- startOne) < widthOne
      let inTwo = photon && tag.channel == two && UInt32(bitPattern: nano &- startTwo) < widthTwo
      a[na] = t
      b[nb] = t
      na &+= inOne ? 1 : 0
      nb &+= inTwo ? 1 : 0
      i &+= 1
    }
    firstCount = na
    secondCount = nb
  }
}
