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
    // Eight records at a time by what they hold: nearly always photons only, sometimes overflows between them, seldom more.
    // TimeTag in memory: macroTime, then nanotime, channel and kind: two 8-byte stores.
    let output = UnsafeMutableRawPointer(tags)
    let stride = MemoryLayout<TimeTag>.stride
    var overflowTime = state.overflowTime
    var count = 0
    var index = 0
    while index &+ 8 <= records.count {
      let group = UnsafeRawPointer(records.baseAddress! + index)
      let pairs = (pair(group, 0), pair(group, 1), pair(group, 2), pair(group, 3))
      if (specials(pairs.0) | specials(pairs.1) | specials(pairs.2) | specials(pairs.3)) & upperBits == 0 {
        for lane in 0..<8 {
          let (time, detail) = photon(UInt32(littleEndian: records[index &+ lane]))
          let place = output + (count &+ lane) &* stride
          place.storeBytes(of: overflowTime &+ Int64(time), as: Int64.self)
          place.storeBytes(of: UInt64(detail), toByteOffset: 8, as: UInt64.self)
        }
        count &+= 8
      } else if (others(pairs.0) | others(pairs.1) | others(pairs.2) | others(pairs.3)) & upperBits == 0 {
        // An overflow is written too and then overwritten, because the write position does not move.
        let before = count
        for lane in 0..<8 {
          let record = UInt32(littleEndian: records[index &+ lane])
          let periods = periods(record)
          overflowTime &+= periods &* period
          let (time, detail) = photon(record)
          let place = output + count &* stride
          place.storeBytes(of: overflowTime &+ Int64(time), as: Int64.self)
          place.storeBytes(of: UInt64(detail), toByteOffset: 8, as: UInt64.self)
          count &+= Int(truncatingIfNeeded: (UInt64(bitPattern: periods) &- 1) &>> 63)  // 1 for a photon
        }
        state.overflowRecords &+= 8 &- (count &- before)
      } else {
        count &+= decodeAny(
          UnsafeBufferPointer(rebasing: records[index..<index &+ 8]), into: tags + count, &overflowTime, &state)
      }
      index &+= 8
    }
    count &+= decodeAny(UnsafeBufferPointer(rebasing: records[index...]), into: tags + count, &overflowTime, &state)
    state.overflowTime = overflowTime
    return count
  }

  /// Decodes records of all kinds.
  private static func decodeAny(
    _ records: UnsafeBufferPointer<UInt32>, into tags: UnsafeMutablePointer<TimeTag>, _ overflowTime: inout Int64,
    _ state: inout DecodingState
  ) -> Int {
    let output = UnsafeMutableRawPointer(tags)
    let stride = MemoryLayout<TimeTag>.stride
    var count = 0
    var overflowRecords = 0
    for record in records {
      let decoded = decode(UInt32(littleEndian: record))
      overflowTime &+= decoded.overflows &* period
      let place = output + count &* stride
      place.storeBytes(of: overflowTime &+ decoded.time, as: Int64.self)
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

/// The highest bit of each of two records side by side.
private let upperBits: UInt64 = 0x8000_0000_8000_0000

/// Two records as one number, the first in the lower half.
@inline(__always)
private func pair(_ records: UnsafeRawPointer, _ index: Int) -> UInt64 {
  UInt64(littleEndian: records.loadUnaligned(fromByteOffset: 8 &* index, as: UInt64.self))
}

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
