import Glibc

/// How detection blinds the detector or the electronics to later photons.
public enum PileUp: Sendable, Hashable {
  /// One photon at most in a laser period (classical photon timing).
  case onePerPeriod
  /// A fixed dead time in nanoseconds after every recorded photon, of any number of periods; not prolonged by lost photons.
  case deadTime(ns: Double)

  /// The share of laser periods in which each bin could count.
  ///
  /// The live time of a bin is the number of periods less those in which an earlier record still blinded it, which the histogram
  /// itself tells. With `onePerPeriod` this is Coates's correction (J. Phys. E 1, 878 (1968)); a dead time that goes on into
  /// later periods is that of Isbaner et al. (Opt. Express 24, 9429 (2016)) for a dead time which lost photons do not prolong,
  /// in closed form since the record keeps what blinds. The share multiplies the model of a fit, so counts stay Poisson
  /// numbers. Bins must be short enough that one alone rarely counts twice.
  ///
  /// - Parameters:
  ///   - decay: of **one** detector, uncorrected.
  ///   - periods: laser periods in the recording.
  /// - Throws: ``AnalysisError`` where a bin was never live.
  public func liveShares(of decay: FoldedDecay, periods: Double) throws(AnalysisError) -> [Double] {
    let n = decay.counts.count
    let counts = decay.counts.map(Double.init)
    let total = counts.reduce(0, +)
    var blinded = [Double](repeating: 0, count: n)
    switch self {
    case .onePerPeriod:
      var before = 0.0
      for i in 0..<n {
        // half of the bin's own photons came before its middle
        blinded[i] = before + counts[i] / 2
        before += counts[i]
      }
    case .deadTime(let ns):
      // a longer one would blind the detector to nearly all of any recording
      guard ns >= 0, ns <= 1e12 else {
        throw AnalysisError("A dead time must lie between 0 and 1000 s, found \(ns) ns.")
      }
      let turn = max(n, Int((decay.periodPs / decay.binPs).rounded()))
      let whole = (ns * 1e3 / decay.periodPs).rounded(.down)
      let rest = (ns * 1e3 - whole * decay.periodPs) / decay.binPs
      // sums[k]: the photons before bin k over two periods, so that a window that wraps is one difference
      var sums = [0.0]
      sums.reserveCapacity(2 * turn + 1)
      for k in 0..<2 * turn { sums.append(sums[k] + (k % turn < n ? counts[k % turn] : 0)) }
      func before(_ place: Double) -> Double {
        let k = min(max(Int(place), 0), 2 * turn - 1)
        return sums[k] + (place - Double(k)) * (sums[k + 1] - sums[k])
      }
      for i in 0..<n {
        let end = Double(turn + i) + 0.5
        blinded[i] = whole * total + before(end) - before(end - rest)
      }
    }
    let shares = blinded.map { 1 - $0 / periods }
    guard let least = shares.min(), least > 0 else {
      throw AnalysisError(
        "The recorded photons blind the detector for longer than the recording lasts: the dead time or the number of laser "
          + "periods (\(periods)) cannot be right.")
    }
    return shares
  }
}
