public import Emitters

/// Where the emitters are, if that is not where their lifetimes are given for.
public struct Environment: Sendable, Hashable {
  /// Where the scenario's lifetimes and yields hold, for example "on glass".
  public var reference: String
  /// By how much the radiative rates are higher than there.
  public var purcellFactor: Double

  /// What an emitter of the bench is like where its lifetimes are given for.
  public func atReference(_ emitter: Emitter) -> Emitter { emitter.inEnvironment(purcellFactor: 1 / purcellFactor) }

  /// The paper's recipe for a Purcell factor: the ratio of the mean lifetimes, with equal weights, at the reference and here. It
  /// is smaller than the radiative factor wherever dark ways take part. `nil` for an emitter without a bright state.
  public func lifetimeRatio(_ emitter: Emitter) -> Double? {
    guard let here = emitter.equalWeightMeanLifetimeNanoseconds,
      let there = atReference(emitter).equalWeightMeanLifetimeNanoseconds
    else { return nil }
    return there / here
  }
}
