import CLibdeflate

/// The checksum of a stream of zlib.
///
/// Source: RFC 1950 (Deutsch and Gailly, 1996), section 9.
struct Adler32 {
  /// The checksum of everything appended.
  private(set) var value: UInt32 = 1

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    value = libdeflate_adler32(value, bytes.baseAddress, bytes.count)
  }

  /// Appends the same byte so many times.
  mutating func append(repeating byte: UInt8, count: Int) {
    let (byte, count) = (UInt64(byte), UInt64(count))
    let (low, high) = (UInt64(value & 0xFFFF), UInt64(value >> 16))
    let newHigh = (high + count % 65_521 * low + byte * (count * (count + 1) / 2)) % 65_521
    value = UInt32(newHigh << 16 | (low + byte * count) % 65_521)
  }
}
