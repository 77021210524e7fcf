import TimeTags

/// How much signal and how much background a gate keeps, the background being flat over the delays that the recording holds.
struct SignalAndBackground {
  private let below: [Int]
  private let background: Double
  private let backgroundUncertainty: Double
  private let rangeNs: Double

  /// - Parameters:
  ///   - countsByCell: photons of both channels by delay.
  ///   - rangeNs: the range of delays over which the background is spread.
  init(countsByCell: [Int], background: GateScanResult.Background, rangeNs: Double) {
    var below = [0]
    for count in countsByCell { below.append(below[below.count - 1] + count) }
    self.below = below
    let all = Double(below[below.count - 1])
    self.background = background.share * all
    backgroundUncertainty = background.shareUncertainty * all
    self.rangeNs = rangeNs
  }

  /// Photons inside some cells.
  func photons(_ cells: Range<Int>) -> Int { below[cells.upperBound] - below[cells.lowerBound] }

  /// The share of the background inside a gate of this length.
  func backgroundKept(lengthNs: Double) -> Double { min(lengthNs / rangeNs, 1) }

  /// The share of the signal: s = (G − xB)/(N − B) with G of N photons inside the gate and the share x of the background B.
  /// Its error has two parts, G being binomial: σ_G/(N − B) and (s − x) σ_B/(N − B).
  func signalKept(_ cells: Range<Int>, lengthNs: Double) -> MeasuredValue {
    let inside = Double(photons(cells))
    let all = Double(below[below.count - 1])
    let share = backgroundKept(lengthNs: lengthNs)
    let signal = all - background
    guard signal > 0 else { return MeasuredValue(0, 0) }
    let kept = (inside - share * background) / signal
    let counting = inside * (1 - inside / all) / (signal * signal)
    let level = (kept - share) * backgroundUncertainty / signal
    return MeasuredValue(kept, (counting + level * level).squareRoot())
  }
}

/// The background as the caller knows it, or as the flat part of a fit of two exponentials to the decay.
func flatBackground(
  _ header: RecordingHeader, _ options: CorrelationOptions, _ laser: LaserSync, channels: [UInt8], photons: [Int],
  seconds: Double, replay: Replay
) throws -> GateScanResult.Background {
  let all = Double(photons.reduce(0, +))
  if let level = options.background {
    let shares: [Double]
    switch level.kind {
    case .signalFraction(let first, let second): shares = [1 - first, 1 - second]
    case .ratesHz(let rates):
      shares = zip(channels, photons).map { (rates[Int($0)] ?? 0) * seconds / Double(max($1, 1)) }
    case .measured(let background):
      // taken as flat, like a rate
      shares = zip(channels, photons).map {
        background.rateHz(channel: Int($0), gate: nil, gateShare: 1).value * seconds / Double(max($1, 1))
      }
    }
    for (channel, share) in zip(channels, shares) where !(share >= 0 && share < 1) {
      throw AnalysisError(
        "The background leaves a signal fraction of \(1 - share) in channel \(channel); it must lie above 0 and not above 1."
      )
    }
    return .init(
      share: zip(shares, photons).reduce(0) { $0 + $1.0 * Double($1.1) } / all, shareUncertainty: level.uncertainty,
      source: "given by the caller")
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
