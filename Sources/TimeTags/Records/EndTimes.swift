extension RecordLayout {
  /// The time of the first record that is no overflow, since the last overflow before all.
  fileprivate static func firstTime(_ records: UnsafeBufferPointer<UInt32>) -> Int64? {
    var passed: Int64 = 0
    for record in records {
      let decoded = decode(UInt32(littleEndian: record))
      passed &+= decoded.overflows &* period
      if decoded.isTag == 1 { return passed &+ decoded.time }
    }
    return nil
  }

  /// The time from the last record that is no overflow to the last overflow of all; below zero if that was earlier.
  fileprivate static func timeSinceLast(_ records: UnsafeBufferPointer<UInt32>) -> Int64? {
    var passed: Int64 = 0
    for record in records.reversed() {
      let decoded = decode(UInt32(littleEndian: record))
      if decoded.isTag == 1 { return passed &- decoded.time }
      passed &+= decoded.overflows &* period
    }
    return nil
  }
}

/// The time of the first record that is no overflow, since the last overflow before all; nil if there is none.
func firstTime(_ records: UnsafeBufferPointer<UInt32>, type: RecordType) -> Int64? { type.layout.firstTime(records) }

/// The time from the last record that is no overflow to the last overflow of all, below zero if that was earlier; nil if
/// there is none.
func timeSinceLast(_ records: UnsafeBufferPointer<UInt32>, type: RecordType) -> Int64? {
  type.layout.timeSinceLast(records)
}
