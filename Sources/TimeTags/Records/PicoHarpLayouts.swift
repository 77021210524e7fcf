/// PicoHarp 300, T2: channel in the upper 4 bits, time in the lower 28. Channel 15 is special: with the low 4 time
/// bits zero it is one overflow, otherwise those 4 bits are marker bits (and are not time).
enum PicoHarpT2: RecordLayout {
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
  static func photon(_ record: UInt32) -> (time: UInt32, detail: UInt32) {
    (record & 0x0FFF_FFFF, record &>> 12 & 0xF_0000)
  }

  @inline(__always)
  static func specials(_ pair: UInt64) -> UInt64 { pair & pair &<< 1 & pair &<< 2 & pair &<< 3 }

  @inline(__always)
  static func others(_ pair: UInt64) -> UInt64 {
    // the sum carries into the upper bit unless the marker bits are all zero
    specials(pair) & ((pair & 0x0000_000F_0000_000F) &+ 0x7FFF_FFFF_7FFF_FFFF)
  }

  @inline(__always)
  static func periods(_ record: UInt32) -> Int64 { record >= 0xF000_0000 ? 1 : 0 }

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
  static func photon(_ record: UInt32) -> (time: UInt32, detail: UInt32) {
    (record & 0xFFFF, record &>> 16 & 0xFFF | record &>> 12 & 0xF_0000)
  }

  @inline(__always)
  static func specials(_ pair: UInt64) -> UInt64 { pair & pair &<< 1 & pair &<< 2 & pair &<< 3 }

  @inline(__always)
  static func others(_ pair: UInt64) -> UInt64 {
    // the sum carries into the upper bit unless the marker bits are all zero
    specials(pair) & ((pair & 0x0FFF_0000_0FFF_0000) &+ 0x7FFF_FFFF_7FFF_FFFF)
  }

  @inline(__always)
  static func periods(_ record: UInt32) -> Int64 { record >= 0xF000_0000 ? 1 : 0 }

  @inline(__always)
  static func encode(_ tag: TimeTag, time: UInt32) -> UInt32 {
    tag.kind == .marker
      ? 0xF000_0000 | UInt32(tag.channel) &<< 16 | time
      : UInt32(tag.channel) &<< 28 | UInt32(tag.nanotime) &<< 16 | time
  }

  @inline(__always)
  static func overflow(periods: Int64) -> UInt32 { 0xF000_0000 }
}
