extension RecordLayout {
  /// The time by which the records' overflows move on, without decoding anything else.
  fileprivate static func timePassed(_ records: UnsafeBufferPointer<UInt32>) -> Int64 {
    // Eight records at a time; nearly always they are photons and plain overflows.
    var passed = twice(0)
    var rest: Int64 = 0
    var index = 0
    while index &+ 8 <= records.count {
      let group = UnsafeRawPointer(records.baseAddress! + index)
      let (a, b) = (quartet(group, 0), quartet(group, 1))
      if hasUpperBit(others(a) | others(b)) {
        for i in index..<index &+ 8 { rest &+= decode(UInt32(littleEndian: records[i])).overflows }
      } else {
        passed &+= periods(evenRecords(a)) &+ periods(oddRecords(a))
        passed &+= periods(evenRecords(b)) &+ periods(oddRecords(b))
      }
      index &+= 8
    }
    for record in records[index...] { rest &+= decode(UInt32(littleEndian: record)).overflows }
    return (rest &+ Int64(bitPattern: passed[0] &+ passed[1])) &* period
  }
}

/// The time by which the overflows among `records` move on. Each case is a specialised loop.
func timePassed(_ records: UnsafeBufferPointer<UInt32>, type: RecordType) -> Int64 {
  switch type {
  case .picoHarp300T2: PicoHarpT2.timePassed(records)
  case .picoHarp300T3: PicoHarpT3.timePassed(records)
  case .hydraHarpV1T2: HydraHarpT2<FirstGeneration>.timePassed(records)
  case .hydraHarpV1T3: HydraHarpT3<FirstGeneration>.timePassed(records)
  case .hydraHarpV2T2, .timeHarp260NT2, .timeHarp260PT2, .multiHarpT2:
    HydraHarpT2<LaterGeneration>.timePassed(records)
  case .hydraHarpV2T3, .timeHarp260NT3, .timeHarp260PT3, .multiHarpT3:
    HydraHarpT3<LaterGeneration>.timePassed(records)
  }
}
