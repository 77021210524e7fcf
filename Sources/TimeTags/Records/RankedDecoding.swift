/// Where the photons of two channels are put, and how far that has come.
struct RankingState {
  /// What each input adds to ``counts``, by channel and kind of a record as in a ``TimeTag``: 1 for the first channel, 2³² for
  /// the second. (``inputs`` of them.)
  var steps: UnsafePointer<UInt64>
  /// The photons so far: of the first channel in the lower half, of the second in the upper.
  var counts: UInt64 = 0
  /// The photons of all channels so far.
  var photons = 0
  /// The time of the last overflow.
  var overflowTime: Int64 = 0
  /// The time of the last photon of any channel, or of an overflow behind it.
  var previous: Int64 = 0
  /// The sign bit gathers every step backwards.
  var disorder: Int64 = 0
  /// All times of overflows, one over the other.
  var extent: Int64 = 0

  /// Three kinds of 256 channels.
  static let inputs = 3 << 8

  init(steps: UnsafePointer<UInt64>) { self.steps = steps }
}

extension T2RecordLayout {
  /// Sorts the photons of two channels out of T2 records, with the rank of each in the first among those of the second.
  ///
  /// Which channel comes next is a matter of chance, so no branch asks for it: every record is written into both, and the
  /// next one writes over what does not belong there. There must be room for that.
  fileprivate static func rank(
    _ records: UnsafeBufferPointer<UInt32>, first: UnsafeMutablePointer<Int64>, ranks: UnsafeMutablePointer<UInt32>,
    second: UnsafeMutablePointer<Int64>, _ state: inout RankingState
  ) {
    let steps = state.steps
    var (counts, overflowTime, previous) = (state.counts, state.overflowTime, state.previous)
    var (disorder, extent) = (state.disorder, state.extent)
    // the photons' times in order: the highest bit of each number stays set while they are
    var order = fourTimes(0x8000_0000)
    // the steps among photons and overflows, one over the other: the highest bits gather those backwards
    var timeSteps = twice(0)
    var (overflows, others) = (twice(0), 0)
    let length = Quartet(repeating: UInt64(period))
    @inline(__always) func put(_ time: Int64, _ input: UInt32) {
      let (a, b) = (Int(counts & 0xFFFF_FFFF), Int(counts &>> 32))
      first[a] = time
      ranks[a] = UInt32(truncatingIfNeeded: b)
      second[b] = time
      counts &+= steps[Int(input)]
    }
    @inline(__always) func putPhoton(_ record: UInt32) {
      let photon = photon(UInt32(littleEndian: record))
      put(overflowTime &+ Int64(photon.time), photon.channel)
    }
    @inline(__always) func putFourAmongOverflows(_ records: Quartet, _ place: UnsafePointer<UInt32>) {
      let (evens, odds) = (evenRecords(records), oddRecords(records))
      let (evenPassed, oddPassed) = (periods(evens) &* length, periods(odds) &* length)
      let both = evenPassed &+ oddPassed
      let evenStart = Quartet(repeating: UInt64(bitPattern: overflowTime)) &+ evenPassed &+ Quartet(0, both[0])
      // an overflow lies between the photons before and after it, at the time 0
      let areOverflows = specials(records)
      let (areEven, areOdd) = ((areOverflows &>> twice(31)) & twice(1), areOverflows &>> twice(63))
      let evenTimes = evenStart &+ (photons(evens).times & (areEven &- twice(1)))
      let oddTimes = evenStart &+ oddPassed &+ (photons(odds).times & (areOdd &- twice(1)))
      timeSteps |= oddTimes &- evenTimes
      timeSteps |= evenTimes &- Quartet(UInt64(bitPattern: previous), oddTimes[0])
      put(Int64(bitPattern: evenTimes[0]), photon(UInt32(littleEndian: place[0])).channel)
      put(Int64(bitPattern: oddTimes[0]), photon(UInt32(littleEndian: place[1])).channel)
      put(Int64(bitPattern: evenTimes[1]), photon(UInt32(littleEndian: place[2])).channel)
      put(Int64(bitPattern: oddTimes[1]), photon(UInt32(littleEndian: place[3])).channel)
      previous = Int64(bitPattern: oddTimes[1])
      overflowTime &+= Int64(bitPattern: both[0] &+ both[1])
      overflows &+= areEven &+ areOdd
    }
    @inline(__always) func putAny(_ record: UInt32) {
      let decoded = decode(UInt32(littleEndian: record))
      overflowTime &+= decoded.overflows &* period
      extent |= overflowTime
      let time = overflowTime &+ decoded.time
      let isPhoton = decoded.detail &>> 24 == 0
      others &+= isPhoton ? 0 : 1
      // a marker's time may lack its last bits
      let photonTime = isPhoton ? time : previous
      disorder |= photonTime &- previous
      previous = photonTime
      put(time, decoded.detail &>> 16)
    }
    var index = 0
    while index &+ 8 <= records.count {
      let group = UnsafeRawPointer(records.baseAddress! + index)
      let (a, b) = (quartet(group, 0), quartet(group, 1))
      let special = specials(a) | specials(b)
      if !hasUpperBit(special) {
        order &= (times(quartet(group + 4, 0)) | fourTimes(0x8000_0000)) &- times(a)
        order &= (times(b) | fourTimes(0x8000_0000)) &- times(quartet(group + 12, 0))
        disorder |= overflowTime &+ Int64(photon(UInt32(littleEndian: records[index])).time) &- previous
        for i in 0..<8 { putPhoton(records[index &+ i]) }
        previous = overflowTime &+ Int64(photon(UInt32(littleEndian: records[index &+ 7])).time)
      } else if !hasUpperBit(self.others(a) | self.others(b)) {
        putFourAmongOverflows(a, records.baseAddress! + index)
        putFourAmongOverflows(b, records.baseAddress! + index + 4)
        extent |= overflowTime
      } else {
        for i in 0..<8 { putAny(records[index &+ i]) }
      }
      index &+= 8
    }
    while index < records.count {
      putAny(records[index])
      index &+= 1
    }
    if hasUpperBit(~order) { disorder |= .min }
    disorder |= Int64(bitPattern: timeSteps[0] | timeSteps[1])
    state.photons &+= records.count &- others &- Int(overflows[0] &+ overflows[1])
    (state.counts, state.overflowTime, state.previous) = (counts, overflowTime, previous)
    (state.disorder, state.extent) = (disorder, extent)
  }
}

/// Sorts the photons of two channels out of records of a T2 type. Each case is a specialised loop.
func rank(
  _ records: UnsafeBufferPointer<UInt32>, type: RecordType, first: UnsafeMutablePointer<Int64>,
  ranks: UnsafeMutablePointer<UInt32>, second: UnsafeMutablePointer<Int64>, _ state: inout RankingState
) {
  switch type {
  case .picoHarp300T2: PicoHarpT2.rank(records, first: first, ranks: ranks, second: second, &state)
  case .hydraHarpV1T2:
    HydraHarpT2<FirstGeneration>.rank(records, first: first, ranks: ranks, second: second, &state)
  case .hydraHarpV2T2, .timeHarp260NT2, .timeHarp260PT2, .multiHarpT2:
    HydraHarpT2<LaterGeneration>.rank(records, first: first, ranks: ranks, second: second, &state)
  default: preconditionFailure("\(type.name) has no absolute times")
  }
}

/// The channels from which on a record's channel is no photon's; nil in T3.
func overflowChannel(of type: RecordType) -> UInt32? {
  switch type {
  case .picoHarp300T2: PicoHarpT2.overflowChannel
  case .hydraHarpV1T2: HydraHarpT2<FirstGeneration>.overflowChannel
  case .hydraHarpV2T2, .timeHarp260NT2, .timeHarp260PT2, .multiHarpT2: HydraHarpT2<LaterGeneration>.overflowChannel
  default: nil
  }
}
