import Analysis
import CGSL
import Glibc
import Testing

/// Levels of segments drawn from known rates.
@Suite struct IntensityLevelsTests {
  /// Segments of one to three milliseconds, each of one of some rates.
  static func segments(_ count: Int, ratesHz: [Double], seed: UInt) -> [IntensitySegment] {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    return (0..<count).map { _ in
      let rate = ratesHz[Int(gsl_rng_uniform_int(rng, UInt(ratesHz.count)))]
      let seconds = 1e-3 + 2e-3 * gsl_rng_uniform(rng)
      return IntensitySegment(photons: Int(gsl_ran_poisson(rng, rate * seconds)), seconds: seconds)
    }
  }

  /// ln L, without its constant, after many plain passes of expectation maximisation.
  static func logLikelihood(
    _ segments: [IntensitySegment], from ratesHz: [Double], _ start: [Double]? = nil, passes: Int
  ) -> Double {
    var rates = ratesHz
    var shares = start ?? [Double](repeating: 1 / Double(rates.count), count: rates.count)
    var sum = 0.0
    for _ in 0..<passes {
      sum = 0
      var (members, photons, seconds) = (rates.map { _ in 0.0 }, rates.map { _ in 0.0 }, rates.map { _ in 0.0 })
      for segment in segments {
        let terms = zip(rates, shares).map {
          log($1) - $0 * segment.seconds + Double(segment.photons) * log($0)
        }
        let largest = terms.max()!
        let weights = terms.map { exp($0 - largest) }
        let whole = weights.reduce(0, +)
        sum += largest + log(whole)
        for (g, weight) in weights.enumerated() {
          members[g] += weight / whole
          photons[g] += weight / whole * Double(segment.photons)
          seconds[g] += weight / whole * segment.seconds
        }
      }
      rates = zip(photons, seconds).map { $0 / $1 }
      shares = members.map { $0 / Double(segments.count) }
    }
    return sum
  }

  @Test("levels that overlap: the likelihood is that of a thousand plain passes from the truth")
  func maximum() {
    for seed in 1...3 as ClosedRange<UInt> {
      let rates = [10_000.0, 20_000, 28_000]
      let segments = Self.segments(400, ratesHz: rates, seed: seed)
      let levels = IntensityLevels(segments, count: 3)
      let found = (levels.criterion[2] + 5 * log(400.0)) / 2
      let plain = Self.logLikelihood(segments, from: rates, passes: 1000)
      print("three levels: \(found), plain passes \(plain)")
      #expect(abs(found - plain) < 1e-3)
    }
  }

  /// The rates of some groups and their shares of the segments: neighbours in rate, joined two by two where the likelihood loses least.
  static func joined(_ segments: [IntensitySegment], count: Int) -> (ratesHz: [Double], shares: [Double]) {
    typealias Group = (photons: Double, seconds: Double, members: Double)
    func weight(_ group: Group) -> Double {
      group.photons > 0 ? group.photons * log(group.photons / group.seconds) : 0
    }
    func sum(_ a: Group, _ b: Group) -> Group { (a.photons + b.photons, a.seconds + b.seconds, a.members + b.members) }
    var groups: [Group] = segments.map { (Double($0.photons), $0.seconds, 1) }
    groups.sort { $0.photons / $0.seconds < $1.photons / $1.seconds }
    while groups.count > count {
      let losses = zip(groups, groups.dropFirst()).map { weight($0) + weight($1) - weight(sum($0, $1)) }
      let i = losses.indices.min { losses[$0] < losses[$1] }!
      groups.replaceSubrange(i...i + 1, with: [sum(groups[i], groups[i + 1])])
    }
    return (groups.map { $0.photons / $0.seconds }, groups.map { $0.members / Double(segments.count) })
  }

  /// Two levels asked for where there is one: the likelihood is almost flat, and what two steps foretell may lie far off.
  @Test(
    "no step leads down: the likelihood is not below that of plain passes from the same groups", arguments: [60, 200])
  func steps(count: Int) {
    for seed in 1...40 as ClosedRange<UInt> {
      let segments = Self.segments(count, ratesHz: [1e7], seed: seed)
      let levels = IntensityLevels(segments, count: 2)
      let found = (levels.criterion[1] + 3 * log(Double(count))) / 2
      let start = Self.joined(segments, count: 2)
      let plain = Self.logLikelihood(segments, from: start.ratesHz, start.shares, passes: 1000)
      #expect(found > plain - 0.01, "seed \(seed): \(found - plain)")
    }
  }

  @Test(
    "numbers of levels that cannot win are left early: the one chosen has the likelihood it has when it is asked for")
  func chosen() {
    for seed in 1...5 as ClosedRange<UInt> {
      let rates = [5000.0, 20_000, 45_000, 70_000].prefix(1 + Int(seed) % 4)
      let segments = Self.segments(1200, ratesHz: Array(rates), seed: seed)
      let free = IntensityLevels(segments)
      #expect(free.ratesHz.count == rates.count)
      let all = (1...6).map { IntensityLevels(segments, count: $0).criterion[$0 - 1] }
      let best = all.firstIndex(of: all.max()!)!
      #expect(best + 1 == free.ratesHz.count)
      #expect(free.criterion[best] == all[best])
      #expect(IntensityLevels(segments, count: best + 1).level == free.level)
    }
  }

  @Test("threads change nothing, not the last digit")
  func threads() {
    let segments = Self.segments(9000, ratesHz: [5000, 20_000, 45_000], seed: 7)
    let one = IntensityLevels(segments)
    for threads in [2, 5] {
      let several = IntensityLevels(segments, threads: threads)
      #expect(several.level == one.level)
      #expect(several.ratesHz == one.ratesHz)
      #expect(several.criterion == one.criterion)
    }
  }
}
