/// What bounds the window on each side.
struct Walls: Sendable, Hashable {
  /// A wall's kind.
  enum Kind: Sendable, Hashable {
    /// A perfect conductor: the tangential electric field vanishes.
    case electric
    /// Its dual: the tangential magnetic field vanishes; the electric field mirrors itself.
    case magnetic
  }
  var left = Kind.electric
  var right = Kind.electric
  var bottom = Kind.electric
  var top = Kind.electric
}
