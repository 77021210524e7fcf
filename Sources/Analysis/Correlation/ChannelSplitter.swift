import TimeTags

/// Sorts the photons of two channels out of blocks of records, as times or as pulse numbers.
///
/// The buffers are reused from block to block; the loop over the records has no branch that depends on the data.
public final class ChannelSplitter {
  /// The two channels; equal for an autocorrelation.
  public let channels: (first: UInt8, second: UInt8)
  /// The nanotimes that pass (everything in T2), per channel.
  public var gates: (first: NanotimeGate, second: NanotimeGate) = (.open, .open)
  private var firstTimes: UnsafeMutablePointer<Int64>
  private var secondTimes: UnsafeMutablePointer<Int64>
  private var capacity = 0
  private var firstCount = 0
  private var secondCount = 0

  /// A splitter for two channel numbers with open gates; give the same number twice for an autocorrelation.
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
    // one more: both stores of the loop always happen
    let count = count + 1
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
    if clock.wholeMacro != 0 {
      let unit = clock.wholeMacro
      split(tags) { $0.macroTime &* unit }
    } else {
      split(tags) { clock.ticks(macroTime: $0.macroTime, nanotime: $0.nanotime) }
    }
    return clock.ticks(macroTime: tags[tags.count - 1].macroTime, nanotime: 0)
  }

  /// Fills the buffers with T3's pulse numbers: the macro times as they are, but for nanotimes that a gate assigns to the pulse before.
  public func splitPulses(_ tags: TagBlock) -> Int64 {
    guard !tags.isEmpty else { return .min / 2 }
    let last = tags[tags.count - 1].macroTime
    guard gates.first.pulseStart > 0 || gates.second.pulseStart > 0 else {
      split(tags) { $0.macroTime }
      return last
    }
    let starts = (gates.first.pulseStart, gates.second.pulseStart)
    let one = channels.first
    split(tags) { $0.macroTime &- (Int32($0.nanotime) < ($0.channel == one ? starts.0 : starts.1) ? 1 : 0) }
    return last &- 1
  }

  @inline(__always)
  private func split(_ tags: TagBlock, _ value: (TimeTag) -> Int64) {
    reserve(tags.count)
    if gates.first.range == NanotimeGate.open.range && gates.second.range == NanotimeGate.open.range {
      select(tags, value) { _, _ in true }
    } else {
      let starts = (gates.first.range.lowerBound, gates.second.range.lowerBound)
      let widths = (UInt32(gates.first.range.count), UInt32(gates.second.range.count))
      let outside = (gates.first.isOutside, gates.second.isOutside)
      select(tags, value) { nanotime, isFirst in
        (UInt32(bitPattern: Int32(nanotime) &- (isFirst ? starts.0 : starts.1)) < (isFirst ? widths.0 : widths.1))
          != (isFirst ? outside.0 : outside.1)
      }
    }
  }

  @inline(__always)
  private func select(_ tags: TagBlock, _ value: (TimeTag) -> Int64, _ passes: (UInt16, Bool) -> Bool) {
    guard var tag = tags.baseAddress else { return }
    let end = tag + tags.count
    var a = firstTimes
    var b = secondTimes
    let one = channels.first
    let two = channels.second
    while tag < end {
      let record = tag.pointee
      let t = value(record)
      let photon = record.kind == .photon
      // both stores always happen; only the pointers depend on the channel
      a.pointee = t
      b.pointee = t
      a += photon && record.channel == one && passes(record.nanotime, true) ? 1 : 0
      b += photon && record.channel == two && passes(record.nanotime, false) ? 1 : 0
      tag += 1
    }
    firstCount = a - firstTimes
    secondCount = b - secondTimes
  }
}
