/// The checksum of a stream of zlib.
///
/// Source: RFC 1950 (Deutsch and Gailly, 1996), section 9.
struct Adler32 {
  private var low: UInt64 = 1
  private var high: UInt64 = 0

  /// The checksum of everything appended.
  var value: UInt32 { UInt32(high << 16 | low) }

  /// - Parameter isConstant: whether all bytes are the same.
  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>, isConstant: Bool) {
    let count = UInt64(bytes.count)
    var sum: UInt64 = 0
    /// Of every byte, as often as there are bytes from it to the end
    var weighted: UInt64 = 0
    if isConstant {
      let byte = UInt64(bytes.first ?? 0)
      sum = byte * count
      weighted = byte * (count * (count + 1) / 2)
    } else {
      sums(bytes, &sum, &weighted)
    }
    high = (high + count % 65_521 * low + weighted) % 65_521
    low = (low + sum) % 65_521
  }

  /// Sixteen sums at a time, so that the processor's vectors are used.
  private func sums(_ bytes: UnsafeBufferPointer<UInt8>, _ sum: inout UInt64, _ weighted: inout UInt64) {
    let whole = bytes.count & ~15
    // Sums of sums are below 2^32 for so many bytes.
    precondition(bytes.count <= 1 << 16, "a plane of a chunk")
    var lanes = SIMD16<UInt32>()
    var lanesBefore = SIMD16<UInt32>()
    var i = 0
    while i < whole {
      let next = UnsafeRawPointer(bytes.baseAddress! + i).loadUnaligned(as: SIMD16<UInt8>.self)
      lanesBefore &+= lanes
      lanes &+= SIMD16<UInt32>(truncatingIfNeeded: next)
      i += 16
    }
    for lane in 0..<16 {
      sum += UInt64(lanes[lane])
      weighted += 16 * UInt64(lanesBefore[lane]) + UInt64(16 - lane) * UInt64(lanes[lane])
    }
    while i < bytes.count {
      sum += UInt64(bytes[i])
      weighted += sum
      i += 1
    }
  }
}
