/// A share of the emitter's own total rate, 0 to 1: the probability β that an emitted photon takes this channel.
///
/// Not to be confused with `RateOverFreeSpace`: a channel of 0.26 of the free-space rate is a share of 0.11 if the whole
/// dipole emits 2.4 times as fast as in vacuum.
public struct ShareOfOwnRate: Sendable, Hashable {
  /// For a dipole perpendicular to the layers.
  public let perpendicular: Double
  /// For a dipole parallel to the layers.
  public let parallel: Double
  /// The averaged rate of the channel over the averaged total rate: for an emitter that turns, or emits from all three
  /// dipoles, faster than it decays. It is not the mean of the two shares.
  public let averaged: Double
}
