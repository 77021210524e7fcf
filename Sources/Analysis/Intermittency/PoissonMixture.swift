import Glibc
import Threads

/// A mixture of Poisson laws over segments of steady light: each segment belongs to one of some groups, each of one rate.
struct PoissonMixture {
  /// The logarithms of the groups' rates in Hz, then those of their shares of the segments.
  private var logarithms: [Double]
  private var groups: Int { logarithms.count / 2 }

  /// - Parameter start: rates in Hz and shares of the segments.
  init(_ start: [(rate: Double, share: Double)]) {
    logarithms = (start.map(\.rate) + start.map(\.share)).map { log(max($0, 1e-300)) }
  }

  /// The rates in Hz.
  var rates: [Double] { logarithms.prefix(groups).map { exp($0) } }

  /// Goes to the maximum of the likelihood by expectation maximisation, until a pass gains less than 10⁻⁶ in ln L; about 300
  /// passes at most.
  ///
  /// Groups that overlap are parted in many small steps of the same direction. So two steps are followed by one as far as they
  /// foretell, unless that leads down (SQUAREM: Varadhan & Roland, Scand. J. Stat. 35, 335 (2008), step length S3).
  ///
  /// - Parameters:
  ///   - needed: the ln L below which this mixture is of no use: it goes no further where 300 passes that each gain as much
  ///     as the last would not reach it.
  ///   - threads: the result does not depend on it.
  /// - Returns: ln L without its constant.
  mutating func maximise(_ segments: [IntensitySegment], needed: Double, threads: Int) -> Double {
    var longest = 4.0
    var passes = 1
    var (first, start) = improved(segments, threads: threads)
    while true {
      let (second, value) = first.improved(segments, threads: threads)
      passes += 1
      let gain = value - start
      if gain < 1e-6 || passes >= 300 || value + 300 * gain < needed {
        self = second
        return value
      }
      let (far, length) = extrapolated(first, second, longest: longest)
      let (beyond, farValue) = far.improved(segments, threads: threads)
      passes += 1
      if farValue > value {
        if length == longest { longest *= 4 }
        (self, first, start) = (far, beyond, farValue)
      } else {
        longest = max(longest / 4, 2)
        self = second
        (first, start) = improved(segments, threads: threads)
        passes += 1
      }
    }
  }

  /// Where a series of steps leads of which two are known, and how many of them that is: up to `longest`.
  private func extrapolated(
    _ first: PoissonMixture, _ second: PoissonMixture, longest: Double
  ) -> (mixture: PoissonMixture, length: Double) {
    let steps = zip(logarithms, first.logarithms).map { $1 - $0 }
    let turns = zip(steps, zip(first.logarithms, second.logarithms)).map { $1.1 - $1.0 - $0 }
    let ratio = steps.reduce(0) { $0 + $1 * $1 } / max(turns.reduce(0) { $0 + $1 * $1 }, 1e-300)
    let length = min(max(ratio.squareRoot(), 1), longest)
    var result = self
    for i in logarithms.indices { result.logarithms[i] += 2 * length * steps[i] + length * length * turns[i] }
    let whole = log(result.logarithms.suffix(groups).reduce(0) { $0 + exp($1) })
    for i in groups..<(2 * groups) { result.logarithms[i] -= whole }
    return (result, length)
  }

  /// What a group has of the segments.
  private struct Sum {
    var members = 0.0
    var photons = 0.0
    var seconds = 0.0
  }

  /// The mixture after one pass of expectation maximisation, and ln L before it.
  private func improved(_ segments: [IntensitySegment], threads: Int) -> (
    mixture: PoissonMixture, logLikelihood: Double
  ) {
    // added up in the same order, whatever the threads
    let part = 1024
    let parts = (segments.count + part - 1) / part
    var sums = [Sum](repeating: Sum(), count: parts * groups)
    var values = [Double](repeating: 0, count: parts)
    sums.withUnsafeMutableBufferPointer { sums in
      values.withUnsafeMutableBufferPointer { values in
        // each part has its own place; few are sooner done than shared out
        nonisolated(unsafe) let (sums, values) = (sums, values)
        concurrently(parts, threads: parts < 4 ? 1 : threads) { i in
          values[i] = add(
            segments[(i * part)..<min((i + 1) * part, segments.count)],
            to: .init(rebasing: sums[(i * groups)..<((i + 1) * groups)]))
        }
      }
    }
    var result = self
    for g in 0..<groups {
      var whole = Sum()
      for sum in stride(from: g, to: sums.count, by: groups).map({ sums[$0] }) {
        whole.members += sum.members
        whole.photons += sum.photons
        whole.seconds += sum.seconds
      }
      // a level of no light at all still has a rate above zero
      if whole.seconds > 0 { result.logarithms[g] = log(max(whole.photons, 1e-3) / whole.seconds) }
      result.logarithms[groups + g] = log(max(whole.members / Double(segments.count), 1e-300))
    }
    return (result, values.reduce(0, +))
  }

  /// Shares some segments out among the groups.
  ///
  /// - Returns: their ln L.
  private func add(_ segments: ArraySlice<IntensitySegment>, to sums: UnsafeMutableBufferPointer<Sum>) -> Double {
    let groups = self.groups
    let rates = self.rates
    return withUnsafeTemporaryAllocation(of: (term: Double, group: Int).self, capacity: groups + 1) { near in
      logarithms.withUnsafeBufferPointer { logarithms in
        rates.withUnsafeBufferPointer { rates in
          var logLikelihood = 0.0
          // one logarithm for many segments
          var product = 1.0
          for segment in segments {
            let (count, seconds) = (Double(segment.photons), segment.seconds)
            @inline(__always) func term(_ g: Int) -> Double {
              logarithms[groups &+ g] - rates[g] * seconds + count * logarithms[g]
            }
            var largest = term(0)
            for g in 1..<max(groups, 1) { largest = max(largest, term(g)) }
            logLikelihood += largest
            // what changes no digit is nothing, and takes no time
            var last = 0
            for g in 0..<groups {
              let term = term(g)
              near[last] = (term, g)
              last &+= term > largest - 40 ? 1 : 0
            }
            var whole = 0.0
            for i in 0..<last {
              near[i].term = last == 1 ? 1 : exp(near[i].term - largest)
              whole += near[i].term
            }
            product *= whole
            if product > 1e200 {
              logLikelihood += log(product)
              product = 1
            }
            for i in 0..<last {
              let share = near[i].term / whole
              sums[near[i].group].members += share
              sums[near[i].group].photons += share * count
              sums[near[i].group].seconds += share * seconds
            }
          }
          return logLikelihood + log(product)
        }
      }
    }
  }

  /// The likeliest group of each segment.
  func likeliest(_ segments: [IntensitySegment]) -> [Int] {
    let rates = self.rates
    return segments.map { segment in
      var (largest, likeliest) = (-Double.infinity, 0)
      for g in rates.indices {
        let term = logarithms[groups + g] - rates[g] * segment.seconds + Double(segment.photons) * logarithms[g]
        if term > largest { (largest, likeliest) = (term, g) }
      }
      return likeliest
    }
  }
}
