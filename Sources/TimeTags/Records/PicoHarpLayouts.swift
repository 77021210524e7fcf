/// PicoHarp 300, T2: channel in the upper 4 bits, time in the lower 28. Channel 15 is special: with the low 4 time
/// bits zero it is one overflow, otherwise those 4 bits are marker bits (and are not time).
enum PicoHarpT2: T2RecordLayout {
  static let period: Int64 = 210_698_240
  static let overflowsPerRecord: Int64 = 1
  /// The two inputs. (The field has room for 0 to 14; what a file holds there is read as it stands.)
  static let channels: ClosedRange<UInt8> = 0...1
  static let largestNanotime: UInt16 = 0
  static let holdsSyncEvents = false

  @inline(__always)
  static func decode(_ record: UInt32) -> DecodedRecord {
    let channel = record &>> 28
    let special = (channel &+ 1) &>> 4  // 1 for channel 15
    let low = record & 15 & (0 &- special)  // the marker bits; 0 unless special
    let overflow = special & (low &- 1) &>> 31  // 1 when special without marker bits
    return DecodedRecord(
      time: Int64(record & 0x0FFF_FFFF ^ low),
      detail: tagDetail(channel: channel & (special &- 1) | low, kind: special),
      overflows: Int64(overflow), isTag: Int(overflow ^ 1))
  }

  @inline(__always)
  static func photon(_ record: UInt32) -> (time: UInt32, channel: UInt32) { (record & 0x0FFF_FFFF, record &>> 28) }

  static let overflowChannel: UInt32 = 15

  @inline(__always)
  static func times(_ records: Quartet) -> Quartet { records & fourTimes(0x0FFF_FFFF) }

  @inline(__always)
  static func photons(_ records: Quartet) -> (times: Quartet, details: Quartet) {
    (records & twice(0x0FFF_FFFF), records &>> twice(12) & twice(0xF_0000))
  }

  @inline(__always)
  static func periods(_ records: Quartet) -> Quartet { (records &+ twice(0x1000_0000)) &>> twice(32) }

  @inline(__always)
  static func specials(_ records: Quartet) -> Quartet { specialRecords(records) }

  @inline(__always)
  static func others(_ records: Quartet) -> Quartet {
    // the sum carries into the upper bit unless the marker bits are all zero
    specials(records) & ((records & fourTimes(15)) &+ fourTimes(0x7FFF_FFFF))
  }

  @inline(__always)
  static func encode(_ tag: TimeTag, time: UInt32) -> UInt32 {
    tag.kind == .marker
      ? 0xF000_0000 | (time & 0x0FFF_FFF0) | UInt32(tag.channel) : UInt32(tag.channel) &<< 28 | time
  }

  @inline(__always)
  static func overflow(periods: Int64) -> UInt32 { 0xF000_0000 }
}

/// PicoHarp 300, T3: channel in the upper 4 bits, nanotime in the next 12, number of the sync pulse in the lower 16.
/// Channel 15 is special: with nanotime zero it is one overflow, otherwise the nanotime field holds the marker bits.
enum PicoHarpT3: RecordLayout {
  static let period: Int64 = 65_536
  static let overflowsPerRecord: Int64 = 1
  /// The router numbers its channels 1 to 4; 0 is illegal.
  static let channels: ClosedRange<UInt8> = 1...4
  static let largestNanotime: UInt16 = 4095
  static let holdsSyncEvents = false

  @inline(__always)
  static func decode(_ record: UInt32) -> DecodedRecord {
    let channel = record &>> 28
    let nanotime = record &>> 16 & 0xFFF
    let special = (channel &+ 1) &>> 4  // 1 for channel 15
    let isPhoton = special &- 1  // all bits for photons, none for special records
    let overflow = special & (nanotime &- 1) &>> 31  // 1 when special without marker bits
    return DecodedRecord(
      time: Int64(record & 0xFFFF),
      detail: tagDetail(
        nanotime: nanotime & isPhoton, channel: channel & isPhoton | nanotime & 15 & ~isPhoton, kind: special),
      overflows: Int64(overflow), isTag: Int(overflow ^ 1))
  }

  @inline(__always)
  static func photons(_ records: Quartet) -> (times: Quartet, details: Quartet) {
    (records & twice(0xFFFF), records &>> twice(16) & twice(0xFFF) | records &>> twice(12) & twice(0xF_0000))
  }

  @inline(__always)
  static func periods(_ records: Quartet) -> Quartet { (records &+ twice(0x1000_0000)) &>> twice(32) }

  @inline(__always)
  static func specials(_ records: Quartet) -> Quartet { specialRecords(records) }

  @inline(__always)
  static func others(_ records: Quartet) -> Quartet {
    // the sum carries into the upper bit unless the marker bits are all zero
    specials(records) & ((records & fourTimes(0x0FFF_0000)) &+ fourTimes(0x7FFF_FFFF))
  }

  @inline(__always)
  static func encode(_ tag: TimeTag, time: UInt32) -> UInt32 {
    tag.kind == .marker
      ? 0xF000_0000 | UInt32(tag.channel) &<< 16 | time
      : UInt32(tag.channel) &<< 28 | UInt32(tag.nanotime) &<< 16 | time
  }

  @inline(__always)
  static func overflow(periods: Int64) -> UInt32 { 0xF000_0000 }
}

/// The highest bit set where a record's channel is 15: from F0000000 on.
@inline(__always)
private func specialRecords(_ records: Quartet) -> Quartet {
  (records &>> twice(1) & fourTimes(0x7FFF_FFFF)) &+ fourTimes(0x0800_0000)
}
