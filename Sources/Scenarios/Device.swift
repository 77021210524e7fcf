/// What a waveguide device does to an emitter on it: the share of the light that it guides, and by how much it speeds up the
/// radiative rates.
public struct Device: Sendable, Hashable {
  /// Whose numbers they are.
  public enum Source: String, Sendable, CaseIterable {
    /// Calculated here from the device's cross-section.
    case model
    /// The paper's finite-difference time-domain simulation.
    case paperFDTD = "paper-fdtd"
    /// Measured on the device.
    case measured
  }
  /// Whose numbers these are.
  public var source: Source
  /// The share of the emitter's photons in the guided mode, 0 to 1.
  public var coupling: Double
  /// The radiative rate on the device over that in the environment which the emitters' lifetimes are given for.
  public var purcellFactor: Double
}
