import Glibc

/// The instrument response on the steps of a fit: a mass for every step of the period, spread evenly over its step.
///
/// Spread masses make bins smooth functions of the response's place, which points would not. The spread widens the response by
/// 1/12 of a squared step; who makes the masses takes that off. Steps are bins or whole parts of one.
package struct ResponseGrid {
  /// Bins of the histogram.
  let bins: Int
  /// Whole bins in a period, at least `bins`.
  let turn: Int
  /// Steps per bin.
  let fine: Int
  /// The length of a step in nanoseconds.
  let stepNs: Double
  /// The period in nanoseconds.
  let periodNs: Double
  /// One mass per step of the period, together 1. None is below 0: where it took the expected counts below 0 a fit would stall.
  let masses: [Double]
  /// The masses are points in the middle of their steps instead.
  let isPoint: Bool
  /// The steps between which the masses lie.
  let window: Range<Int>

  /// A response with given masses; they are normalised.
  package init(bins: Int, binNs: Double, periodNs: Double, fine: Int = 1, masses: [Double], isPoint: Bool = false) {
    self.isPoint = isPoint
    self.bins = bins
    turn = max(bins, Int(periodNs / binNs * (1 + 1e-9)))
    self.fine = fine
    stepNs = binNs / Double(fine)
    self.periodNs = periodNs
    let sum = masses.reduce(0, +)
    var all = masses.prefix(turn * fine).map { $0 / sum }
    all += [Double](repeating: 0, count: turn * fine - all.count)
    self.masses = all
    let first = all.firstIndex { $0 != 0 } ?? 0
    window = first..<((all.lastIndex { $0 != 0 } ?? first) + 1)
  }

  /// Steps in a period.
  var steps: Int { turn * fine }
  /// The length of a bin in nanoseconds.
  var binNs: Double { stepNs * Double(fine) }
  /// The part of the period after its last whole bin, in nanoseconds.
  var gapNs: Double { max(periodNs - Double(turn) * binNs, 0) }

  /// The mean and the standard deviation of the response in steps, from the middle of step 0; masses up to half a period before
  /// the highest are before it.
  var moments: (mean: Double, deviation: Double) {
    let top = masses.indices.max { masses[$0] < masses[$1] } ?? 0
    var mean = 0.0
    var square = 0.0
    for i in window {
      var k = i - top
      if k > steps / 2 { k -= steps } else if k < -steps / 2 { k += steps }
      mean += masses[i] * Double(k)
      square += masses[i] * Double(k * k)
    }
    return (mean + Double(top), max(square - mean * mean, 0).squareRoot())
  }

  /// The rise of the response from 10 to 90 % of its highest mass in picoseconds, to a step; nil for points.
  var risePs: Double? {
    guard !isPoint, let top = masses.indices.max(by: { masses[$0] < masses[$1] }) else { return nil }
    /// The steps back from the highest mass to where the response last was below a share of it.
    func back(_ share: Double) -> Int {
      (0..<steps).first { masses[(top - $0 + steps) % steps] < share * masses[top] } ?? steps
    }
    return Double(back(0.1) - back(0.9)) * stepNs * 1e3
  }
}
