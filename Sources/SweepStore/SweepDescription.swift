/// What a sweep goes over: two sweeps with equal descriptions have the same points, and the same results.
public struct SweepDescription: Sendable, Hashable {
  /// One parameter that varies.
  public struct Axis: Sendable, Hashable {
    /// Where it stands in the scenario: "filter.bandwidth".
    public var path: String
    /// The unit of its numbers; empty for pure numbers and words.
    public var unit: String
    /// Its values as they stand in the scenario.
    public var texts: [String]
    /// The same as numbers in `unit`; `nil` where a value is not a number.
    public var numbers: [Double?]

    /// A parameter by its values, `numbers` as many as `texts`.
    public init(path: String, unit: String, texts: [String], numbers: [Double?]) {
      self.path = path
      self.unit = unit
      self.texts = texts
      self.numbers = numbers
    }
  }

  /// The version of the program that calculates the points.
  public var version: String
  /// The scenario's name.
  public var name: String
  /// The scenario with every default, before anything varies.
  public var scenario: String
  /// The seed of the simulated points.
  public var seed: UInt64
  /// The parameters; the last one runs fastest over the points.
  public var axes: [Axis]

  /// A description from its parts.
  public init(version: String, name: String, scenario: String, seed: UInt64, axes: [Axis]) {
    self.version = version
    self.name = name
    self.scenario = scenario
    self.seed = seed
    self.axes = axes
  }

  /// How many points it has.
  public var count: Int { axes.reduce(1) { $0 * $1.texts.count } }

  /// Which value of each axis a point has.
  public func places(of point: Int) -> [Int] {
    var rest = point
    return axes.reversed().map { axis in
      defer { rest /= axis.texts.count }
      return rest % axis.texts.count
    }.reversed()
  }

  /// In what another sweep differs, as "seed 1, and this one's is 2"; `nil` if in nothing.
  public func difference(from other: SweepDescription) -> String? {
    func differ(_ name: String, _ mine: String, _ its: String) -> String? {
      mine == its ? nil : "\(name) \(mine), and this one's is \(its)"
    }
    func values(_ sweep: SweepDescription) -> String {
      sweep.axes.map { axis in
        let (first, last) = (axis.texts.first ?? "", axis.texts.last ?? "")
        return
          "\(axis.path)=\(axis.texts.count < 4 ? axis.texts.joined(separator: ",") : "\(first)…\(last)"):\(axis.texts.count)"
      }.joined(separator: " × ")
    }
    return differ("version", version, other.version) ?? differ("the scenario", "'\(name)'", "'\(other.name)'")
      ?? differ("seed", "\(seed)", "\(other.seed)") ?? differ("values", values(self), values(other))
      ?? (axes == other.axes ? nil : "other values of \(axes.map(\.path).joined(separator: " and "))")
      ?? (scenario == other.scenario ? nil : "other values in the scenario '\(name)'")
  }
}
