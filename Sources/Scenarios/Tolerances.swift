/// How devices made to the same design differ. Every device is drawn on its own; spreads are standard deviations of normal laws.
public struct Tolerances: Sendable, Hashable {
  /// Where along the strip the emitter comes to lie.
  public enum Position: String, Sendable, CaseIterable {
    /// Where the guide's file puts it.
    case fixed
    /// Anywhere along the strip with equal probability.
    case uniform
  }

  /// How the emitter's dipole is turned.
  public enum Orientation: String, Sendable, CaseIterable {
    /// All directions at once, a third of the light each from x, y and z.
    case averaged
    /// A linear dipole in one direction, all directions equally probable: a molecule, a defect.
    case random
    /// Two equal dipoles across an axis, all axes equally probable: the bright plane of a nanocrystal with a crystal axis
    /// (Empedocles, Neuhauser and Bawendi, Nature 399, 126 (1999)).
    case randomPlane = "random-plane"
  }

  /// Of the strip's width, in nanometres.
  public var widthSpreadNanometers: Double
  /// Of the strip's height, in nanometres.
  public var heightSpreadNanometers: Double
  /// Of the emitter's place along the strip.
  public var position: Position
  /// Of the emitter's dipole.
  public var orientation: Orientation
  /// Numbers the batch of devices: another one, other devices.
  public var sample: Int

  /// Tolerances; every device is as designed unless told.
  public init(
    widthSpreadNanometers: Double = 0, heightSpreadNanometers: Double = 0, position: Position = .fixed,
    orientation: Orientation = .averaged, sample: Int = 1
  ) {
    self.widthSpreadNanometers = widthSpreadNanometers
    self.heightSpreadNanometers = heightSpreadNanometers
    self.position = position
    self.orientation = orientation
    self.sample = sample
  }
}
