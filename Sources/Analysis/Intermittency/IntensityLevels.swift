import CGSL
import Glibc

/// A stretch of steady light between two changes.
package struct IntensitySegment: Sendable, Hashable {
  /// Photons in it.
  package var photons: Int
  /// Its length in seconds, above 0.
  package var seconds: Double

  package init(photons: Int, seconds: Double) {
    self.photons = photons
    self.seconds = seconds
  }

  var rateHz: Double { Double(photons) / seconds }
}

/// Segments grouped into levels of intensity, after Watkins & Yang (J. Phys. Chem. B 109, 617 (2005)): joined two by two where
/// the likelihood loses least (their eq. 11), each number of groups then improved by expectation maximisation of a mixture
/// of Poisson laws, and the number G chosen by the Bayesian information criterion, 2 ln L − (2G − 1) ln(segments).
/// Theirs has the changes instead of the segments in the logarithm, and a term for the changes that no G alters.
package struct IntensityLevels: Sendable {
  /// The rates in Hz, the brightest first.
  package let ratesHz: [Double]
  /// The level of each segment, an index into ``ratesHz``.
  package let level: [Int]
  /// The Bayesian information criterion by number of levels, from 1; the largest wins.
  package let criterion: [Double]
  /// Whether the criterion took the largest number that it was offered: more might be better still, as for light whose
  /// intensity has no levels.
  package let isAtLimit: Bool

  /// The best grouping with at most `limit` levels; a given `count` is taken as it is.
  package init(_ segments: [IntensitySegment], count: Int? = nil, limit: Int = 12) {
    let most = max(min(count ?? limit, segments.count), 1)
    let partitions = Self.partitions(segments, most: most)
    var best: (rates: [Double], level: [Int])?
    var bestCriterion = -Double.infinity
    var criterion: [Double] = []
    for groups in 1...most {
      let (rates, level, logLikelihood) = Self.maximise(segments, from: partitions[groups - 1])
      let value = 2 * logLikelihood - Double(2 * groups - 1) * log(Double(segments.count))
      criterion.append(value)
      let wins = count == nil ? value > bestCriterion : groups == most
      if wins || best == nil {
        bestCriterion = value
        best = (rates, level)
      }
      // three numbers of levels without gain: more will not help
      if count == nil, groups >= 4, criterion.suffix(3).allSatisfy({ $0 < bestCriterion }) { break }
    }
    self.criterion = criterion
    isAtLimit = count == nil && criterion.count == limit && criterion.last == bestCriterion
    // levels that no segment belongs to are none; the brightest first
    let used = Set(best!.level).sorted { best!.rates[$0] > best!.rates[$1] }
    var place = [Int](repeating: 0, count: best!.rates.count)
    for (i, group) in used.enumerated() { place[group] = i }
    level = best!.level.map { place[$0] }
    var photons = [Int](repeating: 0, count: used.count)
    var seconds = [Double](repeating: 0, count: used.count)
    for (segment, group) in zip(segments, level) {
      photons[group] += segment.photons
      seconds[group] += segment.seconds
    }
    ratesHz = zip(photons, seconds).map { Double($0) / $1 }
  }

  /// n ln(n/T), the part of the logarithm of a group's likelihood that the grouping decides.
  private static func weight(_ photons: Double, _ seconds: Double) -> Double {
    photons > 0 ? photons * log(photons / seconds) : 0
  }

  /// The rates of 1, 2 … `most` groups by agglomeration: only neighbours in rate can be the next to join. While there are
  /// many groups, all pairs that are each other's nearest join at once.
  private static func partitions(_ segments: [IntensitySegment], most: Int) -> [[(rate: Double, share: Double)]] {
    var groups = segments.sorted { $0.rateHz < $1.rateHz }.map {
      (photons: Double($0.photons), seconds: $0.seconds, members: 1.0)
    }
    func loss(_ i: Int) -> Double {
      let (a, b) = (groups[i], groups[i + 1])
      return weight(a.photons, a.seconds) + weight(b.photons, b.seconds)
        - weight(a.photons + b.photons, a.seconds + b.seconds)
    }
    func joined(_ i: Int) -> (photons: Double, seconds: Double, members: Double) {
      let (a, b) = (groups[i], groups[i + 1])
      return (a.photons + b.photons, a.seconds + b.seconds, a.members + b.members)
    }
    while groups.count > max(400, 4 * most) {
      let losses = (0..<(groups.count - 1)).map(loss)
      var next: [(photons: Double, seconds: Double, members: Double)] = []
      var i = 0
      while i < groups.count {
        if i < losses.count, i == 0 || losses[i] < losses[i - 1],
          i + 1 >= losses.count || losses[i] <= losses[i + 1]
        {
          next.append(joined(i))
          i += 2
        } else {
          next.append(groups[i])
          i += 1
        }
      }
      groups = next
    }
    var result = [[(rate: Double, share: Double)]](repeating: [], count: most)
    while true {
      if groups.count <= most {
        result[groups.count - 1] = groups.map { ($0.photons / $0.seconds, $0.members / Double(segments.count)) }
      }
      guard groups.count > 1 else { break }
      let nearest = (0..<(groups.count - 1)).min { loss($0) < loss($1) }!
      groups[nearest] = joined(nearest)
      groups.remove(at: nearest + 1)
    }
    return result
  }

  /// Expectation maximisation of a mixture of Poisson laws over the segments, until ln L gains less than 10⁻⁶.
  ///
  /// - Returns: the rates, the most likely group of each segment, and ln L without its constant.
  private static func maximise(_ segments: [IntensitySegment], from start: [(rate: Double, share: Double)])
    -> (rates: [Double], level: [Int], logLikelihood: Double)
  {
    let groups = start.count
    var rates = start.map(\.rate)
    var shares = start.map(\.share)
    var level = [Int](repeating: 0, count: segments.count)
    var logLikelihood = -Double.infinity
    var terms = [Double](repeating: 0, count: groups)
    var near = [(group: Int, weight: Double)](repeating: (0, 0), count: groups)
    for _ in 0..<300 {
      let logShares = shares.map { log($0) }
      let logRates = rates.map { log($0) }
      var members = [Double](repeating: 0, count: groups)
      var photons = members
      var seconds = members
      var sum = 0.0
      for (i, segment) in segments.enumerated() {
        let count = Double(segment.photons)
        var (largest, likeliest) = (-Double.infinity, 0)
        for g in 0..<groups {
          let term = logShares[g] - rates[g] * segment.seconds + (count > 0 ? count * logRates[g] : 0)
          terms[g] = term
          if term > largest { (largest, likeliest) = (term, g) }
        }
        level[i] = likeliest
        // what changes no digit is nothing, and takes no time
        var (whole, last) = (0.0, 0)
        for g in 0..<groups where terms[g] - largest > -40 {
          let weight = exp(terms[g] - largest)
          whole += weight
          near[last] = (g, weight)
          last += 1
        }
        sum += whole == 1 ? largest : largest + log(whole)
        for (g, weight) in near[..<last] {
          let share = weight / whole
          members[g] += share
          photons[g] += share * count
          seconds[g] += share * segment.seconds
        }
      }
      for g in 0..<groups {
        shares[g] = max(members[g] / Double(segments.count), 1e-300)
        // a level of no light at all still has a rate above zero
        if seconds[g] > 0 { rates[g] = max(photons[g], 1e-3) / seconds[g] }
      }
      let gain = sum - logLikelihood
      logLikelihood = sum
      if gain < 1e-6 { break }
    }
    return (rates, level, logLikelihood)
  }
}
