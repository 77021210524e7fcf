import Glibc

/// What a click does to the clicks after it on its own detector, which is blind for a dead time and has afterpulses.
///
/// The linear response of a self-exciting point process (Hawkes, Biometrika 58, 83 (1971)) with a dead time that lost clicks do not
/// prolong, about the rates that a folded decay tells. A click has its afterpulse where the detector is live by then; the clicks
/// that are missing in the dead time on both sides of it have none; an afterpulse hides other clicks for a dead time, and may have one
/// itself. With a tenth of a click per pulse all this takes a fifth off the pairs that afterpulses make.
struct ClickResponse {
  /// A detector and its light.
  struct Detector {
    /// The clicks by the time in the period.
    var decay: FoldedDecay
    /// The bins of `decay` that a gate keeps for the second click of a pair; empty: all.
    var keeps: [Bool] = []
    /// The mean clicks in a period.
    var clicksPerPeriod: Double
    /// Where a pulse number begins.
    var pulseStartPs = 0.0
    /// The dead time after a click.
    var deadTimeNs: Double

    /// - Throws: ``AnalysisError`` where the detector is blind for so much of the time that the linear response is off by more than 5 %.
    func check() throws(AnalysisError) {
      let blind = clicksPerPeriod * deadTimeNs * 1e3 / decay.periodPs
      guard blind < 0.3 else {
        throw AnalysisError(
          "A detector is blind for \((100 * blind).rounded()) % of the time, and its afterpulses cannot be read from the recording: "
            + "give their share, as in \"1 %\".")
      }
    }
  }

  /// By pulse difference from 1 on: the pairs with a kept click beyond those of independent clicks, per kept click.
  private(set) var excess: [Double]
  /// The share of the kept clicks that are the afterpulse of one in an earlier pulse.
  private(set) var inLaterPulses = 0.0

  /// - Parameters:
  ///   - share: of the clicks that have an afterpulse.
  ///   - delayNs: its mean delay beyond the dead time, above 0.
  ///   - pulses: how many differences.
  init(_ detector: Detector, share: Double, delayNs: Double, pulses: Int) {
    let decay = detector.decay
    // steps short against pulses and dead times, few where there are many pulses to go through
    let cells = min(max(3200 / pulses, 8), 64, decay.counts.count)
    let (rates, kept) = Self.rates(detector, cells: cells)
    let keptClicks = zip(rates, kept).reduce(0) { $0 + $1.0 * $1.1 }
    excess = [Double](repeating: 0, count: pulses)
    guard keptClicks > 0 else { return }

    let dead = detector.deadTimeNs * 1e3 / decay.periodPs * Double(cells)
    let (whole, part) = (Int(dead), dead - dead.rounded(.down))
    let reach = whole + 2
    /// Of a cell's length, how much lies within the dead time before the middle of the n-th cell after it.
    func window(_ n: Int) -> Double { min(max(dead - max(Double(n) - 0.5, 0), 0), n == 0 ? 0.5 : 1) }
    /// Of pairs of times in two cells n apart, how many are closer than the dead time.
    func deadShare(_ n: Int) -> Double {
      let beyond = min(max(dead - Double(abs(n)), -1), 1)
      if n == 0 { return beyond * (2 - beyond) }
      return beyond < 0 ? (1 + beyond) * (1 + beyond) / 2 : 1 - (1 - beyond) * (1 - beyond) / 2
    }
    func cell(_ n: Int) -> Int { (n % cells + cells) % cells }
    let live = (0..<cells).map { i in
      max(1 - (0..<reach).reduce(0) { $0 + rates[cell(i - $1)] * window($1) }, 0.01)
    }
    let (atEnd, beforeEnd) = (window(whole + 1), window(whole))
    let inCell = decay.periodPs / Double(cells) / 1e3 / delayNs
    let (stays, falls) = (exp(-inCell), -expm1(-inCell))
    // of afterpulses that begin to wait anywhere in a cell this much comes after it
    let later = falls / inCell

    // all[j]: the clicks that are more in the cells before the j-th; others[j]: less what comes of the click's own afterpulse
    var all = [Double](repeating: 0, count: (pulses + 1) * cells + reach + 1)
    var others = all
    for start in 0..<cells where rates[start] > 0 {
      /// The clicks that are more in the cells from one to another, counted from the first click's.
      func more(_ sums: [Double], _ from: Int, _ to: Int) -> Double {
        sums[max(to + reach, 0)] - sums[max(from + reach, 0)]
      }
      /// Those within the dead time before the middle of a cell, without the cell itself.
      func blinding(_ sums: [Double], _ i: Int) -> Double {
        atEnd * more(sums, i - whole - 1, i - whole)
          + (whole > 0 ? beforeEnd * more(sums, i - whole, i - whole + 1) + more(sums, i - whole + 1, i) : 0)
      }
      /// The afterpulses that begin to wait.
      func entering(_ sums: [Double], _ i: Int) -> Double {
        // those of the same cell wait from the next one on
        let last = min(i - whole, i - 1)
        return (1 - part) * more(sums, last, last + 1) + part * more(sums, i - whole - 1, i - whole)
      }
      var (waitingAll, waitingOthers, own) = (0.0, 0.0, 0.0)
      for i in -reach..<((pulses + 1) * cells - start) {
        let here = cell(start + i)
        func coming(_ waiting: inout Double, _ entering: Double) -> Double {
          defer { waiting = stays * waiting + later * entering }
          return share * (falls * waiting + (1 - later) * entering)
        }
        let comingAll = coming(&waitingAll, entering(all, i))
        let comingOthers = coming(&waitingOthers, entering(others, i))
        var comingOwn = coming(&own, i == whole ? 1 - part : i == whole + 1 ? part : 0)
        let missing = -deadShare(i) * rates[here]
        var (ofAll, ofOthers) = (missing, missing)
        if i > 0 {
          let (free, candidates) = (1 - deadShare(i), rates[here] / live[here])
          // no other click blinds the detector in the dead time of this one
          comingOwn *= live[here] - blinding(others, i)
          ofAll += free * (live[here] * comingAll - candidates * blinding(all, i)) + comingOwn
          ofOthers += free * (live[here] * comingOthers - candidates * blinding(others, i))
        }
        all[i + reach + 1] = all[i + reach] + ofAll
        others[i + reach + 1] = others[i + reach] + ofOthers
        let pulse = (start + i) / cells
        guard i > 0, pulse > 0 else { continue }
        let weight = rates[start] * kept[here] / keptClicks
        excess[pulse - 1] += weight * ofAll
        inLaterPulses += weight * comingOwn
      }
    }
  }

  /// The clicks in each of so many parts of a period, and how much of each a gate keeps.
  private static func rates(_ detector: Detector, cells: Int) -> (rates: [Double], kept: [Double]) {
    let decay = detector.decay
    let total = Double(max(decay.counts.reduce(0, +), 1))
    let start = detector.pulseStartPs / decay.binPs
    let perCell = decay.periodPs / decay.binPs / Double(cells)
    let turn = max(decay.periodPs / decay.binPs, Double(decay.counts.count))
    var rates = [Double](repeating: 0, count: cells)
    var kept = [Double](repeating: detector.keeps.isEmpty ? 1 : 0, count: cells)
    for (bin, count) in decay.counts.enumerated() {
      let place = (Double(bin) + 0.5 - start + turn).truncatingRemainder(dividingBy: turn)
      let cell = min(Int(place / perCell), cells - 1)
      rates[cell] += Double(count) / total * detector.clicksPerPeriod
      if !detector.keeps.isEmpty, detector.keeps[bin] { kept[cell] += 1 / perCell }
    }
    return (rates, kept)
  }
}
