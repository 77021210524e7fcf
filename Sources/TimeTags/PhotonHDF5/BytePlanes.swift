/// The first bytes of some numbers, then their second bytes, and so on.
final class BytePlanes {
  /// A little more than a plane: planes a power of two apart would be in each other's way in the processor's cache.
  private let stride: Int
  private let count: Int
  private let bytes: UnsafeMutablePointer<UInt8>

  /// - Parameters:
  ///   - values: the numbers, one after the other.
  ///   - size: bytes per number.
  init(_ values: UnsafeRawBufferPointer, size: Int) {
    count = values.count / size
    stride = count + 64
    bytes = .allocate(capacity: stride * size)
    var i = 0
    if size == 8 {
      while i + 16 <= count {
        transposeEights(values, at: i)
        i += 16
      }
    } else if size == 2 {
      while i + 4 <= count {
        splitFour(values, at: i)
        i += 4
      }
    }
    while i < count {
      for byte in 0..<size { bytes[byte * stride + i] = values[i * size + byte] }
      i += 1
    }
  }

  deinit { bytes.deallocate() }

  /// All bytes of one place in the numbers.
  subscript(byte: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes + byte * stride, count: count) }

  /// Twice eight numbers of eight bytes: matrices whose quarters change sides, then the quarters' quarters, then theirs.
  @inline(__always)
  private func transposeEights(_ values: UnsafeRawBufferPointer, at i: Int) {
    func word(_ k: Int) -> SIMD2<UInt64> {
      SIMD2(
        values.loadUnaligned(fromByteOffset: (i &+ k) &* 8, as: UInt64.self),
        values.loadUnaligned(fromByteOffset: (i &+ 8 &+ k) &* 8, as: UInt64.self))
    }
    var a = (word(0), word(1), word(2), word(3))
    var b = (word(4), word(5), word(6), word(7))
    exchange(&a.0, &b.0, by: 32, 0x0000_0000_FFFF_FFFF)
    exchange(&a.1, &b.1, by: 32, 0x0000_0000_FFFF_FFFF)
    exchange(&a.2, &b.2, by: 32, 0x0000_0000_FFFF_FFFF)
    exchange(&a.3, &b.3, by: 32, 0x0000_0000_FFFF_FFFF)
    exchange(&a.0, &a.2, by: 16, 0x0000_FFFF_0000_FFFF)
    exchange(&a.1, &a.3, by: 16, 0x0000_FFFF_0000_FFFF)
    exchange(&b.0, &b.2, by: 16, 0x0000_FFFF_0000_FFFF)
    exchange(&b.1, &b.3, by: 16, 0x0000_FFFF_0000_FFFF)
    exchange(&a.0, &a.1, by: 8, 0x00FF_00FF_00FF_00FF)
    exchange(&a.2, &a.3, by: 8, 0x00FF_00FF_00FF_00FF)
    exchange(&b.0, &b.1, by: 8, 0x00FF_00FF_00FF_00FF)
    exchange(&b.2, &b.3, by: 8, 0x00FF_00FF_00FF_00FF)
    func store(_ word: SIMD2<UInt64>, _ plane: Int) {
      UnsafeMutableRawPointer(bytes + (plane &* stride &+ i)).storeBytes(of: word, as: SIMD2<UInt64>.self)
    }
    store(a.0, 0)
    store(a.1, 1)
    store(a.2, 2)
    store(a.3, 3)
    store(b.0, 4)
    store(b.1, 5)
    store(b.2, 6)
    store(b.3, 7)
  }

  /// Exchanges the upper parts of words with the lower parts of others.
  @inline(__always)
  private func exchange(_ a: inout SIMD2<UInt64>, _ b: inout SIMD2<UInt64>, by shift: UInt64, _ lower: UInt64) {
    let difference = ((a &>> SIMD2(repeating: shift)) ^ b) & SIMD2(repeating: lower)
    a ^= difference &<< SIMD2(repeating: shift)
    b ^= difference
  }

  /// Four numbers of two bytes.
  @inline(__always)
  private func splitFour(_ values: UnsafeRawBufferPointer, at i: Int) {
    let word = values.loadUnaligned(fromByteOffset: i &* 2, as: UInt64.self)
    for plane in 0..<2 {
      var even = (word &>> UInt64(8 &* plane)) & 0x00FF_00FF_00FF_00FF
      even = (even | even &>> 8) & 0x0000_FFFF_0000_FFFF
      even = even | even &>> 16
      UnsafeMutableRawPointer(bytes + (plane &* stride &+ i))
        .storeBytes(of: UInt32(truncatingIfNeeded: even), as: UInt32.self)
    }
  }
}
