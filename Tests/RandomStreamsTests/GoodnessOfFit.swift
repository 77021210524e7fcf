import CGSL
import RandomStreams
import Testing

/// The probability that a comparison fails although the sampler is right.
let falseAlarm = 1e-6

/// The stream of a test: one seed for all, so that a run of the tests is the same every time.
func testStream(_ entity: UInt32) -> RandomStream {
  RandomStream(seed: 20_260_101, purpose: .emission, entity: entity, block: 0)
}

extension RandomStream {
  /// A stream that starts with a given word and is random otherwise: reaches code that one draw in thousands reaches.
  init(firstWord: UInt64, from random: inout RandomStream) {
    // The word is the sum of states 0 and 3, turned by 23 bits to the left, plus state 0.
    let first = random.next()
    let turned = firstWord &- first
    let last = (turned &>> 23 | turned &<< 41) &- first
    self.init(state: (first, random.next(), random.next(), last))
  }
}

/// What a sample is held against: a law on the numbers from 0 up.
struct Law {
  /// The probability of less than x.
  let below: (Double) -> Double
  /// The probability of x or more; asked instead of `below` in the upper half, so that far tails keep their digits.
  let above: (Double) -> Double
}

extension Law {
  init(above: @escaping (Double) -> Double) {
    self.init(below: { 1 - above($0) }, above: above)
  }

  /// A law on the integers from 0 up, by GSL's convention: the probabilities of at most n and of more than n.
  init(upTo: @escaping (UInt32) -> Double, beyond: @escaping (UInt32) -> Double) {
    self.init(
      below: { upTo(UInt32(max(1, min($0, 0x1p31)).rounded(.up)) - 1) },
      above: { beyond(UInt32(max(1, min($0, 0x1p31)).rounded(.up)) - 1) })
  }
}

/// Numbers counted in cells that do not depend on them.
struct Sample {
  private let edges: [Double]
  private var counts: [Int]
  private static let firstKey = (1023 - 64) << 8

  /// 256 cells to the octave from 2⁻⁶⁴ to 2⁶⁴: the leading bits of a number are its cell, at no cost to 1e8 draws, and any
  /// law is resolved from its start to its tail.
  static func numbers() -> Sample {
    let inner = (1..<(128 << 8)).map { Double(bitPattern: UInt64($0 + firstKey) << 44) }
    return Sample(edges: [0] + inner + [.infinity])
  }

  /// One cell for each integer below `end` and one for the rest.
  static func integers(below end: Int) -> Sample {
    Sample(edges: (0...end).map(Double.init) + [.infinity])
  }

  private init(edges: [Double]) {
    self.edges = edges
    counts = [Int](repeating: 0, count: edges.count - 1)
  }

  /// Counts a number; one below zero is counted in the last cell, where no law of these tests puts anything.
  @inline(__always)
  mutating func count(_ x: Double) {
    let key = Int(truncatingIfNeeded: x.bitPattern &>> 44) &- Self.firstKey
    counts[min(max(key, 0), counts.count - 1)] += 1
  }

  /// Counts an integer.
  @inline(__always)
  mutating func count(_ n: Int) {
    counts[n < 0 || n >= counts.count ? counts.count - 1 : n] += 1
  }

  /// How often the cells below and not below an edge were hit.
  func split(at edge: Double) -> (below: Int, above: Int) {
    let cell = edges.firstIndex(of: edge)!
    return (counts[..<cell].reduce(0, +), counts[cell...].reduce(0, +))
  }

  /// The comparison of the law's tail alone, from the last edge with at least this share of the law above it.
  func comparison(with law: Law, inTailOf share: Double) -> Comparison {
    gsl_set_error_handler_off()
    return comparison(with: law, from: edges.dropLast().last { law.above($0) >= share }!)
  }

  /// The comparison of the cells from `start` up with a law, both as shares of what lies there.
  ///
  /// - Parameter start: the edge of a cell; 0 for the whole law, more for the law of the tail alone.
  func comparison(with law: Law, from start: Double = 0) -> Comparison {
    // Far out GSL would stop the program because a probability is below the smallest number.
    gsl_set_error_handler_off()
    let first = edges.firstIndex(of: start)!
    let draws = counts[first...].reduce(0, +)
    let startingBelow = start == 0 ? 0 : law.below(start)
    let startingAbove = start == 0 ? 1 : law.above(start)
    var result = Comparison(draws: draws)
    var lower = (below: startingBelow, above: startingAbove)
    // What is not yet a cell of the chi-square, which wants twenty expected counts; the last cell takes the rest.
    var cell = (observed: 0.0, expected: 0.0)
    var last = (observed: 0.0, expected: 0.0)
    var observedSoFar = 0
    for i in first..<counts.count {
      let end = edges[i + 1]
      let upper = end == .infinity ? (below: 1, above: 0) : (below: law.below(end), above: law.above(end))
      let share = (lower.below < 0.5 ? upper.below - lower.below : lower.above - upper.above) / startingAbove
      if share <= 0 { result.impossible += counts[i] }
      cell.observed += Double(counts[i])
      cell.expected += share * Double(draws)
      if cell.expected >= 20 {
        result.add(last)
        last = cell
        cell = (0, 0)
      }
      observedSoFar += counts[i]
      let cumulative = lower.below < 0.5 && start == 0 ? upper.below : 1 - upper.above / startingAbove
      result.distance = max(result.distance, abs(Double(observedSoFar) / Double(draws) - cumulative))
      lower = upper
    }
    result.add((last.observed + cell.observed, last.expected + cell.expected))
    return result
  }
}

/// A sample beside a law, by chi-square and by Kolmogorov and Smirnov.
struct Comparison {
  let draws: Int
  /// Numbers where the law has none.
  var impossible = 0
  var chiSquare = 0.0
  var cells = 0
  /// The outermost cells, the ends of the tails: a chi-square over many cells would not notice their absence.
  var first = (observed: 0.0, expected: 0.0)
  var last = (observed: 0.0, expected: 0.0)
  /// The largest difference between the cumulative shares, over the edges of the cells.
  var distance = 0.0

  init(draws: Int) { self.draws = draws }

  mutating func add(_ cell: (observed: Double, expected: Double)) {
    guard cell.expected > 0 else { return }
    if cells == 0 { first = cell }
    last = cell
    chiSquare += (cell.observed - cell.expected) * (cell.observed - cell.expected) / cell.expected
    cells += 1
  }

  /// The probability of a larger chi-square.
  var upper: Double { gsl_cdf_chisq_Q(chiSquare, Double(cells - 1)) }
  /// The probability of a smaller chi-square: a sample can be too good.
  var lower: Double { gsl_cdf_chisq_P(chiSquare, Double(cells - 1)) }
  /// A bound on the probability of a larger distance that holds for any number of draws (Massart, Ann. Probab. 18, 1269,
  /// 1990).
  var kolmogorov: Double { 2 * PortableMath.exp(-2 * Double(draws) * distance * distance) }

  /// Whether the sample may come from the law, with the probability of a false alarm shared by the four statistics.
  var agrees: Bool {
    let each = falseAlarm / 4
    return impossible == 0 && cells > 1 && upper > each / 2 && lower > each / 2 && kolmogorov > each
      && [first, last].allSatisfy { isLikely(Int($0.observed), expected: $0.expected, falseAlarm: each) }
  }
}

/// Whether a count may come from a Poisson law with this mean: neither too few nor too many.
func isLikely(_ count: Int, expected: Double, falseAlarm: Double = falseAlarm) -> Bool {
  let fewer = gsl_cdf_poisson_P(UInt32(count), expected)
  let more = count == 0 ? 1 : gsl_cdf_poisson_Q(UInt32(count - 1), expected)
  return fewer > falseAlarm / 2 && more > falseAlarm / 2
}
