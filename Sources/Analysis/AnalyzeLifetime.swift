import Glibc
public import TimeTags

/// What to do in ``analyzeLifetime(header:options:replay:)``.
public struct LifetimeOptions: Sendable {
  /// 1 to 4 exponentials.
  public var components: Int
  /// The channels to add up, aligned at their rising edges; nil: all with photons.
  public var channels: [UInt8]?
  /// The start of the fit in nanoseconds after the pulse (half-rise point); nil: a margin of two 10–90 % rise times
  /// after it, and not before the maximum.
  public var fitStartNs: Double?
  /// The end of the fit in nanoseconds after the pulse; nil: the same margin before the next pulse.
  public var fitStopNs: Double?
  /// T2: the laser period in picoseconds where the caller knows it.
  public var periodPs: Double?
  /// T2: the laser if it has been recovered already; nil recovers it.
  public var laser: RecoveredLaser?

  /// Options for one fit, unchecked here; ``fitDecay(_:options:)`` refuses `components` outside 1 … 4.
  public init(
    components: Int = 2, channels: [UInt8]? = nil, fitStartNs: Double? = nil, fitStopNs: Double? = nil,
    periodPs: Double? = nil
  ) {
    self.components = components
    self.channels = channels
    self.fitStartNs = fitStartNs
    self.fitStopNs = fitStopNs
    self.periodPs = periodPs
  }
}

/// Measures the decay after the laser pulse and fits it.
///
/// T3: the histogram of nanotimes at full resolution. T2: the fold on the recovered laser phase. Channels are aligned
/// at their rising edges. The fit: ``fitDecay(_:options:)``.
///
/// - Throws: ``AnalysisError`` with a sentence; what `replay` throws.
public func analyzeLifetime(
  header: RecordingHeader, options: LifetimeOptions = LifetimeOptions(), replay: Replay
) throws -> LifetimeResult {
  let isT3 = header.mode == .t3
  let (survey, nanotimes) = try firstPass(header, replay)
  let channels = options.channels ?? survey.channelsByActivity.sorted()
  guard !channels.isEmpty else { throw AnalysisError("The recording has no photons.") }
  for channel in channels where survey.photons[Int(channel)] == 0 {
    throw AnalysisError("Channel \(channel) has no photons in this recording.")
  }
  var decay: FoldedDecay
  let origin: String
  if isT3 {
    guard TagClock(header).nanoTicks > 0 else { throw AnalysisError("The file states no nanotime resolution.") }
    guard TagClock(header).macroTicks > 0 else {
      throw AnalysisError("The file states no sync period; give the period.")
    }
    (decay, origin) = alignedDecay(channels, nanotimes, header)
  } else {
    var candidate: PeriodCandidate?
    guard
      let laser = try options.laser?.sync
        ?? LaserSync.t2(
          header: header, channels: channels, survey: survey, periodPs: options.periodPs,
          minimumDepth: PeriodSearch.minimumDepth, candidate: &candidate, replay: replay)
    else {
      throw AnalysisError("No laser period was found in this T2 recording, so there is no decay; give the period.")
    }
    decay = alignedDecay(laser)
    origin = laser.origin
  }
  var result = try fitDecay(decay, options: options)
  result.channels = channels.map(Int.init)
  result.decision = origin
  return result
}

/// Adds up the nanotimes of a T3 stream, every channel shifted by whole bins so that its rising edge falls on that of
/// the latest. Where the instrument's range does not cover the period a shift would open a gap: then the busiest
/// channel stands alone.
private func alignedDecay(_ channels: [UInt8], _ nanotimes: NanotimeHistogram, _ header: RecordingHeader)
  -> (FoldedDecay, String)
{
  let decays = channels.map { nanotimes.decay([$0], header: header) }
  let edges = decays.map { $0.risingEdge()?.timePs }
  var sum = nanotimes.decay(channels, header: header)
  guard channels.count > 1 else { return (sum, "T3: the instrument's nanotimes") }
  let turn = Int((sum.periodPs / sum.binPs).rounded())
  let bins = sum.counts.count
  guard bins >= turn - 1 else {
    let busiest = decays.indices.max { decays[$0].counts.reduce(0, +) < decays[$1].counts.reduce(0, +) } ?? 0
    return (
      decays[busiest],
      "T3: the nanotimes of channel \(channels[busiest]) only, since the instrument's range is shorter than the period"
    )
  }
  let latest = edges.compactMap { $0 }.max() ?? 0
  sum.counts = [Int](repeating: 0, count: bins)
  for (decay, edge) in zip(decays, edges) where decay.counts.count <= bins {
    let shift = edge.map { Int(((latest - $0) / sum.binPs).rounded()) } ?? 0
    for i in 0..<bins {
      let from = i - shift < 0 ? min(i - shift + turn, bins - 1) : i - shift
      if from >= 0, from < decay.counts.count { sum.counts[i] += decay.counts[from] }
    }
  }
  return (sum, "T3: the instrument's nanotimes, channels aligned at their rising edges")
}

/// Adds up the folded decays of a T2 stream with their rising edges at the same place, a tenth into the period.
private func alignedDecay(_ laser: LaserSync) -> FoldedDecay {
  let bins = laser.decays.values.first?.counts.count ?? 1
  let width = laser.periodPs / Double(bins)
  var sum = [Int](repeating: 0, count: bins)
  for (channel, decay) in laser.decays {
    let edge = Int(((laser.edges[channel]?.timePs ?? 0) / width).rounded())
    for (i, count) in decay.counts.enumerated() {
      sum[(((i - edge + bins / 10) % bins) + bins) % bins] += count
    }
  }
  return FoldedDecay(counts: sum, binPs: width, periodPs: laser.periodPs)
}

/// Fits a folded decay with background + Σ A e^{−t/τ} on the tail after the rising edge (``DecayModel``,
/// ``PoissonFit``).
///
/// t = 0 is the half-rise point. Without a given start the fit begins two 10–90 % rise times after it and not before
/// the bin of the maximum has passed: five standard deviations of a Gaussian response, after which a convolved
/// exponential is an exponential again, so that the response only scales the amplitudes. It ends one such margin
/// before the next pulse. Uncertainties come from the expected Fisher information at the optimum.
///
/// - Throws: ``AnalysisError`` when there is too little to fit.
public func fitDecay(_ decay: FoldedDecay, options: LifetimeOptions = LifetimeOptions()) throws -> LifetimeResult {
  guard (1...4).contains(options.components) else {
    throw AnalysisError("A decay is fitted with 1 to 4 components, not \(options.components).")
  }
  guard let edge = decay.risingEdge() else { throw AnalysisError("The decay histogram is empty.") }
  let margin = max(2 * edge.risePs, edge.maximumPs - edge.timePs, decay.binPs)
  let start = options.fitStartNs.map { $0 * 1000 } ?? margin
  let stop = options.fitStopNs.map { $0 * 1000 } ?? (decay.periodPs - margin)
  // bins in the order of their delay after the pulse
  var chosen: [(bin: Int, time: Double)] = []
  for bin in decay.counts.indices {
    var time = Double(bin) * decay.binPs - edge.timePs
    if time < start - decay.periodPs * 1e-9 { time += decay.periodPs }
    if time >= start && time + decay.binPs <= stop + 1e-6 { chosen.append((bin, time)) }
  }
  chosen.sort { $0.time < $1.time }
  let counts = chosen.map { decay.counts[$0.bin] }
  let total = counts.reduce(0, +)
  let parameters = 1 + 2 * options.components
  guard counts.count > parameters else {
    throw AnalysisError("Only \(counts.count) bins lie in the fit range; \(parameters) parameters need more.")
  }
  guard total >= 20 * parameters else {
    throw AnalysisError(
      "Only \(total) counts lie in the fit range; a fit with \(options.components) component(s) needs at least "
        + "\(20 * parameters).")
  }
  let model = DecayModel(
    times: chosen.map { $0.time / 1000 }, binWidth: decay.binPs / 1000, period: decay.periodPs / 1000)
  let fit = PoissonFit(model: model, counts: counts, components: options.components)
  guard let solution = fit.solve() else {
    throw AnalysisError(
      "The decay does not determine \(options.components) component(s): the fit ran away from every start. "
        + "Try fewer components.")
  }
  let covariance = fit.covariance(solution)
  func sigma(_ i: Int) -> Double? {
    guard let variance = covariance?[i][i], variance > 0, variance.isFinite else { return nil }
    return variance.squareRoot()
  }
  let expected = model.expected(background: solution.background, components: solution.components)
  let (chi2, cells) = pearson(counts, expected)
  let freedom = cells - parameters

  var curve = [Double](repeating: 0, count: decay.counts.count)
  var residuals = [Double](repeating: 0, count: decay.counts.count)
  let everywhere = DecayModel(
    times: decay.counts.indices.map { bin in
      let time = Double(bin) * decay.binPs - edge.timePs
      return (time < -decay.binPs ? time + decay.periodPs : max(time, 0)) / 1000
    }, binWidth: model.binWidth, period: model.period)
  curve = everywhere.expected(background: solution.background, components: solution.components)
  for (i, (bin, _)) in chosen.enumerated() {
    residuals[bin] = PoissonFit.residual(Double(counts[i]), max(expected[i], 1e-290)).r
  }
  return LifetimeResult(
    components: solution.components.enumerated().map { i, component in
      LifetimeComponent(
        lifetimeNs: component.lifetime, lifetimeNsUncertainty: sigma(2 + 2 * i), amplitude: component.amplitude,
        amplitudeUncertainty: sigma(1 + 2 * i))
    },
    meanLifetimeNs: MeanLifetime(solution.components), backgroundPerBin: solution.background,
    backgroundPerBinUncertainty: sigma(0), chi2Reduced: freedom > 0 ? chi2 / Double(freedom) : nil,
    degreesOfFreedom: freedom, deviance: solution.deviance, binWidthPs: decay.binPs, histogram: decay.counts,
    fit: curve, residuals: residuals, fitStartNs: (chosen.first?.time ?? 0) / 1000,
    fitStopNs: ((chosen.last?.time ?? 0) + decay.binPs) / 1000, pulseNs: edge.timePs / 1000,
    periodNs: decay.periodPs / 1000, counts: decay.counts.reduce(0, +), channels: [], decision: "")
}

/// Pearson's χ² with neighbouring bins merged until at least 5 counts are expected; and the number of merged bins.
private func pearson(_ counts: [Int], _ expected: [Double]) -> (chi2: Double, cells: Int) {
  var chi2 = 0.0
  var cells = 0
  var d = 0.0
  var m = 0.0
  for (count, mean) in zip(counts, expected) {
    d += Double(count)
    m += mean
    if m >= 5 {
      chi2 += (d - m) * (d - m) / m
      cells += 1
      (d, m) = (0, 0)
    }
  }
  return (chi2, cells)
}
