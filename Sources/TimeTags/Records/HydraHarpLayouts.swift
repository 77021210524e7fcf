/// What distinguishes the two generations of HydraHarp records.
protocol HydraHarpGeneration {
  /// The overflow period of T2.
  static var t2Period: Int64 { get }
  /// Whether an overflow record counts several overflows.
  static var countsOverflows: Bool { get }
}

/// HydraHarp with record version 1: an overflow record is one overflow.
enum FirstGeneration: HydraHarpGeneration {
  static let t2Period: Int64 = 33_552_000
  static let countsOverflows = false
}

/// HydraHarp version 2, TimeHarp 260, MultiHarp ("generic"): an overflow record counts; 0 means 1.
enum LaterGeneration: HydraHarpGeneration {
  static let t2Period: Int64 = 33_554_432
  static let countsOverflows = true
}

/// HydraHarp family, T2: special bit, 6 bits channel, 25 bits time. Special records: channel 63 overflow, 1–15 markers,
/// 0 a sync event; other special channels have no meaning and are left out.
enum HydraHarpT2<Generation: HydraHarpGeneration>: T2RecordLayout {
  static var period: Int64 { Generation.t2Period }
  static var overflowsPerRecord: Int64 { Generation.countsOverflows ? 0x1FF_FFFF : 1 }
  static var channels: ClosedRange<UInt8> { 0...63 }
  static var largestNanotime: UInt16 { 0 }
  static var holdsSyncEvents: Bool { true }

  @inline(__always)
  static func decode(_ record: UInt32) -> DecodedRecord {
    let isSpecial = record &>> 31 == 1
    let channel = record &>> 25 & 63
    let time = record & 0x1FF_FFFF
    let isOverflow = isSpecial && channel == 63
    let periods = Generation.countsOverflows ? max(1, Int64(time)) : 1
    let kind: UInt32 = isSpecial ? (channel == 0 ? 2 : 1) : 0
    return DecodedRecord(
      time: Int64(time), detail: tagDetail(channel: channel, kind: kind), overflows: isOverflow ? periods : 0,
      isTag: isSpecial && channel > 15 ? 0 : 1)
  }

  @inline(__always)
  static func photon(_ record: UInt32) -> (time: UInt32, channel: UInt32) { (record & 0x1FF_FFFF, record &>> 25) }

  static var overflowChannel: UInt32 { 127 }

  @inline(__always)
  static func times(_ records: Quartet) -> Quartet { records & fourTimes(0x1FF_FFFF) }

  @inline(__always)
  static func photons(_ records: Quartet) -> (times: Quartet, details: Quartet) {
    (records & twice(0x1FF_FFFF), records &>> twice(9) & twice(0x3F_0000))
  }

  @inline(__always)
  static func periods(_ records: Quartet) -> Quartet {
    let isOverflow = (records &+ twice(0x0200_0000)) &>> twice(32)
    return Generation.countsOverflows ? records & twice(0x1FF_FFFF) & (twice(0) &- isOverflow) : isOverflow
  }

  @inline(__always)
  static func specials(_ records: Quartet) -> Quartet { records }

  @inline(__always)
  static func others(_ records: Quartet) -> Quartet {
    // An overflow's number is not 0: that sum carries into the upper bit.
    let counts = Generation.countsOverflows ? (records & fourTimes(0x1FF_FFFF)) &+ fourTimes(0x7FFF_FFFF) : twice(.max)
    return records & ~(overflows(records) & counts)
  }

  @inline(__always)
  static func encode(_ tag: TimeTag, time: UInt32) -> UInt32 {
    let special: UInt32 = tag.kind == .photon ? 0 : 0x8000_0000
    return special | UInt32(tag.channel) &<< 25 | time
  }

  @inline(__always)
  static func overflow(periods: Int64) -> UInt32 {
    0xFE00_0000 | (Generation.countsOverflows ? UInt32(truncatingIfNeeded: periods) : 0)
  }
}

/// HydraHarp family, T3: special bit, 6 bits channel, 15 bits nanotime, 10 bits number of the sync pulse. Special
/// records: channel 63 overflow, 1–15 markers; other special channels have no meaning and are left out.
enum HydraHarpT3<Generation: HydraHarpGeneration>: RecordLayout {
  static var period: Int64 { 1024 }
  static var overflowsPerRecord: Int64 { Generation.countsOverflows ? 1023 : 1 }
  static var channels: ClosedRange<UInt8> { 0...63 }
  static var largestNanotime: UInt16 { 32_767 }
  static var holdsSyncEvents: Bool { false }

  @inline(__always)
  static func decode(_ record: UInt32) -> DecodedRecord {
    let isSpecial = record &>> 31 == 1
    let channel = record &>> 25 & 63
    let nanotime = record &>> 10 & 0x7FFF
    let time = record & 0x3FF
    let isOverflow = isSpecial && channel == 63
    let periods = Generation.countsOverflows ? max(1, Int64(time)) : 1
    return DecodedRecord(
      time: Int64(time),
      detail: tagDetail(nanotime: isSpecial ? 0 : nanotime, channel: channel, kind: isSpecial ? 1 : 0),
      overflows: isOverflow ? periods : 0, isTag: isSpecial && (channel > 15 || channel == 0) ? 0 : 1)
  }

  @inline(__always)
  static func photons(_ records: Quartet) -> (times: Quartet, details: Quartet) {
    (records & twice(0x3FF), records &>> twice(10) & twice(0x7FFF) | records &>> twice(9) & twice(0x3F_0000))
  }

  @inline(__always)
  static func periods(_ records: Quartet) -> Quartet {
    let isOverflow = (records &+ twice(0x0200_0000)) &>> twice(32)
    return Generation.countsOverflows ? records & twice(0x3FF) & (twice(0) &- isOverflow) : isOverflow
  }

  @inline(__always)
  static func specials(_ records: Quartet) -> Quartet { records }

  @inline(__always)
  static func others(_ records: Quartet) -> Quartet {
    // An overflow's number is not 0: that sum carries into the upper bit.
    let counts = Generation.countsOverflows ? (records & fourTimes(0x3FF)) &+ fourTimes(0x7FFF_FFFF) : twice(.max)
    return records & ~(overflows(records) & counts)
  }

  @inline(__always)
  static func encode(_ tag: TimeTag, time: UInt32) -> UInt32 {
    let special: UInt32 = tag.kind == .photon ? 0 : 0x8000_0000
    return special | UInt32(tag.channel) &<< 25 | UInt32(tag.nanotime) &<< 10 | time
  }

  @inline(__always)
  static func overflow(periods: Int64) -> UInt32 {
    0xFE00_0000 | (Generation.countsOverflows ? UInt32(truncatingIfNeeded: periods) : 0)
  }
}

/// The highest bit set where a record's channel is that of an overflow: from FE000000 on.
@inline(__always)
private func overflows(_ records: Quartet) -> Quartet {
  (records &>> twice(1) & fourTimes(0x7FFF_FFFF)) &+ fourTimes(0x0100_0000)
}
