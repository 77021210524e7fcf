/// What bounds the window on each side.
package struct Walls: Sendable, Hashable {
  /// A wall's kind.
  package enum Kind: Sendable, Hashable {
    /// A perfect conductor: the tangential electric field vanishes.
    case electric
    /// Its dual: the tangential magnetic field vanishes; the electric field mirrors itself.
    case magnetic
  }
  package var left = Kind.electric
  package var right = Kind.electric
  package var bottom = Kind.electric
  package var top = Kind.electric

  /// Conductors all round unless told.
  package init(
    left: Kind = .electric, right: Kind = .electric, bottom: Kind = .electric, top: Kind = .electric
  ) {
    self.left = left
    self.right = right
    self.bottom = bottom
    self.top = top
  }
}
