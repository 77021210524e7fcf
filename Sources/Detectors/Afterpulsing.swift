/// Afterpulses: a click may be followed by one more when a trap lets go of a carrier of its avalanche.
///
/// A click has at most one afterpulse, which is a click like any other: it may have one of its own, so that a click has
/// 1/(1 − p) − 1 descendants where none is lost.
public struct Afterpulsing: Sendable, Hashable {
  /// The law of the delays.
  public enum DelayLaw: Sendable, Hashable {
    /// One kind of trap: an exponential with this mean, in nanoseconds.
    case exponential(meanNanoseconds: Double)
    /// Several kinds of trap: shares, which are taken relative to their sum, and means in nanoseconds.
    case exponentials([Component])
    /// Traps of all release times between two, in nanoseconds, equally many in each decade: the density
    /// (e^(−t/longest) − e^(−t/shortest)) / t, over ln(longest/shortest) (Horoshko, Chizhevsky and Kilin 2017,
    /// J. Mod. Opt. 64, 191).
    case powerLike(shortestNanoseconds: Double, longestNanoseconds: Double)
    /// As measured; no delay is negative.
    case table(TabulatedDensity)

    /// One kind of trap.
    public struct Component: Sendable, Hashable {
      /// Its share of the afterpulses, relative to those of the others.
      public var share: Double
      /// Its mean release time, in nanoseconds.
      public var meanNanoseconds: Double

      /// A kind of trap by its share and its mean release time in nanoseconds.
      public init(share: Double, meanNanoseconds: Double) {
        self.share = share
        self.meanNanoseconds = meanNanoseconds
      }
    }
  }

  /// What a delay is counted from.
  public enum Start: String, Sendable, CaseIterable {
    /// The end of the dead time: the probability is that of an afterpulse that the detector can see.
    case deadTimeEnd = "dead_time_end"
    /// The click itself: carriers released in the dead time are lost, and the probability counts them.
    case click
  }

  /// Probability that a click has an afterpulse, 0 to below 1.
  public var probability: Double
  /// How long it takes.
  public var delays: DelayLaw
  /// From when.
  public var start: Start

  /// Afterpulsing with its probability and law; a probability of 0 means none.
  public init(probability: Double, delays: DelayLaw, start: Start = .deadTimeEnd) {
    self.probability = probability
    self.delays = delays
    self.start = start
  }

  /// Afterpulsing by one kind of trap, with the mean delay beyond the dead time in nanoseconds.
  public init(probability: Double, meanDelayNanoseconds: Double) {
    self.init(probability: probability, delays: .exponential(meanNanoseconds: meanDelayNanoseconds))
  }
}
