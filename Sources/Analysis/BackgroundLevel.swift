import Glibc

/// How much of the counts is background, as the caller knows it.
///
/// Both corrections assume a Poisson background uncorrelated with the emitter. With ρ = signal/(signal + background)
/// the measured value is g_raw = 1 − ρ₁ρ₂(1 − g) (Brouri et al., Opt. Lett. 25, 1294 (2000), eq. 2; REFERENCE f.2).
public struct BackgroundLevel: Sendable, Hashable {
  /// What is known.
  public enum Kind: Sendable, Hashable {
    /// The signal fraction ρ in the first and the second channel.
    case signalFraction(first: Double, second: Double)
    /// The background rate in Hz by channel number, flat over the laser period: a gate keeps its share.
    case ratesHz([Int: Double])
  }
  /// What the caller gave: signal fractions, or rates by channel.
  public var kind: Kind
  /// One standard deviation of each ρ (of a rate relative to the channel's total rate); 0 when taken as exact.
  public var uncertainty: Double

  /// A level with its uncertainty; whether every fraction is above 0 and not above 1 is checked when it is used.
  public init(_ kind: Kind, uncertainty: Double = 0) {
    self.kind = kind
    self.uncertainty = uncertainty
  }

  /// The same signal fraction in both channels.
  public static func signalFraction(_ rho: Double, uncertainty: Double = 0) -> Self {
    Self(.signalFraction(first: rho, second: rho), uncertainty: uncertainty)
  }

  /// The product ρ₁ρ₂ (ρ² for equal arms) with its uncertainty.
  ///
  /// - Parameters:
  ///   - ratesHz: the total rates of the two channels, inside the gate if there is one.
  ///   - gateShare: the part of the laser period the gate keeps.
  /// - Throws: ``AnalysisError`` when a fraction is not in 0 < ρ ≤ 1.
  func product(channels: [Int], ratesHz: [Double], gateShare: Double) throws -> MeasuredValue {
    let fractions: [Double]
    switch kind {
    case .signalFraction(let first, let second): fractions = [first, second]
    case .ratesHz(let background):
      fractions = zip(channels, ratesHz).map { channel, total in
        total > 0 ? 1 - (background[channel] ?? 0) * gateShare / total : 0
      }
    }
    for (channel, rho) in zip(channels, fractions) where !(rho > 0 && rho <= 1) {
      throw AnalysisError(
        "The background leaves a signal fraction of \(rho) in channel \(channel); it must lie above 0 and not above 1.")
    }
    let product = fractions[0] * fractions[1]
    let isCommon = if case .signalFraction(let a, let b) = kind { a == b } else { false }
    // one common ρ: d(ρ²) = 2ρ dρ; two independent ones add in quadrature
    let sigma = isCommon ? 2 * fractions[0] * uncertainty : uncertainty * hypot(fractions[0], fractions[1])
    return MeasuredValue(product, sigma)
  }
}

/// A g2(0) freed from background in two ways.
public struct BackgroundCorrection: Codable, Sendable, Hashable {
  /// g = (g_raw − (1 − ρ²))/ρ²: the pedestal b = 1 − ρ² is taken from the centre and the side peaks. The reference.
  public var rhoSquared: MeasuredValue
  /// g_raw − (1 − ρ²): the pedestal is taken from the centre only, side peaks as measured. This is what reproduces
  /// published pairs like 0.14 → 0.04 with a pedestal of 0.10 (REFERENCE a.1, row 14); it is biased low by ρ².
  public var centerOnly: MeasuredValue
  /// The ρ² that was used.
  public var rhoSquaredUsed: MeasuredValue

  enum CodingKeys: String, CodingKey {
    case rhoSquared = "rho_squared"
    case centerOnly = "center_only"
    case rhoSquaredUsed = "rho_squared_used"
  }

  /// Corrects a value; uncertainties propagate: σ/ρ² and σ, each with the error of ρ² in quadrature.
  public init(raw: MeasuredValue, rhoSquared product: MeasuredValue) {
    let q = product.value
    rhoSquared = MeasuredValue(
      (raw.value - (1 - q)) / q,
      hypot(raw.uncertainty / q, (1 - raw.value) / (q * q) * product.uncertainty))
    centerOnly = MeasuredValue(raw.value - (1 - q), hypot(raw.uncertainty, product.uncertainty))
    rhoSquaredUsed = product
  }
}
