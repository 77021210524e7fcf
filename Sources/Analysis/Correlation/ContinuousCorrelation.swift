import TimeTags

/// g2 of a continuously excited source: all pairs, linear bins, normalized by the pairs of independent streams.
///
/// With N1 and N2 photons placed independently in a span T, the expected pairs in a bin of width w at delay τ are
/// N1 N2 w (T − |τ|)/T² (Wahl et al., Opt. Express 11, 3583 (2003), for the finite-length term). Where only some stretches of
/// time are kept, T is their sum and T − |τ| the time that is kept together with that a delay later.
struct ContinuousCorrelation {
  let axis: DelayAxis
  let options: CorrelationOptions

  func result(
    _ pairs: PairCounts, seconds recorded: Double, channels: [Int], gates: [NanotimeGate]?, periodPs: Double?,
    decision: String
  ) throws -> CorrelationResult {
    let counts = pairs.counts
    let n1 = Double(pairs.events.first)
    let n2 = Double(pairs.events.second)
    let span = options.keptTime.map { $0.seconds * 1e12 } ?? recorded * 1e12
    guard n1 > 0, n2 > 0, span > 0 else {
      throw AnalysisError("The recording has no photons in one of the two channels inside the gate.")
    }
    let width = Double(axis.widthPs)
    let centers = axis.centersPs
    func common(_ delay: Double) -> Double {
      guard let kept = options.keptTime else { return max(span - abs(delay), 0) }
      return kept.overlap(ofDelay: delay * TagClock.ticksPerPicosecond) / TagClock.ticksPerPicosecond
    }
    let expected = centers.map { n1 * n2 * width * common(Double($0)) / (span * span) }
    let normalized = zip(counts, expected).map { $1 > 0 ? Double($0) / $1 : 0 }
    // an empty bin has the error of one count, so that it weighs something in a fit
    let errors = zip(counts, expected).map { $1 > 0 ? Double(max($0, 1)).squareRoot() / $1 : 0 }

    let half = options.zeroHalfWidthPs ?? width
    var zeroCounts = 0
    var zeroExpected = 0.0
    for (i, center) in centers.enumerated() where abs(Double(center) - options.zeroDelayPs) <= half {
      zeroCounts += counts[i]
      zeroExpected += expected[i]
    }
    guard zeroExpected > 0 else { throw AnalysisError("The delay of zero lies outside the range of the histogram.") }
    let interval = ConfidenceInterval(poissonMeanOf: zeroCounts, over: zeroExpected, confidence: oneSigma)
    let interval95 = ConfidenceInterval(poissonMeanOf: zeroCounts, over: zeroExpected, confidence: twoSigma)
    let raw = MeasuredValue(
      Double(zeroCounts) / zeroExpected,
      zeroCounts > 0 ? Double(zeroCounts).squareRoot() / zeroExpected : interval.high)
    let seconds = span * 1e-12
    let correction = try options.signalProduct(
      channels: channels, ratesHz: [n1 / seconds, n2 / seconds], gateShare: 1, gates: gates
    ).map { BackgroundCorrection(raw: raw, rhoSquared: $0, intervals: [interval, interval95]) }
    return CorrelationResult(
      excitation: .cw, decision: decision, g2Zero: raw.value, g2ZeroUncertainty: raw.uncertainty,
      g2ZeroInterval: interval,
      g2ZeroInterval95: interval95, peakFit: nil,
      centerCounts: zeroCounts, sidePeaks: 0, sidePeakMean: nil, centerPeak: nil, centerDelayPs: options.zeroDelayPs,
      periodPs: periodPs, estimator: nil, estimates: [:], normalizations: nil, backgroundCorrected: correction,
      channels: channels,
      photons: [pairs.events.first, pairs.events.second], durationS: seconds, binWidthPs: axis.widthPs,
      tauPs: centers, coincidences: counts, normalized: normalized, normalizedUncertainty: errors)
  }
}
