import CGSL
import Glibc

/// What the instrument makes of light without duration.
public enum InstrumentResponse: Sendable, Hashable {
  /// A Gaussian; the share `tailShare` of the photons comes later by an exponential delay of mean `tailNs` (the diffusion tail of
  /// a silicon detector). Its centre is what is fitted as the shift, from the histogram's zero.
  case gaussian(fwhmNs: Double, tailShare: Double = 0, tailNs: Double = 0)
  /// A measured response over one period or a part of it, from the same zero as the decay.
  case measured(FoldedDecay)

  /// The response on the bins of a decay.
  ///
  /// A Gaussian stands in steps no longer than its standard deviation. A measured one stands on its own bins,
  /// which must be those of the decay or whole parts of them; what it shows away from its peak is floor and is taken off.
  ///
  /// - Throws: ``AnalysisError`` that says why it does not fit the decay.
  func grid(for decay: FoldedDecay) throws(AnalysisError) -> ResponseGrid {
    let binNs = decay.binPs / 1e3
    let periodNs = decay.periodPs / 1e3
    switch self {
    case .gaussian(let fwhm, let share, let tail):
      guard fwhm > 0, fwhm.isFinite, share >= 0, share < 1, tail >= 0, tail.isFinite, share == 0 || tail > 0 else {
        throw AnalysisError(
          "The response needs a width above 0, a tail share from 0 to below 1 and, with a share, a tail above 0.")
      }
      guard fwhm + 10 * (share > 0 ? tail : 0) < periodNs else {
        throw AnalysisError(
          "The response (\(fwhm) ns wide, tail \(share > 0 ? tail : 0) ns) is longer than the laser period of "
            + "\(rounded(periodNs)) ns.")
      }
      let sigma = fwhm / gaussianWidth
      let fine = min(max(Int((binNs / sigma).rounded(.up)), 1), 16)
      let steps = max(decay.counts.count, Int(periodNs / binNs * (1 + 1e-9))) * fine
      let step = binNs / Double(fine)
      // spreading the masses over their steps widens them by this much less
      let narrow = (sigma * sigma - step * step / 12 > 0 ? sigma * sigma - step * step / 12 : sigma * sigma)
        .squareRoot()
      var masses = [Double](repeating: 0, count: steps)
      // the centre lies in the middle of step 0; what comes before it stands at the end of the period
      for k in -Int(8 * sigma / step) - 1...Int((8 * sigma + 36 * (share > 0 ? tail : 0)) / step) + 1 {
        let t = Double(k) * step
        var density = (1 - share) * exp(-t * t / (2 * narrow * narrow)) / (narrow * (2 * Double.pi).squareRoot())
        if share > 0 {
          let z = (narrow / tail - t / narrow) / 2.0.squareRoot()
          density += share / (2 * tail) * exp(narrow * narrow / (2 * tail * tail) - t / tail + gsl_sf_log_erfc(z))
        }
        masses[((k % steps) + steps) % steps] += density
      }
      return ResponseGrid(
        bins: decay.counts.count, binNs: binNs, periodNs: periodNs, fine: fine, masses: masses)
    case .measured(let response):
      let ratio = decay.binPs / response.binPs
      let fine = ratio.rounded()
      guard fine >= 1, fine <= 64, abs(ratio - fine) < 1e-4 * fine else {
        throw AnalysisError(
          "The response has bins of \(rounded(response.binPs)) ps and the decay of \(rounded(decay.binPs)) ps: they must be "
            + "the decay's bins or a whole part of them. Record the response with the decay's settings.")
      }
      let turn = max(decay.counts.count, Int(decay.periodPs / decay.binPs * (1 + 1e-9)))
      let peak = try response.responsePeak()
      guard peak.range.upperBound <= turn * Int(fine) else {
        throw AnalysisError(
          "The response is still there \(rounded(Double(peak.range.upperBound) * response.binPs / 1e3)) ns after the sync, "
            + "longer than the laser period of \(rounded(periodNs)) ns.")
      }
      guard abs(response.periodPs / decay.periodPs - 1) < 1e-3 || response.periodPs < decay.periodPs else {
        throw AnalysisError(
          "The response was recorded at a laser period of \(rounded(response.periodPs / 1e3)) ns and the decay at "
            + "\(rounded(periodNs)) ns.")
      }
      var masses = [Double](repeating: 0, count: turn * Int(fine))
      for (i, mass) in zip(peak.range, response.aboveFloor(peak.range, floor: peak.floor)) { masses[i] = mass }
      let grid = ResponseGrid(
        bins: decay.counts.count, binNs: binNs, periodNs: periodNs, fine: Int(fine), masses: masses)
      guard grid.moments.deviation >= 2 else { return grid }
      return ResponseGrid(
        bins: decay.counts.count, binNs: binNs, periodNs: periodNs, fine: Int(fine), masses: sharpened(masses))
    }
  }
}

/// Masses with a sixth of a squared step off their variance: what the response's binning and the masses' spread put there.
///
/// A twelfth of the step from each mass to the next goes up that step, from none more than it has: a response below 0 would take
/// the fitted counts below 0 with it (antidiffusion with limited flows: Boris & Book, J. Comput. Phys. 11, 38 (1973)).
private func sharpened(_ masses: [Double]) -> [Double] {
  let n = masses.count
  // out of every mass to the one before it and to the one after
  let flows = masses.indices.map { i -> (back: Double, on: Double) in
    let back = max(masses[(i + n - 1) % n] - masses[i], 0) / 12
    let on = max(masses[(i + 1) % n] - masses[i], 0) / 12
    let share = back + on > masses[i] ? masses[i] / (back + on) : 1
    return (share * back, share * on)
  }
  return masses.indices.map { i in
    max(masses[i] - flows[i].back - flows[i].on, 0) + flows[(i + 1) % n].back + flows[(i + n - 1) % n].on
  }
}

/// A number as a sentence shows it.
private func rounded(_ x: Double) -> Double { (x * 1000).rounded() / 1000 }

extension FoldedDecay {
  /// Where a response's peak stands above its floor, and the floor.
  ///
  /// From the maximum both ways, until 8 bins together hold less than four standard deviations above the floor (the median).
  fileprivate func responsePeak() throws(AnalysisError) -> (range: Range<Int>, floor: Double) {
    let total = counts.reduce(0, +)
    guard total >= 1000, let top = counts.indices.max(by: { counts[$0] < counts[$1] }) else {
      throw AnalysisError("The response holds \(total) counts; at least 1000 are needed.")
    }
    let median = ranked(counts, counts.count / 2)
    let width = 8
    func stands(_ range: Range<Int>) -> Bool {
      let sum = Double(counts[range].reduce(0, +))
      let floor = median * Double(range.count)
      return sum > floor + 4 * (floor + 1).squareRoot()
    }
    var low = top
    while low > 0, stands(max(low - width, 0)..<low) { low -= 1 }
    var high = top + 1
    while high < counts.count, stands(high..<min(high + width, counts.count)) { high += 1 }
    guard high - low < counts.count * 2 / 5 else {
      throw AnalysisError(
        "The response fills nearly half of the laser period or more: it is too long, or a decay and no response.")
    }
    // the floor's mean beside the peak, which a median of whole numbers is not
    let outside = counts[..<low].reduce(0, +) + counts[high...].reduce(0, +)
    return (low..<high, Double(outside) / Double(counts.count - (high - low)))
  }

  /// What stands above the floor in a range around the maximum, in no bin less than nothing: what a bin lacks is taken from the next
  /// nearer the maximum, so that the sum stays.
  fileprivate func aboveFloor(_ range: Range<Int>, floor: Double) -> [Double] {
    var masses = counts[range].map { Double($0) - floor }
    let top = masses.indices.max { masses[$0] < masses[$1] } ?? 0
    func settle(_ i: Int, _ next: Int) {
      guard masses[i] < 0 else { return }
      masses[next] += masses[i]
      masses[i] = 0
    }
    for i in 0..<top { settle(i, i + 1) }
    for i in stride(from: masses.count - 1, to: top, by: -1) { settle(i, i - 1) }
    return masses
  }

  /// Reads a response (or a decay) from two columns, time in nanoseconds at the middle of a bin and counts, as `lifetime --csv`
  /// writes them.
  ///
  /// A line of words may head the columns; lines that begin with # are comments; further columns are ignored. Times are evenly
  /// spaced.
  ///
  /// - Parameter periodPs: of the laser; the columns may end before it.
  /// - Throws: ``AnalysisError`` that names the line which cannot be read.
  public init(text: String, file: String, periodPs: Double) throws(AnalysisError) {
    var times: [Double] = []
    var counts: [Int] = []
    for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let cells = line.split { $0 == "," || $0 == ";" || $0 == "\t" || $0 == " " }.map(String.init)
      if cells.isEmpty || cells[0].hasPrefix("#") { continue }
      if times.isEmpty, cells.allSatisfy({ Double($0) == nil }) { continue }
      guard cells.count >= 2, let time = Double(cells[0]), let count = Double(cells[1]) else {
        throw AnalysisError("\(file):\(number + 1): expected a time in ns and counts, found '\(line)'")
      }
      guard count >= 0, count < 1e15, count == count.rounded() else {
        throw AnalysisError("\(file):\(number + 1): expected whole counts, 0 or more, found '\(cells[1])'")
      }
      times.append(time)
      counts.append(Int(count))
    }
    guard times.count >= 2, let first = times.first, let last = times.last, last > first else {
      throw AnalysisError("\(file): a response needs two lines of time and counts at least, times rising")
    }
    let binNs = (last - first) / Double(times.count - 1)
    for (i, time) in times.enumerated() where abs(time - first - Double(i) * binNs) > 0.01 * binNs {
      throw AnalysisError("\(file): the times are not evenly spaced (\(time) ns)")
    }
    let before = max(Int((first / binNs - 0.5).rounded()), 0)
    self.init(counts: [Int](repeating: 0, count: before) + counts, binPs: binNs * 1e3, periodPs: periodPs)
  }
}
