/// Pulsed or continuous excitation.
public enum Excitation: String, Codable, Sendable {
  /// Laser pulses at a fixed rate: g2(0) is the centre peak over the side peaks.
  case pulsed
  /// Constant light: g2(0) is the coincidences around zero delay over those of independent photons.
  case cw
}

/// A time gate after the laser pulse.
///
/// A photon belongs to the pulse whose rising edge it follows. A gate that stops at a smaller delay than it starts at reaches round
/// the end of the period: it passes what comes late after a pulse and what comes early after one.
public struct TimeGate: Sendable, Hashable {
  /// From when the delay counts.
  public enum Reference: Sendable, Hashable {
    /// T3: the nanotime as recorded. T2 has none, so there this is the rising edge.
    case nanotime
    /// The half-rise point of each channel's folded decay.
    case risingEdge
  }
  /// The delay from which on photons pass, in nanoseconds: start ≤ delay < stop, or start ≤ delay or delay < stop.
  public var startNs: Double
  /// The delay from which on photons no longer pass, in nanoseconds; not `startNs`.
  public var stopNs: Double
  /// What both delays are counted from.
  public var reference: Reference

  /// A gate from `startNs` to `stopNs`; ``analyzeG2(header:options:blocks:replay:)`` throws where these are the same.
  public init(startNs: Double, stopNs: Double, reference: Reference = .nanotime) {
    self.startNs = startNs
    self.stopNs = stopNs
    self.reference = reference
  }

  /// Whether it reaches round the end of the period.
  package var reachesRound: Bool { startNs > stopNs }

  /// The part of a laser period that it keeps.
  func share(periodPs: Double) -> Double {
    min((stopNs - startNs) * 1000 / periodPs + (reachesRound ? 1 : 0), 1)
  }

  /// - Throws: ``AnalysisError`` for a gate without length or one that begins after the next pulse.
  func check(periodNs: Double) throws(AnalysisError) {
    guard stopNs != startNs else { throw AnalysisError("A time gate must not stop where it starts.") }
    guard !reachesRound || (stopNs >= 0 && startNs <= periodNs) else {
      throw AnalysisError(
        "A time gate that starts late and stops after the next pulse must start and stop between 0 and the laser period of "
          + "\(periodNs) ns, found \(startNs) to \(stopNs) ns.")
    }
  }
}

/// What to do in ``analyzeG2(header:options:blocks:replay:)``; every default finds the answer by itself.
public struct CorrelationOptions: Sendable {
  /// The two channels; nil takes the two busiest, the lower number first.
  public var channels: (first: UInt8, second: UInt8)?
  /// nil decides: T3 is pulsed; T2 is pulsed when a laser period is given, or found with peaks that
  /// stand apart (``PeriodSearch/resolvedDepth``).
  public var excitation: Excitation?
  /// The laser period in picoseconds where the caller knows it: within 15 kHz of the laser's frequency. It is refined.
  public var periodPs: Double?
  /// The width of a delay bin in picoseconds; nil: 1 ns in CW, 1/200 of the period if pulsed. It is rounded to a
  /// multiple of the instrument's resolution and to an even number of picoseconds.
  public var binPs: Double?
  /// The largest delay in picoseconds; nil: 1 µs in CW, 10 periods if pulsed. Rounded up to whole bins.
  public var rangePs: Double?
  /// K: coincidences are counted for pulse differences −K … K, all but the centre being side peaks.
  public var peaks: Int
  /// The pulse difference of the centre; nil finds it (see ``CenterPeak``).
  public var centerPeak: Int?
  /// The full width of the window around each peak in the estimator `peak_areas`, as a part of the period.
  public var peakWindow: Double
  /// Only photons inside the gate count; nil: all.
  public var gate: TimeGate?
  /// The stretches of time that the photons come from, where some were left out (see ``select(_:header:replay:)``); CW
  /// needs them for the pairs of independent light. nil: the whole recording.
  public var keptTime: KeptTime?
  /// nil: no correction.
  public var background: BackgroundLevel?
  /// nil: no correction.
  public var afterpulses: AfterpulseLevel?
  /// The shares of the two channels, once they are known.
  var afterpulseShares: [MeasuredValue]?
  /// CW: the delay of zero in picoseconds (cable delay).
  public var zeroDelayPs: Double
  /// CW: g2_zero is the mean over ± this many picoseconds around zero; nil: one bin on each side.
  public var zeroHalfWidthPs: Double?
  /// T2: the laser if it has been recovered already; nil recovers it.
  public var laser: RecoveredLaser?
  /// Which estimator gives `g2_zero` if pulsed.
  public var estimator: PulsedEstimator
  /// How many threads may work: with 2 one reads and one counts. The result does not depend on it.
  public var threads = 1

  /// Options for one measurement, unchecked here; ``analyzeG2(header:options:blocks:replay:)`` throws ``AnalysisError`` for
  /// `peaks` outside 1 … 100,000 or a `peakWindow` that is not above 0 and at most 1.
  public init(
    channels: (first: UInt8, second: UInt8)? = nil, excitation: Excitation? = nil, periodPs: Double? = nil,
    binPs: Double? = nil, rangePs: Double? = nil, peaks: Int = 20, centerPeak: Int? = nil, peakWindow: Double = 1,
    gate: TimeGate? = nil, background: BackgroundLevel? = nil, zeroDelayPs: Double = 0,
    zeroHalfWidthPs: Double? = nil, estimator: PulsedEstimator = .pulseNumber
  ) {
    self.channels = channels
    self.excitation = excitation
    self.periodPs = periodPs
    self.binPs = binPs
    self.rangePs = rangePs
    self.peaks = peaks
    self.centerPeak = centerPeak
    self.peakWindow = peakWindow
    self.gate = gate
    self.background = background
    self.zeroDelayPs = zeroDelayPs
    self.zeroHalfWidthPs = zeroHalfWidthPs
    self.estimator = estimator
  }

  /// The product by which background and afterpulses shrink 1 − g2(0); nil where neither is to be corrected.
  func signalProduct(
    channels: [Int], ratesHz: [Double], gateShare: Double, gates: [NanotimeGate]?
  ) throws -> MeasuredValue? {
    let light = try background?.product(channels: channels, ratesHz: ratesHz, gateShare: gateShare, gates: gates)
    guard let shares = afterpulseShares else { return light }
    let clicks = AfterpulseLevel.product(shares)
    guard let light else { return clicks }
    let value = light.value * clicks.value
    let relative = light.uncertainty / light.value
    let other = clicks.uncertainty / clicks.value
    return MeasuredValue(value, value * (relative * relative + other * other).squareRoot())
  }
}

/// How the coincidences of a pulsed source are counted.
public enum PulsedEstimator: String, Codable, Sendable {
  /// Pairs by the difference of their pulse numbers (T3: the sync number; T2: from the recovered laser phase).
  case pulseNumber = "pulse_number"
  /// Pairs whose delay lies within a window around k periods (plus the cable delay).
  case peakAreas = "peak_areas"
  /// A fit of all peaks with their lifetimes on a flat background (``PeakFit``).
  case peakFit = "peak_fit"
}
