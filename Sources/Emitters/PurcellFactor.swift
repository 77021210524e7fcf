extension LevelScheme.Transition {
  /// The same transition where its radiative rate is F times as high and the dark ways keep theirs: the total rate becomes
  /// k (qF + 1 − q) and the yield qF/(qF + 1 − q) (Purcell 1946; see Novotny and Hecht, "Principles of nano-optics", 2012,
  /// section 8.5).
  public func inEnvironment(purcellFactor factor: Double) -> Self {
    let radiative = photonRatePerNanosecond
    guard radiative > 0, factor != 1 else { return self }
    var changed = self
    changed.ratePerNanosecond = ratePerNanosecond - radiative + radiative * factor
    changed.quantumYield = radiative * factor / changed.ratePerNanosecond
    return changed
  }
}

extension Emitter {
  /// The same emitter where every radiative rate is F times as high.
  public func inEnvironment(purcellFactor factor: Double) -> Emitter {
    var changed = self
    for s in states.indices {
      changed.states[s].scheme.transitions = states[s].scheme.transitions.map {
        $0.inEnvironment(purcellFactor: factor)
      }
    }
    return changed
  }

  /// Per slow state, the lifetime in nanoseconds of the level from which a photon leads back to the ground level: what the
  /// late part of the decay shows. `nil` for a state that is dark there.
  public var brightLifetimesNanoseconds: [Double?] {
    states.map { state in
      let transitions = state.scheme.transitions
      guard let bright = transitions.first(where: { $0.to == 0 && $0.photonRatePerNanosecond > 0 }) else { return nil }
      return 1 / transitions.reduce(0) { $1.from == bright.from ? $0 + $1.ratePerNanosecond : $0 }
    }
  }

  /// The mean of ``brightLifetimesNanoseconds`` with equal weights, as the paper's supplement (S3) averages the two
  /// lifetimes of a fit; `nil` without a bright state.
  public var equalWeightMeanLifetimeNanoseconds: Double? {
    let lifetimes = brightLifetimesNanoseconds.compactMap(\.self)
    return lifetimes.isEmpty ? nil : lifetimes.reduce(0, +) / Double(lifetimes.count)
  }
}
