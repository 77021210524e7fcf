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

  /// The best grouping with at most `limit` levels; a given `count` is taken as it is. It does not depend on `threads`.
  package init(_ segments: [IntensitySegment], count: Int? = nil, limit: Int = 12, threads: Int = 1) {
    let most = max(min(count ?? limit, segments.count), 1)
    let partitions = Self.partitions(segments, most: most)
    var best: PoissonMixture?
    var bestCriterion = -Double.infinity
    var criterion: [Double] = []
    for groups in 1...most {
      var mixture = PoissonMixture(partitions[groups - 1])
      let penalty = Double(2 * groups - 1) * log(Double(segments.count))
      // one that is given is wanted in any case
      let needed = count != nil && groups == most ? -.infinity : (bestCriterion + penalty) / 2
      let value = 2 * mixture.maximise(segments, needed: needed, threads: threads) - penalty
      criterion.append(value)
      let isBest = value > bestCriterion
      if isBest { bestCriterion = value }
      if best == nil || (count == nil ? isBest : groups == most) { best = mixture }
      // three numbers of levels without gain: more will not help
      if count == nil, groups >= 4, criterion.suffix(3).allSatisfy({ $0 < bestCriterion }) { break }
    }
    self.criterion = criterion
    isAtLimit = count == nil && criterion.count == limit && criterion.last == bestCriterion
    // levels that no segment belongs to are none; the brightest first
    let likeliest = best!.likeliest(segments)
    let rates = best!.rates
    let used = Set(likeliest).sorted { rates[$0] > rates[$1] }
    var place = [Int](repeating: 0, count: rates.count)
    for (i, group) in used.enumerated() { place[group] = i }
    level = likeliest.map { place[$0] }
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
}
