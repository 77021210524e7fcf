/// Numbers inside a block of little-endian bytes. The caller guarantees the range.
extension Array where Element == UInt8 {
  /// The unsigned 64-bit number at `offset`.
  func uint64(at offset: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in (0..<8).reversed() { value = value &<< 8 | UInt64(self[offset + index]) }
    return value
  }

  /// The unsigned 32-bit number at `offset`.
  func uint32(at offset: Int) -> UInt32 {
    var value: UInt32 = 0
    for index in (0..<4).reversed() { value = value &<< 8 | UInt32(self[offset + index]) }
    return value
  }

  /// The signed 32-bit number at `offset`.
  func int32(at offset: Int) -> Int32 { Int32(bitPattern: uint32(at: offset)) }

  /// The zero-terminated text in the `count` bytes at `offset`: UTF-8 where it is valid, Latin-1 otherwise.
  func text(at offset: Int, count: Int) -> String { Self.text(self[offset..<offset + count]) }

  /// The zero-terminated text in `bytes`: UTF-8 where it is valid, Latin-1 otherwise.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    let used = bytes.prefix { $0 != 0 }
    if let text = String(validating: used, as: UTF8.self) { return text }
    return String(String.UnicodeScalarView(used.map { Unicode.Scalar($0) }))
  }

  /// Appends `value`, lowest byte first.
  mutating func appendLittleEndian(_ value: some FixedWidthInteger) {
    var rest = value
    for _ in 0..<(value.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: rest))
      rest &>>= 8
    }
  }
}
