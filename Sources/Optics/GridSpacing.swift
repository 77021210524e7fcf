/// How fine the solver's grid is, and how far it reaches. All lengths in nanometres.
public struct GridSpacing: Sendable, Hashable, Codable {
  /// The cells' size in the strip and three cells around it, and around `focus`.
  public var fine: Double
  /// The largest cells inside a film or a guide.
  public var guide: Double
  /// The largest cells anywhere.
  public var coarse: Double
  /// By how much cells grow per distance from the fine ones: 0.2 makes each about a fifth larger than the last.
  public var growth: Double
  /// How far the window reaches beside the widest part, below the deepest and above the highest.
  public var margins: Margins
  /// Points that need fine cells around them, for example where a dipole sits.
  public var focus: [Point]
  /// How often every cell is cut in four after the lines are laid; each halving is a step of a Richardson extrapolation.
  public var halvings: Int

  /// Distances from the structure to the window's walls, in nanometres.
  public struct Margins: Sendable, Hashable, Codable {
    /// Left and right.
    public var side: Double
    /// Below the guide, or below the surface if there is none.
    public var below: Double
    /// Above the strip, or the surface.
    public var above: Double

    /// Margins in nanometres.
    public init(side: Double, below: Double, above: Double) {
      self.side = side
      self.below = below
      self.above = above
    }
  }

  /// A place in the cross-section, in nanometres.
  public struct Point: Sendable, Hashable, Codable {
    /// Sideways from the guide's middle.
    public var x: Double
    /// Upwards from the substrate's surface.
    public var y: Double

    /// A point from its coordinates in nanometres.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A spacing; the defaults suit visible light and high-index strips of a few hundred nanometres.
  public init(
    fine: Double = 5, guide: Double = 50, coarse: Double = 100, growth: Double = 0.2,
    margins: Margins = Margins(side: 2500, below: 2500, above: 1000), focus: [Point] = [], halvings: Int = 0
  ) {
    self.fine = fine
    self.guide = guide
    self.coarse = coarse
    self.growth = growth
    self.margins = margins
    self.focus = focus
    self.halvings = halvings
  }

  /// The same grid with every cell halved this many times more.
  public func halved(_ times: Int = 1) -> Self {
    var copy = self
    copy.halvings += times
    return copy
  }
}
