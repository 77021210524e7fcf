private import RandomStreams

extension Quantity {
  /// The share of light that a loss in decibels leaves: 10^(−loss/10).
  public static func transmission(ofDecibels loss: Double) -> Double {
    PortableMath.exp(-loss * 0.23025850929940457)
  }
}
