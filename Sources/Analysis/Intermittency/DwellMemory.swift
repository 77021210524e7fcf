import CGSL

/// Memory between stays: the rank correlation of each stay with a later one (of successive stays: Hoogenboom,
/// Hernando, García-Parajó & van Hulst, J. Phys. Chem. C 112, 3417 (2008)). On logarithms it would be the same.
public struct DwellMemory: Codable, Sendable, Hashable {
  /// Spearman's correlation and its standard deviation without memory, 1/√(pairs − 1); nil below ten pairs.
  public var onToNextOff: MeasuredValue?
  /// An off time with the on time after it.
  public var offToNextOn: MeasuredValue?
  /// An on time with the next on time.
  public var onToNextOn: MeasuredValue?
  /// An off time with the next off time.
  public var offToNextOff: MeasuredValue?

  enum CodingKeys: String, CodingKey {
    case onToNextOff = "on_to_next_off"
    case offToNextOn = "off_to_next_on"
    case onToNextOn = "on_to_next_on"
    case offToNextOff = "off_to_next_off"
  }

  package init(_ times: DwellTimes) {
    let dwells = times.dwells.dropFirst().dropLast()
    func correlation(fromOn: Bool, steps: Int) -> MeasuredValue? {
      var first: [Double] = []
      var second: [Double] = []
      for (a, b) in zip(dwells, dwells.dropFirst(steps)) where a.isOn == fromOn {
        first.append(a.seconds)
        second.append(b.seconds)
      }
      guard first.count >= 10 else { return nil }
      var work = [Double](repeating: 0, count: 2 * first.count)
      let value = gsl_stats_spearman(first, 1, second, 1, first.count, &work)
      return value.isFinite ? MeasuredValue(value, 1 / Double(first.count - 1).squareRoot()) : nil
    }
    onToNextOff = correlation(fromOn: true, steps: 1)
    offToNextOn = correlation(fromOn: false, steps: 1)
    onToNextOn = correlation(fromOn: true, steps: 2)
    offToNextOff = correlation(fromOn: false, steps: 2)
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(onToNextOff, forKey: .onToNextOff)
    try c.encode(offToNextOn, forKey: .offToNextOn)
    try c.encode(onToNextOn, forKey: .onToNextOn)
    try c.encode(offToNextOff, forKey: .offToNextOff)
  }
}
