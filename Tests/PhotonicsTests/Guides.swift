import Photonics

/// The cross-sections that the tests solve.
enum Guides {
  /// A TiO2 strip of 300 × 200 nm on glass.
  static let strip = CrossSection(
    substrateIndex: 1.5, strip: .init(widthNanometers: 300, heightNanometers: 200, index: 2.2))
  /// A half disc of 1.25 µm radius in glass.
  static let halfDisc = CrossSection(substrateIndex: 1.5, guide: .halfDisc(radiusNanometers: 1250, index: 1.57))
  /// The published device: a TiO2 strip of 190 × 175 nm on the half disc.
  static let hybrid = CrossSection(
    substrateIndex: 1.5, guide: .halfDisc(radiusNanometers: 1250, index: 1.57),
    strip: .init(widthNanometers: 190, heightNanometers: 175, index: 2.2))
  /// The same strip on bare glass.
  static let narrowStrip = CrossSection(
    substrateIndex: 1.5, strip: .init(widthNanometers: 190, heightNanometers: 175, index: 2.2))
  /// A silicon wire of 500 × 220 nm on silica (Bienstman et al., Opt. Quantum Electron. 38, 731 (2006)).
  static let wire = CrossSection(
    substrateIndex: 1.45, strip: .init(widthNanometers: 500, heightNanometers: 220, index: 3.5))
  /// A rib 2 µm wide, etched 1.1 µm deep into 1.3 µm of index 3.44 on 3.34.
  static let rib = CrossSection(
    substrateIndex: 3.34, film: .init(thicknessNanometers: 200, index: 3.44),
    strip: .init(widthNanometers: 2000, heightNanometers: 1100, index: 3.44))

  /// Cells of 5 nm at the strip, coarse elsewhere: the device's indices within 1e-4.
  static let coarse = GridSpacing(guide: 60, coarse: 120, growth: 0.25)

  /// The rib's grid: 25 nm unless told, in the window of its reference.
  static func ribSpacing(_ cell: Double = 25) -> GridSpacing {
    GridSpacing(fine: cell, guide: cell, coarse: 2 * cell, margins: .init(side: 1500, below: 2000, above: 500))
  }
}
