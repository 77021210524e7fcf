import Glibc
import TimeTags

/// How much signal and how much background a gate keeps.
struct SignalAndBackground {
  /// Where the background lies.
  enum Shape {
    /// Evenly over a range of delays in nanoseconds.
    case flat(rangeNs: Double)
    /// As the counts of a recording of the background by cell, of which each stands for `scale` photons here.
    case measured(countsByCell: [Int], scale: Double)
  }

  private let below: [Int]
  private let background: Double
  private let backgroundUncertainty: Double
  private let shape: Shape
  private let measuredBelow: [Int]

  /// - Parameters:
  ///   - countsByCell: photons of both channels by delay.
  ///   - background: its share of all photons.
  init(countsByCell: [Int], background: GateScanResult.Background, shape: Shape) {
    func sums(_ counts: [Int]) -> [Int] { counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) } }
    below = sums(countsByCell)
    let all = Double(below[below.count - 1])
    self.background = background.share * all
    backgroundUncertainty = background.shareUncertainty * all
    self.shape = shape
    if case .measured(let counts, _) = shape { measuredBelow = sums(counts) } else { measuredBelow = [] }
  }

  /// Whether the background's delays are those of a recording.
  var isMeasured: Bool { if case .measured = shape { true } else { false } }

  /// Photons inside some cells.
  func photons(_ cells: GateWindow) -> Int { Self.counts(below, cells) }

  private static func counts(_ below: [Int], _ cells: GateWindow) -> Int {
    let inside = below[cells.range.upperBound] - below[cells.range.lowerBound]
    return cells.isOutside ? below[below.count - 1] - inside : inside
  }

  /// The share of the background inside a gate of these cells and this length.
  func backgroundKept(_ cells: GateWindow, lengthNs: Double) -> Double {
    switch shape {
    case .flat(let rangeNs): min(lengthNs / rangeNs, 1)
    case .measured:
      Double(Self.counts(measuredBelow, cells)) / Double(max(measuredBelow[measuredBelow.count - 1], 1))
    }
  }

  /// The share of the signal: s = (G − xB)/(N − B) with G of N photons inside the gate and the share x of the background B.
  ///
  /// G is binomial: σ_G/(N − B). A flat background of known shape adds (s − x) σ_B/(N − B); of a recorded one the counts
  /// inside and outside scatter on their own, and add (1 − s) σ_in/(N − B) and s σ_out/(N − B).
  func signalKept(_ cells: GateWindow, lengthNs: Double) -> MeasuredValue {
    let inside = Double(photons(cells))
    let all = Double(below[below.count - 1])
    let share = backgroundKept(cells, lengthNs: lengthNs)
    let signal = all - background
    guard signal > 0 else { return MeasuredValue(0, 0) }
    let kept = (inside - share * background) / signal
    let counting = inside * (1 - inside / all) / (signal * signal)
    let level: Double
    switch shape {
    case .flat: level = (kept - share) * backgroundUncertainty / signal
    case .measured(_, let scale):
      let counts = Double(measuredBelow[measuredBelow.count - 1])
      level =
        scale * ((1 - kept) * (1 - kept) * share * counts + kept * kept * (1 - share) * counts).squareRoot() / signal
    }
    return MeasuredValue(kept, (counting + level * level).squareRoot())
  }
}

/// The level of the background as the caller knows it, or as the flat part of a fit of two exponentials to the decay.
func flatBackground(
  _ header: RecordingHeader, _ options: CorrelationOptions, _ laser: LaserSync, channels: [UInt8], photons: [Int],
  seconds: Double, replay: Replay
) throws -> GateScanResult.Background {
  let all = Double(photons.reduce(0, +))
  if let level = options.background {
    let shares: [Double]
    var uncertainty = level.uncertainty
    var source = "given by the caller"
    switch level.kind {
    case .signalFraction(let first, let second): shares = [1 - first, 1 - second]
    case .ratesHz(let rates):
      shares = try zip(channels, photons).map {
        try BackgroundLevel.rateHz(of: Int($0), in: rates) * seconds / Double(max($1, 1))
      }
    case .measured(let background):
      let rates = channels.map { background.rateHz(channel: Int($0), gate: nil, gateShare: 1) }
      shares = zip(rates, photons).map { $0.value * seconds / Double(max($1, 1)) }
      uncertainty = hypot(uncertainty, rates.reduce(0) { hypot($0, $1.uncertainty) } * seconds / max(all, 1))
      source = "a recording of the background"
    }
    for (channel, share) in zip(channels, shares) where !(share >= 0 && share < 1) {
      throw AnalysisError(
        "The background leaves a signal fraction of \(1 - share) in channel \(channel); it must lie above 0 and not above 1."
      )
    }
    return .init(
      share: zip(shares, photons).reduce(0) { $0 + $1.0 * Double($1.1) } / all, shareUncertainty: uncertainty,
      source: source)
  }
  var fit: LifetimeResult?
  for components in [2, 1] where fit?.backgroundPerBinUncertainty == nil {
    var lifetime = LifetimeOptions(components: components, channels: channels, periodPs: options.periodPs)
    if laser.pulses != nil { lifetime.laser = RecoveredLaser(laser) }
    do {
      fit = try analyzeLifetime(header: header, options: lifetime, replay: replay)
    } catch is AnalysisError {
      // too few photons for this many components, or for any
    }
  }
  guard let fit, let uncertainty = fit.backgroundPerBinUncertainty, fit.counts > 0 else {
    return .init(share: 0, shareUncertainty: 0, source: "unknown: the decay does not determine it; taken as none")
  }
  let bins = Double(fit.histogram.count) / Double(fit.counts)
  return .init(
    share: min(fit.backgroundPerBin * bins, 1), shareUncertainty: uncertainty * bins,
    source: "flat part of a fit of \(fit.components.count) exponential(s) to the decay")
}
