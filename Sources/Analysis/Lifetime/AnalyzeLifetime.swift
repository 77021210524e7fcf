import Glibc
public import TimeTags

/// What to do in ``analyzeLifetime(header:options:replay:)``.
public struct LifetimeOptions: Sendable {
  /// How counts are weighed.
  public enum Method: String, Sendable, Hashable {
    /// Poisson likelihood.
    case maximumLikelihood = "maximum likelihood"
    /// Squares weighted with one over the counts (Neyman): what many programs do; few counts pull it down.
    case leastSquares = "least squares"
  }

  /// 1 to 4 exponentials.
  public var components: Int
  /// Tries 1 to 4 exponentials and keeps what the Bayesian information criterion prefers; `components` does not count.
  public var choosesComponents = false
  /// Fits a stretched exponential (in the place of exponentials, or as one more to choose from).
  public var isStretched = false
  /// The instrument response; nil: a fit of the tail only.
  public var response: InstrumentResponse?
  /// How counts are weighed.
  public var method = Method.maximumLikelihood
  /// Also finds profile-likelihood intervals.
  public var findsIntervals = false
  /// What blinds the detector to later photons; nil: nothing.
  public var pileUp: PileUp?
  /// Afterpulses to count with; nil: none. Their delays count from the end of the dead time where ``pileUp`` gives one.
  public var afterpulses: AfterpulseLevel?
  /// Lifetimes in nanoseconds to begin with; nil: several starts from the data.
  public var startLifetimesNs: [Double]?
  /// The channels to add up, aligned at their rising edges; nil: all with photons.
  public var channels: [UInt8]?
  /// The start of the fit in nanoseconds after the pulse (half-rise point); nil: a margin of two 10–90 % rise times
  /// after it, and not before the maximum.
  public var fitStartNs: Double?
  /// The end of the fit in nanoseconds after the pulse, with a response also below the start, then after the next pulse; nil: the
  /// same margin before the next pulse.
  public var fitStopNs: Double?
  /// Whether the fit starts late after a pulse and stops after the next one.
  var reachesRound: Bool { if let fitStartNs, let fitStopNs { fitStartNs > fitStopNs } else { false } }
  /// T2: the laser period in picoseconds where the caller knows it.
  public var periodPs: Double?
  /// T2: the laser if it has been recovered already; nil recovers it.
  public var laser: RecoveredLaser?

  /// Options for one fit, unchecked here; ``fitDecay(_:live:afterpulses:options:)`` refuses `components` outside 1 … 4.
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
/// at their rising edges. The fit: ``fitDecay(_:live:afterpulses:options:)``.
///
/// - Throws: ``AnalysisError`` with a sentence; what `replay` throws.
public func analyzeLifetime(
  header: RecordingHeader, options: LifetimeOptions = LifetimeOptions(), replay: Replay
) throws -> LifetimeResult {
  let folded = try foldDecay(header: header, options: options, replay: replay)
  return try fitDecay(folded, options: options)
}

/// The decay of a recording before any fit (also that of a response).
public struct DecayRecording: Sendable {
  /// The channels added up at their rising edges.
  public var decay: FoldedDecay
  /// The share of laser periods in which each bin could count; empty: always.
  public var live: [Double]
  /// The expected afterpulses in each bin; empty: none are counted with.
  public var afterpulses: [Double] = []
  /// The law of the afterpulses of each channel.
  public var afterpulseLaws: [AfterpulseLaw] = []
  /// The channels.
  public var channels: [Int]
  /// How the laser is known and what was folded, as a sentence.
  public var decision: String
}

/// Folds a recording on its laser period.
///
/// - Throws: ``AnalysisError`` with a sentence; what `replay` throws.
public func foldDecay(
  header: RecordingHeader, options: LifetimeOptions = LifetimeOptions(), replay: Replay
) throws -> DecayRecording {
  let isT3 = header.mode == .t3
  let (survey, nanotimes) = try firstPass(header, replay)
  let channels = options.channels ?? survey.channelsByActivity.sorted()
  guard !channels.isEmpty else { throw AnalysisError("The recording has no photons.") }
  for channel in channels where survey.photons[Int(channel)] == 0 {
    throw AnalysisError("Channel \(channel) has no photons in this recording.")
  }
  var single: [FoldedDecay] = []
  let folded: FoldedDecay
  var turns: [Int] = []
  let origin: String
  var busy = channels
  var sync: LaserSync?
  if isT3 {
    guard TagClock(header).nanoTicks > 0 else { throw AnalysisError("The file states no nanotime resolution.") }
    guard TagClock(header).macroTicks > 0 else {
      throw AnalysisError("The file states no sync period; give the period.")
    }
    single = channels.map { nanotimes.decay([$0], header: header) }
    (folded, turns, origin) = alignedDecay(channels, single, nanotimes.decay(channels, header: header))
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
    busy = laser.decays.keys.sorted()
    sync = laser
    single = busy.compactMap { laser.decays[$0] }
    (folded, turns) = alignedDecay(laser, busy)
    origin = laser.origin
  }
  var live: [Double] = []
  if let pileUp = options.pileUp {
    live = try sharedLive(pileUp, single, turns, folded, periods: survey.spanSeconds * 1e12 / folded.periodPs)
  }
  var recording = DecayRecording(decay: folded, live: live, channels: channels.map(Int.init), decision: origin)
  if let level = options.afterpulses {
    recording.afterpulseLaws = try afterpulseLaws(
      level, busy, single, options.pileUp, periods: max(survey.spanSeconds * 1e12 / folded.periodPs, 1), sync, header,
      replay)
    recording.afterpulses = [Double](repeating: 0, count: folded.counts.count)
    for (law, (decay, turn)) in zip(recording.afterpulseLaws, zip(single, turns)) where turn != .max {
      let own = law.counts(in: decay)
      for i in folded.counts.indices { recording.afterpulses[i] += own[source(i, turn, folded, own.count)] }
    }
  }
  return recording
}

/// The live share of the sum of several detectors' decays: their own shares, weighted with the photons each would have counted.
private func sharedLive(
  _ pileUp: PileUp, _ decays: [FoldedDecay], _ turns: [Int], _ sum: FoldedDecay, periods: Double
) throws -> [Double] {
  var live = [Double](repeating: 0, count: sum.counts.count)
  var all = 0.0
  for (decay, turn) in zip(decays, turns) where turn != .max {
    let own = try pileUp.liveShares(of: decay, periods: periods)
    let photons = zip(decay.counts, own).reduce(0) { $0 + Double($1.0) / $1.1 }
    all += photons
    for i in live.indices { live[i] += photons * own[source(i, turn, sum, own.count)] }
  }
  return live.map { $0 / all }
}

/// The bin of a detector's own decay that lies in bin `i` of the sum when it is moved by `shift` bins.
private func source(_ i: Int, _ shift: Int, _ sum: FoldedDecay, _ bins: Int) -> Int {
  let turn = max(Int((sum.periodPs / sum.binPs).rounded()), bins)
  return min((((i - shift) % turn) + turn) % turn, bins - 1)
}

/// Adds up the nanotimes of a T3 stream, every channel shifted by whole bins so that its rising edge falls on that of
/// the latest. Where the instrument's range does not cover the period a shift would open a gap: then the busiest
/// channel stands alone.
private func alignedDecay(_ channels: [UInt8], _ decays: [FoldedDecay], _ together: FoldedDecay)
  -> (FoldedDecay, turns: [Int], String)
{
  let edges = decays.map { $0.risingEdge()?.timePs }
  var sum = together
  guard channels.count > 1 else { return (sum, [0], "T3: the instrument's nanotimes") }
  let turn = Int((sum.periodPs / sum.binPs).rounded())
  let bins = sum.counts.count
  guard bins >= turn - 1 else {
    let busiest = decays.indices.max { decays[$0].counts.reduce(0, +) < decays[$1].counts.reduce(0, +) } ?? 0
    return (
      decays[busiest], decays.indices.map { $0 == busiest ? 0 : .max },
      "T3: the nanotimes of channel \(channels[busiest]) only, since the instrument's range is shorter than the period"
    )
  }
  let latest = edges.compactMap { $0 }.max() ?? 0
  sum.counts = [Int](repeating: 0, count: bins)
  var turns: [Int] = []
  for (decay, edge) in zip(decays, edges) where decay.counts.count <= bins {
    let shift = edge.map { Int(((latest - $0) / sum.binPs).rounded()) } ?? 0
    turns.append(shift)
    for i in 0..<bins {
      let from = i - shift < 0 ? min(i - shift + turn, bins - 1) : i - shift
      if from >= 0, from < decay.counts.count { sum.counts[i] += decay.counts[from] }
    }
  }
  return (sum, turns, "T3: the instrument's nanotimes, channels aligned at their rising edges")
}

/// Adds up the folded decays of a T2 stream with their rising edges at the same place, a tenth into the period.
private func alignedDecay(_ laser: LaserSync, _ channels: [UInt8]) -> (FoldedDecay, turns: [Int]) {
  let bins = laser.decays.values.first?.counts.count ?? 1
  let width = laser.periodPs / Double(bins)
  var sum = [Int](repeating: 0, count: bins)
  var turns: [Int] = []
  for channel in channels {
    let edge = Int(((laser.edges[channel]?.timePs ?? 0) / width).rounded())
    turns.append(bins / 10 - edge)
    for (i, count) in (laser.decays[channel]?.counts ?? []).enumerated() {
      sum[(((i - edge + bins / 10) % bins) + bins) % bins] += count
    }
  }
  return (FoldedDecay(counts: sum, binPs: width, periodPs: laser.periodPs), turns)
}

/// Fits a folded decay with background + Σ A e^{−t/τ}, or a stretched exponential, averaged over bins and with the tails of all
/// earlier pulses (``DecayFit``).
///
/// Without a response the tail is fitted: t = 0 is the half-rise point, and without a given start the fit begins two 10–90 %
/// rise times after it and not before
/// the bin of the maximum has passed: five standard deviations of a Gaussian response, after which a convolved
/// exponential is an exponential again, so that the response only scales the amplitudes. It ends one such margin
/// before the next pulse. With a response all bins are fitted, and its place. Uncertainties come from the expected Fisher
/// information at the optimum.
///
/// - Parameters:
///   - live: the share of laser periods in which each bin could count (``PileUp``); empty: always.
///   - afterpulses: the expected afterpulses in each bin (``AfterpulseLaw``), which join the model; empty: none.
/// - Throws: ``AnalysisError`` when there is too little to fit.
public func fitDecay(
  _ decay: FoldedDecay, live: [Double] = [], afterpulses: [Double] = [], options: LifetimeOptions = LifetimeOptions()
) throws -> LifetimeResult {
  guard (1...4).contains(options.components) else {
    throw AnalysisError("A decay is fitted with 1 to 4 components, not \(options.components).")
  }
  if options.reachesRound {
    guard options.response != nil else {
      throw AnalysisError(
        "A fit of the tail cannot reach round the next pulse: give a response, or a stop after the start.")
    }
    try TimeGate(startNs: options.fitStartNs ?? 0, stopNs: options.fitStopNs ?? 0).check(periodNs: decay.periodPs / 1e3)
  }
  guard let edge = decay.risingEdge() else { throw AnalysisError("The decay histogram is empty.") }
  let margin = max(2 * edge.risePs, edge.maximumPs - edge.timePs, decay.binPs)
  let chosen = fittedBins(decay, edge, margin, options)
  let total = chosen.reduce(0) { $0 + decay.counts[$1.bin] }
  let grid =
    try options.response?.grid(for: decay)
    ?? ResponseGrid(
      bins: decay.counts.count, binNs: decay.binPs / 1e3, periodNs: decay.periodPs / 1e3, masses: [1], isPoint: true)
  let fitsShift = options.response != nil
  try refuseSlow(grid, edge, fitsShift)
  let stepPs = grid.stepNs * 1e3
  let shift = edge.timePs / stepPs - 0.5 - (fitsShift ? grid.moments.mean : 0)
  var isUsed = [Bool](repeating: false, count: decay.counts.count)
  for (bin, _) in chosen { isUsed[bin] = true }
  let ordered = chosen.filter { $0.ns >= 0 && $0.ns * 1e3 <= decay.periodPs - margin }
  let counts = decay.counts.map(Double.init)

  var shapes: [DecayFit.Shape] = []
  if options.choosesComponents {
    shapes = (1...4).map { .exponentials($0) }
  } else if !options.isStretched {
    shapes = [.exponentials(options.components)]
  }
  if options.isStretched { shapes.append(.stretched) }
  var models: [LifetimeModel] = []
  var best: (fit: DecayFit, solution: DecayFit.Solution, bic: Double)?
  var reason = ""
  for shape in shapes {
    // where fewer exponentials ran away, more of them hide it with two that are alike
    if !reason.isEmpty, shape != .stretched { continue }
    let fit = DecayFit(
      grid: grid, shape: shape, counts: counts, isUsed: isUsed, live: live, afterpulses: afterpulses,
      method: options.method, fitsShift: fitsShift)
    let parameters = fit.parameterCount
    if chosen.count <= parameters || ordered.count < 2 || total < 20 * parameters {
      // the simplest model must fit; more of them may fail
      guard best == nil else { break }
      guard chosen.count > parameters, ordered.count >= 2 else {
        throw AnalysisError("Only \(chosen.count) bins lie in the fit range; \(parameters) parameters need more.")
      }
      throw AnalysisError(
        "Only \(total) counts lie in the fit range; a fit with \(parameters) parameters needs at least "
          + "\(20 * parameters).")
    }
    let solution: DecayFit.Solution
    switch fit.solve(ordered: ordered, shift: shift, given: options.startLifetimesNs) {
    case .found(let found): solution = found
    case .ranAway(let why):
      if reason.isEmpty { reason = why }
      continue
    }
    let bic = solution.deviance + Double(parameters) * log(Double(total))
    models.append(
      LifetimeModel(name: shape.name, parameters: parameters, deviance: solution.deviance, bic: bic))
    if best.map({ bic < $0.bic }) ?? true { best = (fit, solution, bic) }
  }
  guard let (fit, solution, bic) = best else {
    // what was asked for, fewer exponentials only where there were several of a given number
    let canDoWithFewer = !options.choosesComponents && shapes[0] != .stretched && options.components > 1
    throw AnalysisError(
      "The decay does not determine \(shapes[0].name): \(reason). Try "
        + (canDoWithFewer ? "fewer components." : "another response, or another fit range."))
  }
  return result(decay, fit, solution, edge, chosen, bic, models, options)
}

/// Fits the decay of a recording.
///
/// - Throws: ``AnalysisError`` when there is too little to fit.
public func fitDecay(_ recording: DecayRecording, options: LifetimeOptions = LifetimeOptions()) throws -> LifetimeResult
{
  var result = try fitDecay(
    recording.decay, live: recording.live, afterpulses: recording.afterpulses, options: options)
  result.channels = recording.channels
  result.decision = recording.decision
  result.afterpulses = recording.afterpulseLaws
  return result
}

/// Refuses a response that rises more slowly than the decay, which no lifetime can mend.
///
/// - Throws: ``AnalysisError`` with both rise times.
private func refuseSlow(_ grid: ResponseGrid, _ edge: FoldedDecay.Edge, _ hasResponse: Bool) throws(AnalysisError) {
  guard hasResponse, let rise = grid.risePs, rise > 1.5 * max(edge.risePs, grid.binNs * 1e3) else { return }
  throw AnalysisError(
    "The response rises in \(Int(rise.rounded())) ps and the decay in \(Int(edge.risePs.rounded())) ps (10 to 90 %): a response "
      + "cannot be slower than what it responds to. Give a narrower one.")
}

/// The bins to fit with their delays after the pulse in nanoseconds, in the order of these.
private func fittedBins(
  _ decay: FoldedDecay, _ edge: FoldedDecay.Edge, _ margin: Double, _ options: LifetimeOptions
) -> [(bin: Int, ns: Double)] {
  let isTail = options.response == nil
  let start = options.fitStartNs.map { $0 * 1000 } ?? (isTail ? margin : -decay.periodPs)
  let reachesRound = options.reachesRound
  let stop = options.fitStopNs.map { $0 * 1000 } ?? (isTail ? decay.periodPs - margin : .infinity)
  // two runs in rising order: the bins after the edge, and those that wrap around
  var early: [(bin: Int, ns: Double)] = []
  var late: [(bin: Int, ns: Double)] = []
  for bin in decay.counts.indices {
    var time = Double(bin) * decay.binPs - edge.timePs
    let wraps = time < (reachesRound ? 0 : max(start, 0)) - decay.periodPs * 1e-9
    if wraps { time += decay.periodPs }
    let (isLate, isEarly) = (time >= start, time + decay.binPs <= stop + 1e-6)
    guard reachesRound ? isLate || isEarly : isLate && isEarly else { continue }
    if wraps { late.append((bin, time / 1e3)) } else { early.append((bin, time / 1e3)) }
  }
  return early + late
}

extension DecayFit.Shape {
  /// The model's name in results.
  var name: String {
    switch self {
    case .exponentials(1): "1 exponential"
    case .exponentials(let n): "\(n) exponentials"
    case .stretched: "stretched exponential"
    }
  }
}

/// Puts a solution into the words of a result.
private func result(
  _ decay: FoldedDecay, _ fit: DecayFit, _ solution: DecayFit.Solution, _ edge: FoldedDecay.Edge,
  _ chosen: [(bin: Int, ns: Double)], _ bic: Double, _ models: [LifetimeModel], _ options: LifetimeOptions
) -> LifetimeResult {
  let covariance = fit.covariance(solution)
  /// The standard deviation of a parameter, of a logarithm relative.
  func sigma(_ i: Int) -> Double? {
    guard let variance = covariance?[i][i], variance > 0, variance.isFinite else { return nil }
    return variance.squareRoot()
  }
  let curve = fit.expected(solution.parameters)
  let counts = chosen.map { decay.counts[$0.bin] }
  let (chi2, cells) = pearsonChiSquare(counts, chosen.map { curve[$0.bin] })
  let freedom = cells - fit.parameterCount
  var residuals = [Double](repeating: 0, count: decay.counts.count)
  for (bin, _) in chosen {
    residuals[bin] = signedRootDeviance(Double(decay.counts[bin]), max(curve[bin], 1e-290)).r
  }
  let components = fit.components(solution)
  let stepPs = fit.grid.stepNs * 1e3
  let shiftIndex = fit.shape.parameterCount
  let shift = solution.parameters[shiftIndex]
  let background = exp(solution.parameters[0])
  var result = LifetimeResult(
    components: components.enumerated().map { i, component in
      LifetimeComponent(
        lifetimeNs: component.lifetime, lifetimeNsUncertainty: sigma(2 + 2 * i).map { $0 * component.lifetime },
        amplitude: component.amplitude, amplitudeUncertainty: sigma(1 + 2 * i).map { $0 * component.amplitude })
    },
    meanLifetimeNs: fit.means(solution.parameters), backgroundPerBin: background,
    backgroundPerBinUncertainty: sigma(0), chi2Reduced: freedom > 0 ? chi2 / Double(freedom) : nil,
    degreesOfFreedom: freedom, deviance: solution.deviance, binWidthPs: decay.binPs, histogram: decay.counts,
    fit: curve, residuals: residuals, fitStartNs: chosen.first?.ns ?? 0,
    fitStopNs: (chosen.last?.ns ?? 0) + decay.binPs / 1e3, pulseNs: edge.timePs / 1000,
    periodNs: decay.periodPs / 1000, counts: decay.counts.reduce(0, +), channels: [], decision: "",
    method: options.method.rawValue, bic: bic, models: models)
  if options.reachesRound {
    (result.fitStartNs, result.fitStopNs) = (options.fitStartNs ?? 0, options.fitStopNs ?? 0)
  }
  result.meanLifetimeNsUncertainty = covariance.flatMap {
    MeanLifetime(scatterAround: solution.parameters, covariance: $0, of: fit.means)
  }
  if let misfit = result.misfitWarning { result.warnings.append(misfit) }
  if fit.shape != .stretched { result.warnings += result.alikeWarnings }
  if fit.shape == .stretched {
    let exponent = exp(solution.parameters[3])
    result.stretchExponent = exponent
    result.stretchExponentUncertainty = sigma(3).map { $0 * exponent }
  }
  if fit.fitsShift {
    // a Gaussian's centre is the middle of its step 0
    let zero = if case .gaussian = options.response { 0.5 } else { 0.0 }
    result.shiftPs = moved((shift + zero) * stepPs, decay.periodPs)
    result.shiftPsUncertainty = sigma(shiftIndex).map { $0 * stepPs }
    result.response = fit.placedResponse(shift)
  }
  if options.findsIntervals {
    var names: [(Int, String, Int?)] = []
    for i in components.indices { names += [(2 + 2 * i, "lifetime_ns", i + 1), (1 + 2 * i, "amplitude", i + 1)] }
    names.append((0, "background_per_bin", nil))
    if fit.shape == .stretched { names.append((3, "stretch_exponent", nil)) }
    if fit.fitsShift { names.append((shiftIndex, "shift_ps", nil)) }
    for (index, name, component) in names {
      let value = solution.parameters[index]
      // where the information is singular the search begins at a tenth
      let width = sigma(index).map { index == 0 ? min($0 / background, 1) : $0 } ?? 0.1
      func told(_ x: Double) -> Double { index == shiftIndex ? (result.shiftPs ?? 0) + (x - value) * stepPs : exp(x) }
      let one = fit.profile(index, of: solution, sigma: width, rise: 1)
      let two = fit.profile(index, of: solution, sigma: width, rise: 3.841458820694124)
      result.intervals.append(
        LifetimeInterval(
          parameter: name, component: component, value: told(value), low68: one.low.map(told),
          high68: one.high.map(told),
          low95: two.low.map(told), high95: two.high.map(told)))
    }
  }
  return result
}

/// A shift within half a period of none.
private func moved(_ shiftPs: Double, _ periodPs: Double) -> Double {
  shiftPs - periodPs * (shiftPs / periodPs).rounded()
}
