import Glibc
public import TimeTags

/// Measures g2(0), the signal kept and the background kept for every pair of a start and a stop of a time gate, and finds
/// the best gate.
///
/// One pass counts all coincidences in a table by pulse difference and by the delays of both photons; the peak areas of
/// every gate are sums over squares of it, equal to those of ``analyzeG2(header:options:blocks:replay:)`` with that gate. Before
/// it: one pass to count, T2 those that recover the laser, and those of a decay fit for the background. Memory: five such tables
/// (both halves of the recording and running sums), at most ``largestTable`` numbers of 8 bytes in one: 250 MB.
///
/// - Throws: ``AnalysisError`` with a sentence when the recording does not allow it; what `replay` throws.
public func scanGates(header: RecordingHeader, options: GateScanOptions = GateScanOptions(), replay: Replay) throws
  -> GateScanResult
{
  switch options.criterion {
  case .lowestG2(let keep):
    guard keep > 0, keep <= 1 else {
      throw AnalysisError("The share of the signal to keep must be above 0 and at most 1, found \(keep).")
    }
  case .purity: break
  }
  let correlation = options.correlation
  guard (1...1000).contains(correlation.peaks) else {
    throw AnalysisError("The number of side peaks on each side must lie between 1 and 1000.")
  }
  let (survey, nanotimes) = try firstPass(header, replay)
  let pair = try channelPair(correlation.channels, survey)
  let channels = [pair.first, pair.second]
  var candidate: PeriodCandidate?
  let resolved = try withoutActuallyEscaping(replay) { replay in
    try findLaser(
      header, correlation, pair, FirstLook(header, (survey, nanotimes), replay: replay), &candidate)
  }
  guard let laser = resolved else {
    throw AnalysisError("A gate needs laser pulses, and this recording shows none that are resolved.")
  }
  let last = latestDelayNs(laser, nanotimes, header, channels, options.reference)
  let grid = try GateGrid(options, laser: laser, latestNs: last)
  var cells = try DelayCells(
    edgesNs: grid.edgesNs, reference: options.reference, laser: laser, header: header, channels: channels)

  guard (2 * correlation.peaks + 1) * cells.count * cells.count <= largestTable else {
    throw AnalysisError(
      "\(2 * correlation.peaks + 1) peaks and \(cells.count - 1) delays need a table of more than \(largestTable) numbers: take fewer delays or side peaks."
    )
  }

  // even and odd slices of time, so that a gate chosen on one half can be measured on the other
  let pulses = max(survey.spanSeconds * 1e12 / laser.periodPs, 1)
  let slice = max(Int64(pulses / 200), 1)
  let k = correlation.peaks
  var table = LabelledPairHistogram(
    firstEdge: -Int64(k), binWidth: 1, binCount: 2 * k + 1, labels: (2 * cells.count, cells.count))
  var inCell = [[Int]](repeating: [Int](repeating: 0, count: cells.count), count: 2)
  // without a gate T3's pulses are those of the syncs, as in g2
  var ungated = PairHistogram(firstEdge: -Int64(k), binWidth: 1, binCount: 2 * k + 1)
  let splitter = ChannelSplitter(first: pair.first, second: pair.second)
  var (first, second) = ([LabelledPairHistogram.Event](), [LabelledPairHistogram.Event]())
  try replay { tags in
    guard let end = tags.last else { return }
    first.removeAll(keepingCapacity: true)
    second.removeAll(keepingCapacity: true)
    for tag in tags where tag.kind == .photon && (tag.channel == pair.first || tag.channel == pair.second) {
      let (pulse, cell) = cells.place(tag)
      if tag.channel == pair.first {
        inCell[0][cell] &+= 1
        first.append(.init(time: pulse, label: Int((pulse / slice) & 1) * cells.count + cell))
      } else {
        inCell[1][cell] &+= 1
        second.append(.init(time: pulse, label: cell))
      }
    }
    table.consume(first: first, second: second, watermark: cells.watermark(end))
    guard cells.movesPulses else { return }
    let pulse = splitter.splitPulses(tags)
    ungated.consume(first: splitter.first, second: splitter.second, watermark: pulse)
  }
  table.finish()
  ungated.finish()

  let pairs = GatedPairs(table, parts: 0..<2)
  let halves = [GatedPairs(table, parts: 0..<1), GatedPairs(table, parts: 1..<2)]
  let everything = pairs.areas(GateWindow(range: 0..<cells.count))
  guard everything.reduce(0, +) > 0 else {
    throw AnalysisError("There are no coincidences within \(k) laser periods: nothing to normalize by.")
  }
  let center = correlation.centerPeak ?? CenterPeak.find(everything)
  guard abs(center) <= k else {
    throw AnalysisError("The centre peak \(center) lies outside the \(k) peaks on each side.")
  }
  let photons = inCell.map { $0.reduce(0, +) }
  let seconds = correlation.keptTime?.seconds ?? survey.spanSeconds
  let background = try flatBackground(
    header, correlation, laser, channels: channels, photons: photons, seconds: seconds, replay: replay)
  let light = SignalAndBackground(
    countsByCell: zip(inCell[0], inCell[1]).map(+), background: background,
    shape: try backgroundShape(correlation.background, cells, header, channels, seconds: seconds)
      ?? .flat(rangeNs: min(laser.periodPs / 1000, last.range)))

  func gates(_ pairs: GatedPairs) -> [GateScanResult.Gate] {
    grid.gates.compactMap { gate in
      let estimate = PulsedEstimate(areas: pairs.areas(gate.cells), center: center)
      guard estimate.sidePeakMean > 0 else { return nil }
      let kept = light.signalKept(gate.cells, lengthNs: gate.lengthNs)
      let half = (estimate.interval.high - estimate.interval.low) / 2
      return GateScanResult.Gate(
        startNs: gate.startNs, stopNs: gate.stopNs, g2Zero: estimate.value, g2ZeroUncertainty: estimate.uncertainty,
        g2ZeroInterval: estimate.interval, signalKept: kept.value, signalKeptUncertainty: kept.uncertainty,
        backgroundKept: light.backgroundKept(gate.cells, lengthNs: gate.lengthNs),
        photons: light.photons(gate.cells), centerCounts: estimate.centerCounts, sidePeakMean: estimate.sidePeakMean,
        purityPerRootSecond: (1 - estimate.value) / (half * max(seconds, 1e-12).squareRoot()), isOnFront: false)
    }
  }
  var found = gates(pairs)
  markFront(&found)
  let best = options.criterion.best(of: found).map { gate in
    var areas: [Int]? = [Int](repeating: 0, count: 2 * k + 1)
    for (half, other) in [(0, 1), (1, 0)] {
      guard let chosen = options.criterion.best(of: gates(halves[half])) else {
        areas = nil
        break
      }
      let cells = grid.cells(startNs: chosen.startNs, stopNs: chosen.stopNs)
      areas = areas.map { zip($0, halves[other].areas(cells)).map(+) }
    }
    let heldOut = areas.map { PulsedEstimate(areas: $0, center: center) }
    return GateScanResult.Best(
      gate: gate, heldOut: heldOut.flatMap { $0.sidePeakMean > 0 ? MeasuredValue($0.value, $0.uncertainty) : nil },
      criterion: options.criterion.sentence)
  }
  let all =
    cells.movesPulses
    ? PulsedEstimate(areas: ungated.counts, center: correlation.centerPeak ?? CenterPeak.find(ungated.counts))
    : PulsedEstimate(areas: everything, center: center)
  return GateScanResult(
    gates: found, gatesLeftOut: grid.gates.count - found.count, best: best,
    ungated: MeasuredValue(all.value, all.uncertainty), background: background, channels: channels.map(Int.init),
    photons: photons, centerPeak: center, periodNs: laser.periodPs / 1000, durationS: seconds, decision: laser.origin,
    method:
      "coincidences by pulse difference, centre over the mean of \(2 * k) side peaks; Jeffreys' intervals of a ratio of "
      + "counts (Brown, Cai & DasGupta 2001); signal kept: counts less \(light.isMeasured ? "the recorded" : "a flat") background"
  )
}

/// Where a recorded background lies, by the same cells; nil for one that is taken as flat.
private func backgroundShape(
  _ level: BackgroundLevel?, _ cells: DelayCells, _ header: RecordingHeader, _ channels: [UInt8], seconds: Double
) throws -> SignalAndBackground.Shape? {
  guard case .measured(let background)? = level?.kind, header.mode == .t3, !background.nanotimes.isEmpty else {
    return nil
  }
  try background.refuseOtherNanotimes(header)
  var counts = [Int](repeating: 0, count: cells.count)
  for channel in channels {
    for (nanotime, count) in (background.nanotimes[Int(channel)] ?? []).enumerated() where count > 0 {
      counts[cells.cell(ofNanotime: nanotime, channel: channel)] += count
    }
  }
  guard counts.contains(where: { $0 > 0 }) else { return nil }
  return .measured(countsByCell: counts, scale: seconds / background.seconds)
}

/// Peaks × cells² in a scan at most.
private let largestTable = 6_000_000
