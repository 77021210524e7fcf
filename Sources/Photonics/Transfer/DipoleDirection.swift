/// The direction along which a dipole swings: a unit vector, x across the strip, y upwards, z along the strip.
public struct DipoleDirection: Sendable, Hashable {
  /// Its components.
  public let x, y, z: Double

  /// The direction of a vector that is not zero.
  public init(x: Double, y: Double, z: Double) {
    let length = (x * x + y * y + z * z).squareRoot()
    precondition(length > 0, "a vector without a direction")
    (self.x, self.y, self.z) = (x / length, y / length, z / length)
  }
}

extension DipoleRate {
  /// For a dipole in any direction, where mirror planes keep x, y and z apart: beside a uniform guide on its plane of symmetry,
  /// for all that is emitted together (Novotny and Hecht, Principles of Nano-Optics, 2nd ed. (2012), section 8.3.3: the rate is
  /// p·Im G·p).
  public func along(_ direction: DipoleDirection) -> Double {
    direction.x * direction.x * x + direction.y * direction.y * y + direction.z * direction.z * z
  }
}
