import Analysis
import CGSL
import Testing
import TimeTags

/// Pairs of ranked photons, with vectors and without, against counting by brute force.
@Suite struct RankedPairsTests {
  /// Photons by how they come, and the bins they are counted in.
  struct Case: Sendable, CustomTestStringConvertible {
    var count: Int
    /// Between photons, on average, in units of the file.
    var gap: Double
    var width: Int64
    var binsPerSide: Int
    var unit: Int64 = 16
    /// The share of the first channel.
    var share = 0.5
    var testDescription: String {
      "\(count) photons, \(gap) apart, \(share) of them in the first, ±\(binsPerSide) bins of \(width)/\(unit)"
    }
  }

  static let cases = [
    // less than one, one, and several partners on either side
    Case(count: 5000, gap: 100_000, width: 16_000, binsPerSide: 1000),
    Case(count: 5000, gap: 500_000, width: 16_000, binsPerSide: 1000, unit: 1),
    Case(count: 5000, gap: 2_000, width: 320, binsPerSide: 100),
    Case(count: 3000, gap: 50, width: 48, binsPerSide: 333),
    // neighbours farther apart than 32 bits hold, all and some of them
    Case(count: 3000, gap: 3e9, width: 16_000_000, binsPerSide: 1000),
    Case(count: 3000, gap: 8e7, width: 16_000_000, binsPerSide: 60),
    // one channel nearly without photons
    Case(count: 3000, gap: 700, width: 32, binsPerSide: 500, share: 0.003),
    Case(count: 3000, gap: 700, width: 32, binsPerSide: 500, share: 0.997),
    // bins of two units, of powers of two and one beside
    Case(count: 4000, gap: 40, width: 32, binsPerSide: 50),
    Case(count: 4000, gap: 400, width: 4096, binsPerSide: 7),
    Case(count: 4000, gap: 400, width: 4112, binsPerSide: 7),
    Case(count: 4000, gap: 400, width: 4080, binsPerSide: 1),
    // the widest range of 32 bits
    Case(count: 2000, gap: 5e7, width: 16, binsPerSide: 1_000_000, unit: 1),
    Case(count: 2000, gap: 1e6, width: 1_073_741_823, binsPerSide: 1, unit: 1),
    // what is not for vectors: bins of one unit, of no whole unit, a wider range
    Case(count: 3000, gap: 300, width: 16, binsPerSide: 100),
    Case(count: 3000, gap: 300, width: 100, binsPerSide: 100),
    Case(count: 2000, gap: 5e7, width: 1_073_741_824, binsPerSide: 1, unit: 1),
  ]

  @Test("the same pairs in every bin, of any number of photons", arguments: cases)
  func samePairs(_ one: Case) throws {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(rng) }
    var time: Int64 = 0
    var (first, second) = ([Int64](), [Int64]())
    let range = one.width / one.unit * Int64(one.binsPerSide)
    let edges = [0, 0, 1, one.width / one.unit, range - 1, range, range + 1]
    for i in 0..<one.count {
      // equal times, steps to the edges, bursts, and darkness that 32 bits do not see
      let chance = gsl_rng_uniform_int(rng, 40)
      let isBurst = i % 1500 > 1450
      time +=
        i % 131 == 130
        ? 1 << 33 : isBurst ? 1 : chance == 0 ? edges[i % 7] : Int64(gsl_ran_exponential(rng, one.gap))
      if gsl_rng_uniform(rng) < one.share { first.append(time) } else { second.append(time) }
    }
    var sum = 0
    for taken in [0, 1, 3, 4, 7, 31, 32, 33, 65, first.count] where taken <= first.count {
      let photons = Photons(first.prefix(taken), second)
      let expected = Self.bruteForce(
        photons.first, near: photons.second, unit: one.unit, width: one.width, binsPerSide: one.binsPerSide)
      sum += expected.reduce(0, +)
      for usesVectors in [false, true] {
        let pairs = try #require(
          RankedPairs(binWidth: one.width, binsPerSide: one.binsPerSide, unit: one.unit, usesVectors: usesVectors))
        photons.withView { pairs.count($0, weight: 3) }
        #expect(pairs.counts == expected.map { 3 * $0 }, "\(taken) photons, vectors: \(usesVectors)")
        photons.withView { pairs.count($0, weight: -3) }
        #expect(pairs.total == 0 && pairs.counts.allSatisfy { $0 == 0 })
      }
    }
    #expect(sum > 20)
  }

  /// Pairs of sorted times by their difference times `unit`, symmetric about zero.
  private static func bruteForce(
    _ first: [Int64], near second: [Int64], unit: Int64, width: Int64, binsPerSide: Int
  ) -> [Int] {
    var counts = [Int](repeating: 0, count: 2 * binsPerSide)
    let range = width * Int64(binsPerSide)
    var start = 0
    for a in first {
      while start < second.count, (second[start] - a) * unit < -range { start += 1 }
      for b in second[start...] {
        let place = (b - a) * unit + range
        guard place < 2 * range else { break }
        counts[Int(place / width)] += 1
      }
    }
    return counts
  }

  /// The arrays behind a view, of just the size that it promises.
  private struct Photons {
    var first: [Int64]
    var second: [Int64]

    init(_ first: ArraySlice<Int64>, _ second: [Int64]) { (self.first, self.second) = (Array(first), second) }

    func withView(_ body: (RankedPhotons) -> Void) {
      var rank = 0
      let ranks = first.map { time in
        while rank < second.count, second[rank] < time { rank += 1 }
        return UInt32(rank)
      }
      let padded =
        [Int64](repeating: RankedPhotons.beforeAll, count: RankedPhotons.padding) + second
        + [Int64](repeating: RankedPhotons.afterAll, count: RankedPhotons.padding)
      first.withUnsafeBufferPointer { first in
        ranks.withUnsafeBufferPointer { ranks in
          padded.withUnsafeBufferPointer { padded in
            guard let start = first.baseAddress, let rank = ranks.baseAddress else { return }
            body(
              RankedPhotons(
                first: start, ranks: rank, second: padded.baseAddress! + RankedPhotons.padding,
                firstCount: first.count, secondCount: second.count))
          }
        }
      }
    }
  }
}
