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
    // One record costs a few selects and two 8-byte stores; an overflow is written too and then overwritten, because
    // the write position moves by `isTag`. TimeTag in memory: macroTime, then nanotime, channel and kind.
    let output = UnsafeMutableRawPointer(tags)
    let stride = MemoryLayout<TimeTag>.stride
    let period = Self.period
    var overflowTime = state.overflowTime
    var count = 0
    var overflowRecords = 0
    var markers = 0
    for index in records.indices {
      let decoded = decode(UInt32(littleEndian: records[index]))
      overflowTime &+= decoded.overflows &* period
      let place = output + count &* stride
      place.storeBytes(of: overflowTime &+ decoded.time, as: Int64.self)
      place.storeBytes(of: UInt64(decoded.detail), toByteOffset: 8, as: UInt64.self)
      count &+= decoded.isTag
      overflowRecords &+= decoded.overflows == 0 ? 0 : 1
      markers &+= decoded.isTag & Int(decoded.detail &>> 24 & 1)
    }
    state.overflowTime = overflowTime
    state.overflowRecords += overflowRecords
    state.markers += markers
    state.unknownRecords += records.count - count - overflowRecords
    return count
  }
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
