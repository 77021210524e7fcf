internal import Glibc

/// A guide of exchanged ions just below a glass surface: a raised index whose profile depends on how it was made.
public struct ExchangedGuide: Sendable, Hashable, Codable {
  /// How the index falls from its peak to the substrate's; w is the width, d the depth, Δ the increase at the peak.
  public enum Profile: String, Sendable, Hashable, CaseIterable, Codable {
    /// A sharp half ellipse of full width w and depth d; a half disc if w = 2d.
    case halfEllipse
    /// A sharp rectangle of width w and depth d.
    case rectangle
    /// Δ exp(−(2x/w)² − (y/d)²): 1/e half width w/2 and 1/e depth d.
    case gaussian
    /// Δ erfc(y/d) · ½[erf((w/2 + x)/d) + erf((w/2 − x)/d)]: ions that entered through a mask opening of width w and
    /// diffused by d in both directions (Ramaswamy and Srivastava, J. Lightwave Technol. 6, 984 (1988)).
    case diffused
  }

  /// The profile.
  public var profile: Profile
  /// The full width w, in nanometres.
  public var widthNanometers: Double
  /// The depth d, in nanometres.
  public var depthNanometers: Double
  /// The index at the peak: the substrate's plus Δ.
  public var peakIndex: Double

  /// A guide from its profile, size and peak index.
  public init(profile: Profile, widthNanometers: Double, depthNanometers: Double, peakIndex: Double) {
    self.profile = profile
    self.widthNanometers = widthNanometers
    self.depthNanometers = depthNanometers
    self.peakIndex = peakIndex
  }

  /// A sharp half disc of this radius (nanometres).
  public static func halfDisc(radiusNanometers: Double, index: Double) -> Self {
    Self(
      profile: .halfEllipse, widthNanometers: 2 * radiusNanometers, depthNanometers: radiusNanometers, peakIndex: index)
  }

  /// The refractive index at `x` and this far below the surface (nanometres).
  func index(x: Double, depth: Double, substrate: Double) -> Double {
    substrate + (peakIndex - substrate) * share(x: x, depth: depth)
  }

  /// The share of the peak's increase, 0 to 1.
  private func share(x: Double, depth: Double) -> Double {
    let w = widthNanometers / 2
    let d = depthNanometers
    switch profile {
    case .halfEllipse: return (x / w) * (x / w) + (depth / d) * (depth / d) < 1 ? 1 : 0
    case .rectangle: return abs(x) < w && depth < d ? 1 : 0
    case .gaussian: return exp(-(x / w) * (x / w) - (depth / d) * (depth / d))
    case .diffused: return erfc(depth / d) * (erf((w + x) / d) + erf((w - x) / d)) / 2
    }
  }

  /// Whether a point counts as inside the guide: within the sharp shape, or the 1/e contour of a smooth profile.
  package func contains(x: Double, depth: Double) -> Bool {
    depth > 0 && share(x: x, depth: depth) > 0.36787944117144233 * share(x: 0, depth: 0)
  }

  /// Whether the profile has an edge.
  package var isSharp: Bool { profile == .halfEllipse || profile == .rectangle }
}
