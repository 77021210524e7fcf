import RandomStreams

/// A trap that opens a dark way for every radiating transition while it is active, and switches at random (Frantsuzov,
/// Volkán-Kacsó and Jankó, Phys. Rev. Lett. 103, 207402, 2009: multiple recombination centres).
public struct RecombinationCentre: Sendable, Hashable {
  /// The rate it adds to each radiating transition while active, 1/ns.
  public var ratePerNanosecond: Double
  /// The mean of the exponential times it is active, in seconds.
  public var meanActiveSeconds: Double
  /// The mean of the exponential times it is not, in seconds.
  public var meanInactiveSeconds: Double

  /// A centre; both means are above 0.
  public init(ratePerNanosecond: Double, meanActiveSeconds: Double, meanInactiveSeconds: Double) {
    self.ratePerNanosecond = ratePerNanosecond
    self.meanActiveSeconds = meanActiveSeconds
    self.meanInactiveSeconds = meanInactiveSeconds
  }

  /// Centres of equal strength whose switching rates are spread evenly in their logarithm, each as often active as not:
  /// what gives noise with a 1/f spectrum between the slowest and the fastest rate.
  ///
  /// - Parameters:
  ///   - count: how many, at least one.
  ///   - ratePerNanosecond: the rate each adds, 1/ns.
  ///   - slowestHz: the switching rate (either way) of the first.
  ///   - fastestHz: that of the last.
  public static func spread(
    count: Int, ratePerNanosecond: Double, slowestHz: Double, fastestHz: Double
  ) -> [RecombinationCentre] {
    (0..<count).map { i in
      let fraction = count > 1 ? Double(i) / Double(count - 1) : 0
      let mean = 1 / (slowestHz * PortableMath.power(fastestHz / slowestHz, fraction))
      return RecombinationCentre(
        ratePerNanosecond: ratePerNanosecond, meanActiveSeconds: mean, meanInactiveSeconds: mean)
    }
  }
}
