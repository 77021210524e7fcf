/// Flat transparent layers between two half spaces, for example a TiO2 film on an ion-exchanged glass, or on an ideal mirror.
///
/// Everything is lossless and without dispersion: real indices, the same at every wavelength.
public struct PlanarStack: Sendable, Hashable {
  /// One of the layers.
  public struct Layer: Sendable, Hashable {
    /// In nanometres, 0 or more.
    public var thicknessNanometers: Double
    /// 1 or more.
    public var refractiveIndex: Double

    /// A layer, unchecked until it becomes part of a stack.
    public init(thicknessNanometers: Double, refractiveIndex: Double) {
      self.thicknessNanometers = thicknessNanometers
      self.refractiveIndex = refractiveIndex
    }
  }

  /// The two polarisations that layers keep apart.
  public enum Polarization: Sendable, Hashable, CaseIterable {
    /// Electric field parallel to the layers: TE.
    case s
    /// Magnetic field parallel to the layers: TM.
    case p
  }

  /// The refractive index of the upper half space, where dipole and objective are.
  public let indexAbove: Double
  /// From top to bottom; empty for a single interface.
  public let layers: [Layer]
  /// The refractive index of the lower half space, the substrate; `nil` for an ideal mirror.
  public let indexBelow: Double?

  /// A stack from top to bottom.
  ///
  /// - Throws: when an index is below 1 or a thickness is negative.
  public init(indexAbove: Double, layers: [Layer] = [], indexBelow: Double) throws(PlanarStackError) {
    try Self.check(index: indexAbove, of: "upper half space")
    for (number, layer) in zip(1..., layers) {
      try Self.check(index: layer.refractiveIndex, of: "layer \(number)")
      guard layer.thicknessNanometers >= 0, layer.thicknessNanometers.isFinite else {
        throw .invalidThickness(nanometers: layer.thicknessNanometers, medium: "layer \(number)")
      }
    }
    try Self.check(index: indexBelow, of: "lower half space")
    self.init(uncheckedAbove: indexAbove, layers: layers, below: indexBelow)
  }

  /// The same on a perfect conductor, which returns every wave: what an ever larger index tends to.
  ///
  /// - Throws: when an index is below 1 or a thickness is negative.
  public static func onMirror(indexAbove: Double, layers: [Layer] = []) throws(PlanarStackError) -> PlanarStack {
    let stack = try PlanarStack(indexAbove: indexAbove, layers: layers, indexBelow: 1)
    return PlanarStack(uncheckedAbove: indexAbove, layers: stack.layers, below: nil)
  }

  init(uncheckedAbove indexAbove: Double, layers: [Layer], below indexBelow: Double?) {
    self.indexAbove = indexAbove
    self.layers = layers
    self.indexBelow = indexBelow
  }

  private static func check(index: Double, of medium: String) throws(PlanarStackError) {
    guard index >= 1, index.isFinite else { throw .indexBelowOne(found: index, medium: medium) }
  }

  /// The stack upside down: for a dipole, or an objective, in what was the lower half space; `nil` if that is a mirror.
  public var flipped: PlanarStack? {
    indexBelow.map { PlanarStack(uncheckedAbove: $0, layers: layers.reversed(), below: indexAbove) }
  }

  /// The index below which a wave leaves the layers: the larger one of the half spaces.
  var cutoffIndex: Double { max(indexAbove, indexBelow ?? 0) }

  /// The largest index of all: no wave in the stack has a larger effective index.
  var largestIndex: Double {
    layers.reduce(cutoffIndex) { max($0, $1.refractiveIndex) }
  }
}
