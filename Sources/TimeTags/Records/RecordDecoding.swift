/// The running state of a stream of records that is being decoded.
struct DecodingState {
  /// The time of the last overflow.
  var overflowTime: Int64 = 0
  /// Overflow records seen; one record may announce several overflows.
  var overflowRecords = 0
  /// Markers seen.
  var markers = 0
  /// Records without a meaning in their layout, left out.
  var unknownRecords = 0
}

extension RecordLayout {
  /// Decodes `records` into `tags`, which has room for as many tags as there are records.
  ///
  /// - Returns: the number of tags written.
  static func decode(
    _ records: UnsafeBufferPointer<UInt32>, into tags: UnsafeMutablePointer<TimeTag>, _ state: inout DecodingState
  ) -> Int {
    // Sixteen records at a time by what they hold: nearly always photons only, sometimes overflows between them, seldom more.
    let output = UnsafeMutableRawPointer(tags)
    var overflowTime = UInt64(bitPattern: state.overflowTime)
    var count = 0
    var index = 0
    while index &+ 16 <= records.count {
      let group = UnsafeRawPointer(records.baseAddress! + index)
      let (a, b, c, d) = (quartet(group, 0), quartet(group, 1), quartet(group, 2), quartet(group, 3))
      if !hasUpperBit(specials(a) | specials(b) | specials(c) | specials(d)) {
        let place = output + count &* tagSize
        writePhotons(a, overflowTime, place)
        writePhotons(b, overflowTime, place + 4 &* tagSize)
        writePhotons(c, overflowTime, place + 8 &* tagSize)
        writePhotons(d, overflowTime, place + 12 &* tagSize)
        count &+= 16
      } else if !hasUpperBit(others(a) | others(b) | others(c) | others(d)) {
        let before = count
        writeAmongOverflows(a, &overflowTime, output, &count)
        writeAmongOverflows(b, &overflowTime, output, &count)
        writeAmongOverflows(c, &overflowTime, output, &count)
        writeAmongOverflows(d, &overflowTime, output, &count)
        state.overflowRecords &+= 16 &- (count &- before)
      } else {
        count &+= decodeAny(
          UnsafeBufferPointer(rebasing: records[index..<index &+ 16]), into: tags + count, &overflowTime, &state)
      }
      index &+= 16
    }
    count &+= decodeAny(UnsafeBufferPointer(rebasing: records[index...]), into: tags + count, &overflowTime, &state)
    state.overflowTime = Int64(bitPattern: overflowTime)
    return count
  }

  /// Writes four photons.
  @inline(__always)
  private static func writePhotons(_ records: Quartet, _ overflowTime: UInt64, _ place: UnsafeMutableRawPointer) {
    let start = Quartet(repeating: overflowTime)
    let (even, odd) = (photons(evenRecords(records)), photons(oddRecords(records)))
    let (evenTimes, oddTimes) = (start &+ even.times, start &+ odd.times)
    place.storeBytes(of: Quartet(evenTimes[0], even.details[0]), as: Quartet.self)
    place.storeBytes(of: Quartet(oddTimes[0], odd.details[0]), toByteOffset: tagSize, as: Quartet.self)
    place.storeBytes(of: Quartet(evenTimes[1], even.details[1]), toByteOffset: 2 &* tagSize, as: Quartet.self)
    place.storeBytes(of: Quartet(oddTimes[1], odd.details[1]), toByteOffset: 3 &* tagSize, as: Quartet.self)
  }

  /// Writes what is photons of four records, of which the others are plain overflows, without branches: an overflow is
  /// written too and then overwritten, because the write position does not move.
  @inline(__always)
  private static func writeAmongOverflows(
    _ records: Quartet, _ overflowTime: inout UInt64, _ output: UnsafeMutableRawPointer, _ count: inout Int
  ) {
    let (evens, odds) = (evenRecords(records), oddRecords(records))
    let (even, odd) = (photons(evens), photons(odds))
    let length = Quartet(repeating: UInt64(period))
    let (evenPassed, oddPassed) = (periods(evens) &* length, periods(odds) &* length)
    let both = evenPassed &+ oddPassed
    let evenStart = Quartet(repeating: overflowTime) &+ evenPassed &+ Quartet(0, both[0])
    let (evenTimes, oddTimes) = (evenStart &+ even.times, evenStart &+ oddPassed &+ odd.times)
    let isSpecial = specials(records)
    write(evenTimes[0], even.details[0], isSpecial[0] &>> 31, output, &count)
    write(oddTimes[0], odd.details[0], isSpecial[0] &>> 63, output, &count)
    write(evenTimes[1], even.details[1], isSpecial[1] &>> 31, output, &count)
    write(oddTimes[1], odd.details[1], isSpecial[1] &>> 63, output, &count)
    overflowTime &+= both[0] &+ both[1]
  }

  /// Writes a tag at the end, which moves unless the lowest bit says that it is none.
  @inline(__always)
  private static func write(
    _ time: UInt64, _ detail: UInt64, _ isNone: UInt64, _ output: UnsafeMutableRawPointer, _ count: inout Int
  ) {
    (output + count &* tagSize).storeBytes(of: Quartet(time, detail), as: Quartet.self)
    count &+= Int(truncatingIfNeeded: ~isNone & 1)
  }

  /// Decodes records of all kinds.
  private static func decodeAny(
    _ records: UnsafeBufferPointer<UInt32>, into tags: UnsafeMutablePointer<TimeTag>, _ overflowTime: inout UInt64,
    _ state: inout DecodingState
  ) -> Int {
    let output = UnsafeMutableRawPointer(tags)
    var count = 0
    var overflowRecords = 0
    for record in records {
      let decoded = decode(UInt32(littleEndian: record))
      overflowTime &+= UInt64(bitPattern: decoded.overflows &* period)
      let place = output + count &* tagSize
      place.storeBytes(of: overflowTime &+ UInt64(bitPattern: decoded.time), as: UInt64.self)
      place.storeBytes(of: UInt64(decoded.detail), toByteOffset: 8, as: UInt64.self)
      count &+= decoded.isTag
      overflowRecords &+= decoded.overflows == 0 ? 0 : 1
      state.markers &+= decoded.isTag & Int(decoded.detail &>> 24 & 1)
    }
    state.overflowRecords &+= overflowRecords
    state.unknownRecords &+= records.count &- count &- overflowRecords
    return count
  }
}

/// A ``TimeTag`` in memory: macroTime, then nanotime, channel and kind in 8 bytes.
private let tagSize = 16

/// Four records as they are in the file, two in each number, the earlier one in its lower half; or two, each in the lower
/// half of a number. (With vectors of 32-bit numbers the compiler does worse.)
typealias Quartet = SIMD2<UInt64>

/// A number twice. (Operators of a vector and a plain number are no vector instructions.)
@inline(__always)
func twice(_ number: UInt64) -> Quartet { Quartet(repeating: number) }

/// The same for each of four records.
@inline(__always)
func fourTimes(_ number: UInt32) -> Quartet { Quartet(repeating: UInt64(number) &<< 32 | UInt64(number)) }

@inline(__always)
func quartet(_ records: UnsafeRawPointer, _ index: Int) -> Quartet {
  let numbers = records.loadUnaligned(fromByteOffset: 16 &* index, as: Quartet.self)
  return Quartet(UInt64(littleEndian: numbers[0]), UInt64(littleEndian: numbers[1]))
}

/// The first and the third of four records.
@inline(__always)
func evenRecords(_ records: Quartet) -> Quartet { records & twice(0xFFFF_FFFF) }

/// The second and the fourth of four records.
@inline(__always)
func oddRecords(_ records: Quartet) -> Quartet { records &>> twice(32) }

/// Whether the highest bit of any of four records is set.
@inline(__always)
func hasUpperBit(_ records: Quartet) -> Bool { (records[0] | records[1]) & 0x8000_0000_8000_0000 != 0 }

/// Decodes `records` of the given type. Each case is a specialised loop.
func decode(
  _ records: UnsafeBufferPointer<UInt32>, type: RecordType, into tags: UnsafeMutablePointer<TimeTag>,
  _ state: inout DecodingState
) -> Int {
  switch type {
  case .picoHarp300T2: PicoHarpT2.decode(records, into: tags, &state)
  case .picoHarp300T3: PicoHarpT3.decode(records, into: tags, &state)
  case .hydraHarpV1T2: HydraHarpT2<FirstGeneration>.decode(records, into: tags, &state)
  case .hydraHarpV1T3: HydraHarpT3<FirstGeneration>.decode(records, into: tags, &state)
  case .hydraHarpV2T2, .timeHarp260NT2, .timeHarp260PT2, .multiHarpT2:
    HydraHarpT2<LaterGeneration>.decode(records, into: tags, &state)
  case .hydraHarpV2T3, .timeHarp260NT3, .timeHarp260PT3, .multiHarpT3:
    HydraHarpT3<LaterGeneration>.decode(records, into: tags, &state)
  }
}
