/// The centre peak over one choice of what to compare it with.
public struct NormalizedCenter: Codable, Sendable, Hashable {
  /// The centre counts over ``expectedCounts``.
  public var value: Double
  /// One standard deviation; with no centre counts, the upper end of the interval.
  public var uncertainty: Double
  /// The 68.27 % interval.
  public var interval: ConfidenceInterval
  /// The coincidences per peak that the centre is compared with.
  public var expectedCounts: Double
  /// The side peaks they are the mean of; 0 where they follow from the rates.
  public var sidePeaks: Int
  /// The nearest and the farthest of them, in pulses from the centre; empty where they follow from the rates.
  public var pulses: [Int]

  enum CodingKeys: String, CodingKey {
    case value, uncertainty, interval, pulses
    case expectedCounts = "expected_counts"
    case sidePeaks = "side_peaks"
  }
}

/// g2(0) of a pulsed source by what it is normalized with. For steady light all three agree. Light that blinks bunches: near side
/// peaks are higher by ⟨I²⟩/⟨I⟩² than peaks farther away than it blinks, and the rates expect what those have.
public struct PeakNormalizations: Codable, Sendable, Hashable {
  /// Over the mean of the side peaks next to the centre, a quarter of those on either side: what the source does within one
  /// state of its emitter.
  public var nearSidePeaks: NormalizedCenter?
  /// Over the mean of the outermost quarter.
  public var farSidePeaks: NormalizedCenter?
  /// Over N1 N2/M: N photons in either channel put independently into M pulses.
  public var absolute: NormalizedCenter?

  enum CodingKeys: String, CodingKey {
    case absolute
    case nearSidePeaks = "near_side_peaks"
    case farSidePeaks = "far_side_peaks"
  }

  /// The normalizations of peak areas for k = −K … K with the centre at `center`; nil where there is nothing to divide by.
  ///
  /// - Parameter expected: N1 N2/M.
  package init(areas: [Int], center: Int, expected: Double) {
    let index = areas.count / 2 + center
    let peaks = areas.count / 2
    let quarter = max(1, peaks / 4)
    func over(_ pulses: ClosedRange<Int>) -> NormalizedCenter? {
      let sides = areas.indices.filter { pulses.contains(abs($0 - index)) }
      let total = sides.reduce(0) { $0 + areas[$1] }
      guard total > 0 else { return nil }
      let ratio = PoissonRatio(center: areas[index], sideTotal: total, sideCells: Double(sides.count))
      return NormalizedCenter(
        value: ratio.value, uncertainty: ratio.uncertainty, interval: ratio.interval(),
        expectedCounts: Double(total) / Double(sides.count), sidePeaks: sides.count,
        pulses: [pulses.lowerBound, pulses.upperBound])
    }
    nearSidePeaks = over(1...quarter)
    farSidePeaks = over(peaks - quarter + 1...peaks)
    guard expected > 0 else { return }
    let interval = ConfidenceInterval(poissonMeanOf: areas[index], over: expected, confidence: oneSigma)
    absolute = NormalizedCenter(
      value: Double(areas[index]) / expected,
      uncertainty: areas[index] > 0 ? Double(areas[index]).squareRoot() / expected : interval.high,
      interval: interval, expectedCounts: expected, sidePeaks: 0, pulses: [])
  }
}
