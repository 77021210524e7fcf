import Bench
import CGSL
import Emitters
import Simulation
import Testing
import TimeTags

/// Two recordings of one bench, from the two engines, held against each other stretch by stretch.
///
/// Both engines draw the same trajectory of hidden states (it has its own stream), so blinking is the same in both and what
/// is left of the difference of a stretch has mean zero. Levels that bunch the light (shelves) make counts noisier than
/// Poisson; the noise is therefore taken from the stretches (paired Student test).
struct EngineComparison {
  let bench: Bench
  let fast: Stream
  let reference: Stream
  let stretches = 40

  init(_ bench: Bench, seed: UInt64) {
    self.bench = bench
    fast = Stream(bench, seed: seed)
    reference = Stream(bench, seed: seed, engine: .reference)
  }

  private func stretch(_ truth: RecordTruth) -> Int {
    max(0, min(stretches - 1, Int(Double(truth.detectionTime) / 16e12 / bench.durationSeconds * Double(stretches))))
  }

  /// Counts per class and stretch.
  func counts(_ stream: Stream, classes: Int, of which: (Int) -> Int?) -> [[Double]] {
    var counts = [[Double]](repeating: [Double](repeating: 0, count: stretches), count: classes)
    for i in stream.truths.indices {
      if let c = which(i) { counts[c][stretch(stream.truths[i])] += 1 }
    }
    return counts
  }

  /// Holds the numbers of some classes of records against each other; classes with few records are left to the others.
  func expectAlike(_ name: String, classes: Int, of which: (Stream, Int) -> Int?) {
    let a = counts(fast, classes: classes) { which(fast, $0) }
    let b = counts(reference, classes: classes) { which(reference, $0) }
    for c in 0..<classes { expectAlike(a[c], b[c], "\(bench.name), \(name) \(c)") }
  }

  /// A paired test of per-stretch numbers.
  ///
  /// - Parameter fewArePoisson: whether numbers too small for it can be tested as Poisson; those of pairs cannot, because
  ///   one photon may have many partners.
  func expectAlike(_ a: [Double], _ b: [Double], _ what: Comment, fewArePoisson: Bool = true) {
    let (sumA, sumB) = (a.reduce(0, +), b.reduce(0, +))
    guard sumA + sumB > 0, a != b else { return }
    if sumA + sumB < 20 * Double(stretches) {
      guard fewArePoisson else { return }
      // Few: Poisson enough. Given the sum, one of two equal means is binomial with a half.
      let below = gsl_cdf_binomial_P(UInt32(sumA), 0.5, UInt32(sumA + sumB))
      let above = sumA == 0 ? 1 : gsl_cdf_binomial_Q(UInt32(sumA - 1), 0.5, UInt32(sumA + sumB))
      #expect(below > falseAlarm / 2 && above > falseAlarm / 2, "\(what): \(sumA) and \(sumB)")
      return
    }
    let differences = zip(a, b).map { $0 - $1 }
    let n = Double(differences.count)
    let mean = differences.reduce(0, +) / n
    let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    let t = mean / (variance / n).squareRoot()
    #expect(gsl_cdf_tdist_Q(abs(t), n - 1) > falseAlarm / 2, "\(what): \(sumA) and \(sumB), t = \(t)")
  }

  /// Truth labels: records per origin.
  func labels() {
    expectAlike("origin", classes: fast.origins.origins.count) { stream, i in Int(stream.truths[i].origin) }
  }

  /// The decay after the pulse, in cells that widen with the delay.
  func decay() {
    guard let period = bench.excitation.periodNanoseconds else { return }
    let cells = 24
    expectAlike("delay cell", classes: cells) { stream, i in
      // Times are cut to sixteenths of a picosecond, pulses as well.
      let time = Double(stream.truths[i].detectionTime + 1) / 16_000
      let phase = (time / period - (time / period).rounded(.down))
      return min(cells - 1, Int(Double(cells) * phase.squareRoot()))
    }
  }

  /// g2 at all delays: pairs of records with cells of equal width in the logarithm of their delay, within and across
  /// channels, from 10 ps to a hundredth of the recording.
  func correlation() {
    let cells = 60
    let limit = bench.durationSeconds / 100 * 16e12
    func pairs(_ stream: Stream) -> [[Double]] {
      let times = stream.truths.map(\.detectionTime)
      var counts = [[Double]](repeating: [Double](repeating: 0, count: stretches), count: cells)
      // Partners by delay: at most fifty each, so that long delays are sampled and not exhausted.
      for i in times.indices {
        var j = i + 1
        while j < times.count, j <= i + 50, Double(times[j] - times[i]) < limit {
          let decades = gsl_sf_log(max(160, Double(times[j] - times[i])) / 160) / 2.302585092994046
          counts[min(cells - 1, Int(decades * 6))][stretch(stream.truths[i])] += 1
          j += 1
        }
      }
      return counts
    }
    let (a, b) = (pairs(fast), pairs(reference))
    for c in 0..<cells {
      expectAlike(a[c], b[c], "\(bench.name), delay from \(c)/6 decades above 10 ps", fewArePoisson: false)
    }
  }

  /// The centre coincidence peak and its neighbours under pulsed excitation.
  func peaks() {
    guard let period = bench.excitation.periodNanoseconds else { return }
    let a = fast.coincidencesByPulse(period: period, upTo: 5)
    let b = reference.coincidencesByPulse(period: period, upTo: 5)
    for k in a.indices where a[k] + b[k] > 0 {
      // Hidden states, the same for both, correlate pairs; what is left is Poisson when few photons pair twice.
      let (x, y) = (Double(a[k]), Double(b[k]))
      #expect(abs(x - y) < 4.9 * (1.3 * (x + y)).squareRoot() + 5, "\(bench.name), peak \(k - 5): \(x) and \(y)")
    }
  }

  /// Dwell times: the trajectories of hidden states are equal.
  func dwells() {
    #expect(fast.changes == reference.changes)
  }

  func all() {
    labels()
    decay()
    correlation()
    peaks()
    dwells()
  }
}
