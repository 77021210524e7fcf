import Glibc
import TimeTags

/// g2 of a pulsed source: coincidences by pulse number and by peak area, and the fine histogram.
struct PulsedCorrelation {
  /// Sub-bins per period of the histogram from which peak areas are summed.
  private static let subBins = 64

  let axis: DelayAxis
  var options: CorrelationOptions
  let periodPs: Double
  /// The delay of the second channel's edge after the first's, in picoseconds, without whole periods.
  let edgeDelayPs: Double
  var pulses: PairHistogram
  var fine: PairHistogram
  var areas: PairHistogram

  init(axis: DelayAxis, options: CorrelationOptions, periodPs: Double, edgeDelayPs: Double) throws {
    guard options.peaks >= 1, options.peaks <= 100_000 else {
      throw AnalysisError("The number of side peaks on each side must lie between 1 and 100000.")
    }
    guard options.peakWindow > 0, options.peakWindow <= 1 else {
      throw AnalysisError("The window of a peak must be a part of the period, above 0 and at most 1.")
    }
    if let center = options.centerPeak, abs(center) > options.peaks {
      throw AnalysisError("The centre peak \(center) lies outside the \(options.peaks) peaks on each side.")
    }
    self.axis = axis
    self.options = options
    self.periodPs = periodPs
    // whole periods belong to the centre peak
    self.edgeDelayPs = edgeDelayPs - (edgeDelayPs / periodPs).rounded() * periodPs
    let k = Int64(options.peaks)
    pulses = PairHistogram(firstEdge: -k, binWidth: 1, binCount: 2 * options.peaks + 1)
    fine = axis.histogram
    let period = periodPs * TagClock.ticksPerPicosecond
    let width = max(Int64((period / Double(Self.subBins)).rounded()), 1)
    let reach = (Double(options.peaks) + 0.5) * period
    let delay = self.edgeDelayPs * TagClock.ticksPerPicosecond
    let bins = Int((2 * reach / Double(width)).rounded(.up))
    areas = PairHistogram(firstEdge: Int64((delay - reach).rounded(.down)), binWidth: width, binCount: bins)
  }

  mutating func finish() {
    pulses.finish()
    fine.finish()
    areas.finish()
  }

  /// Peak areas for k = −K … K from the sub-bins, each counted where its centre lies.
  private var peakAreas: [Int] {
    var result = [Int](repeating: 0, count: 2 * options.peaks + 1)
    let period = periodPs * TagClock.ticksPerPicosecond
    let delay = edgeDelayPs * TagClock.ticksPerPicosecond
    for (i, count) in areas.counts.enumerated() where count > 0 {
      let center = Double(areas.firstEdge) + (Double(i) + 0.5) * Double(areas.binWidth)
      let position = (center - delay) / period
      let k = position.rounded()
      guard abs(position - k) <= options.peakWindow / 2, abs(Int(k)) <= options.peaks else { continue }
      result[Int(k) + options.peaks] += count
    }
    return result
  }

  func result(
    survey: RecordingSurvey, channels: [Int], gateShare: Double, gates: [NanotimeGate]?, decision: String
  ) throws -> CorrelationResult {
    let byArea = peakAreas
    let isByNumber = options.estimator == .pulseNumber
    let chosen = isByNumber ? pulses.counts : byArea
    guard chosen.reduce(0, +) > 0 else {
      throw AnalysisError("There are no coincidences within \(options.peaks) laser periods: nothing to normalize by.")
    }
    // Edges close to half a period apart may round one way or the other, so each estimator finds its own centre
    let center = options.centerPeak ?? CenterPeak.find(chosen)
    let areaCenter = options.centerPeak ?? (isByNumber ? CenterPeak.find(byArea) : center)
    let pulseCenter =
      options.centerPeak ?? (isByNumber ? center : CenterPeak.find(pulses.counts))
    let estimates = [
      PulsedEstimator.pulseNumber.rawValue: PulsedEstimate(areas: pulses.counts, center: pulseCenter),
      PulsedEstimator.peakAreas.rawValue: PulsedEstimate(areas: byArea, center: areaCenter),
    ]
    let counted = isByNumber ? PulsedEstimator.pulseNumber : .peakAreas
    guard let main = estimates[counted.rawValue], main.sidePeakMean > 0 else {
      throw AnalysisError("All side peaks are empty: nothing to normalize by.")
    }
    var fit: PeakFit?
    if options.estimator == .peakFit {
      guard options.gate == nil else {
        throw AnalysisError(
          "The peaks of gated photons are not exponential; take the estimator peak_areas with a gate.")
      }
      let delay = (Double(areaCenter) * periodPs + edgeDelayPs) * TagClock.ticksPerPicosecond
      let cells = PeakCells(areas, centerTicks: delay, periodTicks: periodPs * TagClock.ticksPerPicosecond)
      fit = try PeakFit(cells, periodNs: periodPs / 1e3)
    }
    let raw = MeasuredValue(fit?.value ?? main.value, fit?.uncertainty ?? main.uncertainty)
    let intervals = [fit?.interval ?? main.interval, fit?.interval95 ?? main.interval95]
    let seconds = options.keptTime?.seconds ?? survey.spanSeconds
    let photons = [pulses.events.first, pulses.events.second]
    let correction = try options.signalProduct(
      channels: channels, ratesHz: photons.map { Double($0) / max(seconds, 1e-12) }, gateShare: gateShare, gates: gates
    ).map { BackgroundCorrection(raw: raw, rhoSquared: $0, intervals: intervals) }
    let normalizations = PeakNormalizations(
      areas: chosen, center: isByNumber ? pulseCenter : areaCenter,
      expected: photons.reduce(1.0) { $0 * Double($1) } * periodPs * 1e-12 / max(seconds, 1e-12))
    let scale = periodPs / Double(axis.widthPs) / main.sidePeakMean
    return CorrelationResult(
      excitation: .pulsed, decision: decision, g2Zero: raw.value, g2ZeroUncertainty: raw.uncertainty,
      g2ZeroInterval: intervals[0], g2ZeroInterval95: intervals[1], peakFit: fit, centerCounts: main.centerCounts,
      sidePeaks: main.sidePeaks,
      sidePeakMean: main.sidePeakMean, centerPeak: center,
      centerDelayPs: Double(areaCenter) * periodPs + edgeDelayPs, periodPs: periodPs, estimator: options.estimator,
      estimates: estimates, normalizations: normalizations, backgroundCorrected: correction, channels: channels,
      photons: photons, durationS: seconds,
      binWidthPs: axis.widthPs, tauPs: axis.centersPs, coincidences: fine.counts,
      normalized: fine.counts.map { Double($0) * scale },
      normalizedUncertainty: fine.counts.map { Double(max($0, 1)).squareRoot() * scale })
  }
}
