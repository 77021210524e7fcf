import CVectors

/// Sorts photons out of T2 records with vectors (`CVectors`), where the processor has them and the records are of the HydraHarp
/// family.
struct VectorRanking {
  private var layout: vectors_t2_layout

  /// - Returns: nil where there are none.
  init?(_ type: RecordType, first: UInt8, second: UInt8) {
    guard vectors_are_there() else { return nil }
    switch type {
    case .hydraHarpV1T2: self.init(FirstGeneration.self, first, second)
    case .hydraHarpV2T2, .timeHarp260NT2, .timeHarp260PT2, .multiHarpT2: self.init(LaterGeneration.self, first, second)
    default: return nil
    }
  }

  private init<Generation: HydraHarpGeneration>(_: Generation.Type, _ first: UInt8, _ second: UInt8) {
    // an overflow that counts does not count to 0
    layout = vectors_t2_layout(
      period: Generation.t2Period, plain_above: Generation.countsOverflows ? 0xFE00_0000 : 0xFDFF_FFFF,
      period_mask: Generation.countsOverflows ? 0x1FF_FFFF : 0, first_channel: UInt32(first),
      second_channel: UInt32(second))
  }

  /// Records that go without vectors where there are others than photons and plain overflows.
  private static let stretch = 64

  /// The same as ``rank(_:type:first:ranks:second:_:)``; there must be room for eight photons more.
  func rank(
    _ records: UnsafeBufferPointer<UInt32>, type: RecordType, first: UnsafeMutablePointer<Int64>,
    ranks: UnsafeMutablePointer<UInt32>, second: UnsafeMutablePointer<Int64>, _ state: inout RankingState
  ) {
    var rest = records[...]
    while !rest.isEmpty {
      rest = rest.dropFirst(take(UnsafeBufferPointer(rebasing: rest), first, ranks, second, &state))
      TimeTags.rank(
        UnsafeBufferPointer(rebasing: rest.prefix(Self.stretch)), type: type, first: first, ranks: ranks,
        second: second,
        &state)
      rest = rest.dropFirst(Self.stretch)
    }
  }

  private func take(
    _ records: UnsafeBufferPointer<UInt32>, _ first: UnsafeMutablePointer<Int64>, _ ranks: UnsafeMutablePointer<UInt32>,
    _ second: UnsafeMutablePointer<Int64>, _ state: inout RankingState
  ) -> Int {
    let (firstCount, secondCount) = RankedArrays.split(state.counts)
    var ranking = vectors_ranking(
      first: first, ranks: ranks, second: second, first_count: Int64(firstCount), second_count: Int64(secondCount),
      photons: Int64(state.photons), overflow_time: state.overflowTime, previous: state.previous,
      disorder: state.disorder, extent: state.extent)
    let taken = withUnsafePointer(to: layout) { vectors_rank(records.baseAddress, Int64(records.count), $0, &ranking) }
    state.counts = UInt64(ranking.second_count) &<< 32 | UInt64(ranking.first_count)
    state.photons = Int(ranking.photons)
    (state.overflowTime, state.previous) = (ranking.overflow_time, ranking.previous)
    (state.disorder, state.extent) = (ranking.disorder, ranking.extent)
    return Int(taken)
  }
}
