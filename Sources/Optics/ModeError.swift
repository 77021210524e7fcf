/// Why there is no mode to give; its description is one sentence for the user.
public enum ModeError: Error, Sendable, Equatable {
  /// A mode that is cut off: fewer are guided than were asked for.
  case noSuchMode(number: Int, found: Int, cutoffIndex: Double)
  /// A refractive index below that of vacuum, or none.
  case indexBelowOne(part: String, index: Double)
  /// A length that is not above zero.
  case notPositive(what: String, nanometers: Double)
  /// A place or a rate of growth that is not a number, or negative where it must not be.
  case notSensible(what: String, value: Double)
  /// More cells than memory holds factors of.
  case gridTooLarge(cells: Double, allowed: Int)
  /// The walls of the window squeeze the mode.
  case windowTooSmall(effectiveIndex: Double, wallField: Double, allowed: Double)
  /// A mirror wall at x = 0 of a cross-section that has no mirror there.
  case notSymmetric(offsetNanometers: Double)
  /// Neither is a mode of the grid found nor an error known: how many of how many came out.
  case notConverged(found: Int, wanted: Int)
  /// The sparse factorization failed, with UMFPACK's status.
  case factorizationFailed(status: Int)
  /// A dipole nearer to an interface than a cell of the grid.
  case dipoleTooClose(x: Double, y: Double, cellNanometers: Double)
  /// A dipole where no field was computed.
  case dipoleOutsideWindow(x: Double, y: Double)
  /// A dipole inside the film, where the light that reaches the objective is not computed.
  case dipoleInFilm(x: Double, y: Double)
  /// A numerical aperture that is not above 0, or above the cover's index.
  case apertureOutOfRange(found: Double, index: Double)
  /// Something asked of a strip where there is none.
  case noStrip
}

extension ModeError: CustomStringConvertible {
  /// One sentence without a full stop: "mode 2 is cut off: 1 mode has an effective index above 1.5".
  public var description: String {
    switch self {
    case .noSuchMode(let number, let found, let cutoff):
      "mode \(number) is cut off: "
        + (found == 1 ? "1 mode has" : "\(found == 0 ? "no" : "\(found)") modes have")
        + " an effective index above \(Self.rounded(cutoff))"
    case .indexBelowOne(let part, let index):
      "the refractive index of \(part) is \(index); it must be a number of at least 1"
    case .notPositive(let what, let size):
      "\(what) is \(size) nm; it must be above zero"
    case .notSensible(let what, let value):
      "\(what) is \(value); it must be a finite number that is not negative"
    case .gridTooLarge(let cells, let allowed):
      "the grid would have \(cells.rounded()) cells, \(allowed) are allowed; use larger cells or fewer halvings"
    case .windowTooSmall(let index, let field, let allowed):
      "the window is too small for the mode of effective index \(Self.rounded(index)): the field at the walls is "
        + "\(Self.rounded(field)) of that inside, \(allowed) is allowed; widen the margins"
    case .notSymmetric(let offset):
      "a strip \(offset) nm off the guide's middle has no mirror symmetry; solve the whole window"
    case .notConverged(let found, let wanted):
      "the eigenvalue solver found \(found) of \(wanted) modes; ask for fewer or give a guess nearer to them"
    case .factorizationFailed(let status):
      "the sparse factorization failed with UMFPACK's status \(status); a coarser grid needs less memory"
    case .noStrip:
      "the cross-section has no strip"
    case .dipoleTooClose(let x, let y, let cell):
      "the dipole at (\(x), \(y)) nm is closer to an interface than one cell of the grid, \(Self.rounded(cell)) nm; "
        + "refine the grid around it or move it away"
    case .dipoleOutsideWindow(let x, let y):
      "the dipole at (\(x), \(y)) nm lies outside the window in which the field was computed"
    case .dipoleInFilm(let x, let y):
      "the dipole at (\(x), \(y)) nm lies inside the film; what an objective collects is computed above it and in the "
        + "substrate"
    case .apertureOutOfRange(let found, let index):
      "a numerical aperture of \(found) cannot be; above the cover of index \(index) it lies between 0 and that"
    }
  }

  /// Five digits after the point.
  private static func rounded(_ x: Double) -> Double { (x * 1e5).rounded() / 1e5 }
}
