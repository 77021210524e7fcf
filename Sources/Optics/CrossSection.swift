/// What a waveguide looks like in the plane across it: the refractive index as a function of place.
///
/// x runs sideways and is 0 in the middle of the guide; y runs upwards and is 0 at the substrate's surface. Lengths are in
/// nanometres, indices are real (no absorption).
///
///                      cover
///                   ┌─────────┐
///                   │  strip  │
///     ──────────────┴─────────┴──────────────  film (a rib's slab; none unless given)
///     ═══════╗                       ╔═══════  y = 0
///            ║    exchanged guide    ║
///            ╚═══════════════════════╝
///                    substrate
public struct CrossSection: Sendable, Hashable, Codable {
  /// The index of the substrate, below y = 0.
  public var substrateIndex: Double
  /// The index of everything above that is nothing else; 1 for air.
  public var coverIndex: Double
  /// Ions exchanged in the substrate; `nil` for none.
  public var guide: ExchangedGuide?
  /// A film over the whole surface, for example what is left of a slab beside a rib; `nil` for none.
  public var film: Film?
  /// A strip on top of the film, or on the substrate; `nil` for none.
  public var strip: Strip?

  /// A homogeneous film.
  public struct Film: Sendable, Hashable, Codable {
    /// Its thickness, in nanometres.
    public var thicknessNanometers: Double
    /// Its refractive index.
    public var index: Double

    /// A film from its thickness and its index.
    public init(thicknessNanometers: Double, index: Double) {
      self.thicknessNanometers = thicknessNanometers
      self.index = index
    }
  }

  /// A strip of rectangular section.
  public struct Strip: Sendable, Hashable, Codable {
    /// Its width, in nanometres.
    public var widthNanometers: Double
    /// Its height, in nanometres.
    public var heightNanometers: Double
    /// Its refractive index.
    public var index: Double
    /// How far its middle lies from the guide's, in nanometres.
    public var offsetNanometers: Double

    /// A strip from its size and index, centred on the guide unless told.
    public init(widthNanometers: Double, heightNanometers: Double, index: Double, offsetNanometers: Double = 0) {
      self.widthNanometers = widthNanometers
      self.heightNanometers = heightNanometers
      self.index = index
      self.offsetNanometers = offsetNanometers
    }
  }

  /// A cross-section from its parts; `validate()` tells whether they make sense.
  public init(
    substrateIndex: Double, coverIndex: Double = 1, guide: ExchangedGuide? = nil, film: Film? = nil, strip: Strip? = nil
  ) {
    self.substrateIndex = substrateIndex
    self.coverIndex = coverIndex
    self.guide = guide
    self.film = film
    self.strip = strip
  }

  /// Where the strip begins: the film's upper surface, in nanometres.
  public var stripBottomNanometers: Double { film?.thicknessNanometers ?? 0 }

  /// Whether left and right mirror each other at x = 0.
  public var isSymmetric: Bool { (strip?.offsetNanometers ?? 0) == 0 }

  /// Whether a point (nanometres) lies in the strip.
  public func isInStrip(x: Double, y: Double) -> Bool {
    guard let strip else { return false }
    let bottom = stripBottomNanometers
    return y > bottom && y < bottom + strip.heightNanometers
      && abs(x - strip.offsetNanometers) < strip.widthNanometers / 2
  }

  /// The refractive index at a point (nanometres).
  public func index(x: Double, y: Double) -> Double {
    if y < 0 { return guide?.index(x: x, depth: -y, substrate: substrateIndex) ?? substrateIndex }
    if let film, y < film.thicknessNanometers { return film.index }
    if let strip, isInStrip(x: x, y: y) { return strip.index }
    return coverIndex
  }

  /// The highest index anywhere: no mode has a higher effective index.
  public var highestIndex: Double {
    [substrateIndex, coverIndex, guide?.peakIndex, film?.index, strip?.index].compactMap(\.self).max() ?? 1
  }
}
