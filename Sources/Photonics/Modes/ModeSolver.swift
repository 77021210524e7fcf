/// Finds the guided modes of a cross-section: full-vector finite differences on a graded Yee grid between conducting walls.
public struct ModeSolver: Sendable, Hashable {
  /// The guide.
  public var crossSection: CrossSection
  /// The vacuum wavelength, in nanometres.
  public var wavelengthNanometers: Double
  /// The grid and the window.
  public var spacing: GridSpacing
  /// Which modes, by their mirror symmetry.
  public var symmetry: Symmetry
  /// The largest `GuidedMode.wallField` that is accepted.
  public var allowedWallField: Double

  /// The mirror at x = 0, which halves the work.
  public enum Symmetry: Sendable, Hashable, CaseIterable {
    /// Both kinds in turn if the cross-section is symmetric, else the whole window.
    case automatic
    /// A conductor at x = 0: modes whose Ex is even, the lowest TE-like one among them.
    case electricWall
    /// Its dual at x = 0: modes whose Ey is even, the lowest TM-like one among them.
    case magneticWall
    /// No mirror: the whole window.
    case wholeWindow
  }

  /// Where to look.
  public enum Search: Sendable, Hashable {
    /// The modes of highest effective index.
    case highest
    /// The modes nearest to an effective index, below or above it.
    case near(Double)
    /// The nearest modes whose effective index is not above this one.
    case below(Double)
  }

  /// A solver; a wall field of 5 % is accepted unless told otherwise.
  public init(
    _ crossSection: CrossSection, wavelengthNanometers: Double, spacing: GridSpacing = GridSpacing(),
    symmetry: Symmetry = .automatic, allowedWallField: Double = 0.05
  ) {
    self.crossSection = crossSection
    self.wavelengthNanometers = wavelengthNanometers
    self.spacing = spacing
    self.symmetry = symmetry
    self.allowedWallField = allowedWallField
  }

  /// Up to `count` guided modes, the highest effective index first; fewer if no more are guided.
  ///
  /// Throws `ModeError` if the cross-section makes no sense, if a mode reaches the walls, or if the solver fails.
  public func modes(_ count: Int, _ search: Search = .highest) throws(ModeError) -> [GuidedMode] {
    let found = try solve(count, search)
    for mode in found where mode.wallField > allowedWallField {
      throw .windowTooSmall(
        effectiveIndex: mode.effectiveIndex, wallField: mode.wallField, allowed: allowedWallField)
    }
    return found
  }

  /// The guided mode of this number, 0 for the highest effective index; throws `noSuchMode` if it is cut off.
  public func mode(_ number: Int = 0) throws(ModeError) -> GuidedMode {
    let found = try modes(number + 1)
    guard number < found.count else {
      throw .noSuchMode(number: number, found: found.count, cutoffIndex: cutoffIndex)
    }
    return found[number]
  }

  /// Below this effective index nothing is guided.
  public var cutoffIndex: Double { crossSection.cutoffIndex(wavelengthNanometers: wavelengthNanometers) }

  /// Throws what is wrong with the input.
  private func validate() throws(ModeError) {
    try crossSection.validate()
    try spacing.validate()
    guard wavelengthNanometers > 0, wavelengthNanometers.isFinite else {
      throw .notPositive(what: "the wavelength", nanometers: wavelengthNanometers)
    }
    if !crossSection.isSymmetric, symmetry == .electricWall || symmetry == .magneticWall {
      throw .notSymmetric(offsetNanometers: crossSection.strip?.offsetNanometers ?? 0)
    }
  }

  private func solve(_ count: Int, _ search: Search) throws(ModeError) -> [GuidedMode] {
    try validate()
    guard count > 0 else { return [] }
    let mirrors: [Walls.Kind?] =
      switch symmetry {
      case .electricWall: [.electric]
      case .magneticWall: [.magnetic]
      case .wholeWindow: [nil]
      case .automatic: crossSection.isSymmetric ? [.electric, .magnetic] : [nil]
      }
    let half = Permittivity(crossSection, on: try ModeGrid(crossSection, spacing: spacing, half: mirrors != [nil]))
    let whole = mirrors == [nil] ? half : half.unfolded()
    var found: [GuidedMode] = []
    for mirror in mirrors {
      let problem = WaveOperator(permittivity: half, walls: Walls(left: mirror ?? .electric), k0: k0)
      for mode in try eigenmodes(of: problem, count, search) {
        let field = ModeField(mode.vector, effectiveIndex: mode.index, of: problem)
        found.append(
          GuidedMode(
            mirror.map(field.unfolded) ?? field, effectiveIndex: mode.index, crossSection: crossSection,
            permittivity: whole,
            symmetry: mirror.map { $0 == .electric ? .electricWall : .magneticWall } ?? .wholeWindow, k0: k0))
      }
    }
    if case .near(let guess) = search {
      found.sort { abs($0.effectiveIndex - guess) < abs($1.effectiveIndex - guess) }
      found.removeLast(max(0, found.count - count))
    }
    found.sort { $0.effectiveIndex > $1.effectiveIndex }
    return Array(found.prefix(count))
  }

  /// 2π/λ, per nanometre.
  private var k0: Double { 2 * Double.pi / wavelengthNanometers }
}
