/// Two decays held against each other: by how much faster an emitter is in one place than in another.
public struct LifetimeComparison: Codable, Sendable, Hashable {
  /// The ratio of the mean lifetimes, reference over sample, components with equal weights: the paper's recipe for a Purcell
  /// factor (supplement S3 and S4).
  public var equalWeightRatio: Double
  /// One standard deviation of it, the fitted lifetimes taken as independent; nil when one of them is undetermined.
  public var equalWeightRatioUncertainty: Double?
  /// Lifetime ratios component by component, the shortest first; empty when the fits differ in their number.
  public var componentRatios: [Double]
  /// The factor on the radiative rate that explains the ratio of the longest lifetimes; nil without a quantum yield.
  public var radiativeFactor: Double?

  enum CodingKeys: String, CodingKey {
    case equalWeightRatio = "equal_weight_ratio"
    case equalWeightRatioUncertainty = "equal_weight_ratio_uncertainty"
    case componentRatios = "component_ratios"
    case radiativeFactor = "radiative_factor"
  }

  /// Writes every key, `null` where there is no value.
  public func encode(to encoder: any Encoder) throws {
    var c = encoder.container(keyedBy: CodingKeys.self)
    try c.encode(equalWeightRatio, forKey: .equalWeightRatio)
    try c.encode(equalWeightRatioUncertainty, forKey: .equalWeightRatioUncertainty)
    try c.encode(componentRatios, forKey: .componentRatios)
    try c.encode(radiativeFactor, forKey: .radiativeFactor)
  }

  /// Compares two fits.
  ///
  /// The radiative factor follows from τ₀/τ = qF + 1 − q for a dark rate that stays the same (Novotny and Hecht, "Principles of
  /// nano-optics", 2012, section 8.5).
  ///
  /// - Parameters:
  ///   - sample: lifetimes in one place, each with its standard deviation, the shortest first.
  ///   - reference: in the other.
  ///   - quantumYield: of the component with the longest lifetime, in the reference; above 0, at most 1.
  public init(sample: [LifetimeComponent], reference: [LifetimeComponent], quantumYield: Double? = nil) {
    let (here, there) = (Self.mean(sample), Self.mean(reference))
    equalWeightRatio = there.value / here.value
    equalWeightRatioUncertainty = here.variance.flatMap { a in
      there.variance.map { b in
        there.value / here.value * (a / (here.value * here.value) + b / (there.value * there.value)).squareRoot()
      }
    }
    componentRatios =
      sample.count == reference.count ? zip(sample, reference).map { $1.lifetimeNs / $0.lifetimeNs } : []
    radiativeFactor = quantumYield.flatMap { q in
      guard let here = sample.last, let there = reference.last else { return nil }
      return (there.lifetimeNs / here.lifetimeNs - 1 + q) / q
    }
  }

  private static func mean(_ components: [LifetimeComponent]) -> (value: Double, variance: Double?) {
    let n = Double(components.count)
    let deviations = components.compactMap(\.lifetimeNsUncertainty)
    return (
      components.reduce(0) { $0 + $1.lifetimeNs } / n,
      deviations.count == components.count ? deviations.reduce(0) { $0 + $1 * $1 } / (n * n) : nil
    )
  }
}
