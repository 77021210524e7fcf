import TimeTags

/// g2(0) in slices of a recording: a pair belongs to the slice of its photon in the first channel, so that the slices add up to
/// the counts of the whole.
struct CorrelationSlices {
  private let pair: (first: UInt8, second: UInt8)
  private let clock: TagClock
  private let start: Int64
  private let sliceTicks: Double
  private let slices: Int
  private let given: CorrelationOptions
  /// nil: continuous light, pairs by time.
  private var pulses: DelayCells?
  private var table: LabelledPairHistogram
  private var photons: [[Int]]

  init(
    _ header: RecordingHeader, _ options: TraceOptions, _ survey: RecordingSurvey, laser: LaserSync?, start: Int64,
    end: Int64, channels: [UInt8]
  ) throws {
    var counted = options.correlation.channels
    if counted == nil {
      let busy = survey.channelsByActivity.filter(channels.contains)
      guard busy.count >= 2 else {
        throw AnalysisError("g2 needs photons in two channels; there are photons in \(busy.count).")
      }
      counted = (min(busy[0], busy[1]), max(busy[0], busy[1]))
    }
    pair = try channelPair(counted, survey)
    given = options.correlation
    clock = TagClock(header)
    self.start = start
    slices = options.slices
    sliceTicks = Double(end - start) / Double(slices)
    photons = [[Int]](repeating: [Int](repeating: 0, count: slices), count: 2)
    if let laser {
      guard (1...1000).contains(given.peaks) else {
        throw AnalysisError("The number of side peaks on each side must lie between 1 and 1000.")
      }
      pulses = try DelayCells(
        edgesNs: [], reference: .nanotime, laser: laser, header: header, channels: [pair.first, pair.second])
      table = LabelledPairHistogram(
        firstEdge: -Int64(given.peaks), binWidth: 1, binCount: 2 * given.peaks + 1, labels: (slices, 1))
    } else {
      // the bin on each side of zero, as in g2
      let axis = try DelayAxis(binPs: given.binPs ?? 1000, rangePs: given.rangePs ?? 1e6, header: header)
      let half = (given.zeroHalfWidthPs ?? Double(axis.widthPs)) * TagClock.ticksPerPicosecond
      let zero = given.zeroDelayPs * TagClock.ticksPerPicosecond
      table = LabelledPairHistogram(
        firstEdge: Int64((zero - half).rounded()), binWidth: max(Int64((2 * half).rounded()), 1), binCount: 1,
        labels: (slices, 1))
    }
  }

  mutating func consume(_ tags: TagBlock) {
    guard let last = tags.last else { return }
    var (first, second) = ([LabelledPairHistogram.Event](), [LabelledPairHistogram.Event]())
    for tag in tags where tag.kind == .photon && (tag.channel == pair.first || tag.channel == pair.second) {
      let ticks = clock.ticks(macroTime: tag.macroTime, nanotime: tag.nanotime)
      let slice = min(max(Int(Double(ticks &- start) / sliceTicks), 0), slices - 1)
      let isFirst = tag.channel == pair.first
      photons[isFirst ? 0 : 1][slice] &+= 1
      let time = pulses?.place(tag).pulse ?? ticks
      if isFirst { first.append(.init(time: time, label: slice)) } else { second.append(.init(time: time, label: 0)) }
    }
    let watermark = pulses?.watermark(last) ?? clock.ticks(macroTime: last.macroTime, nanotime: 0)
    table.consume(first: first, second: second, watermark: watermark)
  }

  /// - Throws: ``AnalysisError`` without coincidences.
  mutating func result() throws -> TraceResult.Antibunching {
    table.finish()
    let seconds = sliceTicks / TagClock.ticksPerPicosecond * 1e-12
    var result = TraceResult.Antibunching(
      timeS: (0..<slices).map { (Double($0) + 0.5) * seconds }, g2Zero: [], g2ZeroUncertainty: [], centerCounts: [],
      expectedCounts: [], excitation: pulses == nil ? .cw : .pulsed, channels: [Int(pair.first), Int(pair.second)])
    func areas(_ slice: Int) -> [Int] { (0..<table.binCount).map { table.counts[$0 * slices + slice] } }
    let all = (0..<slices).map(areas).reduce([Int](repeating: 0, count: table.binCount)) { zip($0, $1).map(+) }
    if pulses == nil {
      for slice in 0..<slices {
        let expected =
          Double(photons[0][slice]) * Double(photons[1][slice]) * Double(table.binWidth) / sliceTicks
        let count = table.counts[slice]
        result.centerCounts.append(count)
        result.expectedCounts.append(expected)
        result.g2Zero.append(expected > 0 ? Double(count) / expected : nil)
        result.g2ZeroUncertainty.append(expected > 0 ? Double(max(count, 1)).squareRoot() / expected : nil)
      }
      return result
    }
    guard all.reduce(0, +) > 0 else {
      throw AnalysisError("There are no coincidences within \(given.peaks) laser periods: nothing to normalize by.")
    }
    let center = given.centerPeak ?? CenterPeak.find(all)
    guard abs(center) <= given.peaks else {
      throw AnalysisError("The centre peak \(center) lies outside the \(given.peaks) peaks on each side.")
    }
    for slice in 0..<slices {
      let estimate = PulsedEstimate(areas: areas(slice), center: center)
      result.centerCounts.append(estimate.centerCounts)
      result.expectedCounts.append(estimate.sidePeakMean)
      result.g2Zero.append(estimate.sidePeakMean > 0 ? estimate.value : nil)
      result.g2ZeroUncertainty.append(estimate.sidePeakMean > 0 ? estimate.uncertainty : nil)
    }
    return result
  }
}
