import CGSL
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
    /// A recording of the background alone; a gate keeps what it keeps there.
    case measured(MeasuredBackground)
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

  /// The rate given for a channel.
  ///
  /// - Throws: ``AnalysisError`` where there is none.
  static func rateHz(of channel: Int, in rates: [Int: Double]) throws(AnalysisError) -> Double {
    guard let rate = rates[channel] else {
      let known = rates.keys.sorted().map(String.init).joined(separator: ", ")
      throw AnalysisError("The background gives no rate for channel \(channel); it names \(known).")
    }
    return rate
  }

  /// The product ρ₁ρ₂ (ρ² for equal arms) with its uncertainty.
  ///
  /// - Parameters:
  ///   - ratesHz: the total rates of the two channels, inside the gate if there is one.
  ///   - gateShare: the part of the laser period the gate keeps.
  ///   - gates: the nanotimes that pass, per channel; nil in T2.
  /// - Throws: ``AnalysisError`` when a fraction is not in 0 < ρ ≤ 1, and without a rate for one of the channels.
  func product(
    channels: [Int], ratesHz: [Double], gateShare: Double, gates: [NanotimeGate]? = nil
  ) throws -> MeasuredValue {
    let fractions: [Double]
    // of each fraction
    var sigmas = [uncertainty, uncertainty]
    switch kind {
    case .signalFraction(let first, let second): fractions = [first, second]
    case .ratesHz(let background):
      fractions = try zip(channels, ratesHz).map { channel, total in
        let rate = try Self.rateHz(of: channel, in: background)
        return total > 0 ? 1 - rate * gateShare / total : 0
      }
    case .measured(let background):
      let rates = channels.indices.map { i in
        background.rateHz(channel: channels[i], gate: gates?[i], gateShare: gateShare)
      }
      fractions = zip(rates, ratesHz).map { $1 > 0 ? 1 - $0.value / $1 : 0 }
      sigmas = zip(rates, ratesHz).map { hypot(uncertainty, $1 > 0 ? $0.uncertainty / $1 : 0) }
    }
    for (channel, rho) in zip(channels, fractions) where !(rho > 0 && rho <= 1) {
      throw AnalysisError(
        "The background leaves a signal fraction of \(rho) in channel \(channel); it must lie above 0 and not above 1.")
    }
    let product = fractions[0] * fractions[1]
    let isCommon = if case .signalFraction(let a, let b) = kind { a == b } else { false }
    // one common ρ: d(ρ²) = 2ρ dρ; two independent ones add in quadrature
    let sigma =
      isCommon ? 2 * fractions[0] * uncertainty : hypot(fractions[1] * sigmas[0], fractions[0] * sigmas[1])
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
  /// ``centerOnly`` with the relative error of the raw value kept, σ·g/g_raw: how published values like
  /// 0.14 ± 0.05 → 0.04 ± 0.015 came about (REFERENCE a.1, row 15). Subtracting a pedestal leaves the absolute error as it
  /// is, so this one is too small by g_raw/g, here 3.5 times. Given to recognize such numbers by, not to quote.
  public var centerOnlyRelativeError: MeasuredValue
  /// The 68.27 % interval of ``rhoSquared`` when that of the raw value was given; it may reach below 0.
  public var rhoSquaredInterval: ConfidenceInterval?
  /// The 95 % interval, likewise.
  public var rhoSquaredInterval95: ConfidenceInterval?
  /// The ρ² that was used.
  public var rhoSquaredUsed: MeasuredValue

  enum CodingKeys: String, CodingKey {
    case rhoSquared = "rho_squared"
    case centerOnly = "center_only"
    case centerOnlyRelativeError = "center_only_relative_error"
    case rhoSquaredInterval = "rho_squared_interval"
    case rhoSquaredInterval95 = "rho_squared_interval_95"
    case rhoSquaredUsed = "rho_squared_used"
  }

  /// Corrects a value; uncertainties propagate: σ/ρ² and σ, each with the error of ρ² in quadrature.
  ///
  /// - Parameter intervals: of the raw value; their ends are corrected like the value, and what ρ² adds to their
  ///   distances from it is added in squares (Zou & Donner, Statist. Med. 27, 1693 (2008)).
  public init(raw: MeasuredValue, rhoSquared product: MeasuredValue, intervals: [ConfidenceInterval] = []) {
    let q = product.value
    let fromProduct = (1 - raw.value) / (q * q) * product.uncertainty
    let corrected = MeasuredValue((raw.value - (1 - q)) / q, hypot(raw.uncertainty / q, fromProduct))
    rhoSquared = corrected
    centerOnly = MeasuredValue(raw.value - (1 - q), hypot(raw.uncertainty, product.uncertainty))
    centerOnlyRelativeError = MeasuredValue(
      raw.value - (1 - q), raw.value > 0 ? raw.uncertainty * abs(raw.value - (1 - q)) / raw.value : 0)
    rhoSquaredUsed = product
    let ends = intervals.map { interval in
      let reach = gsl_cdf_ugaussian_Qinv((1 - interval.confidence) / 2) * fromProduct
      return ConfidenceInterval(
        low: corrected.value - hypot((raw.value - interval.low) / q, reach),
        high: corrected.value + hypot((interval.high - raw.value) / q, reach), confidence: interval.confidence)
    }
    rhoSquaredInterval = ends.first
    rhoSquaredInterval95 = ends.dropFirst().first
  }
}
