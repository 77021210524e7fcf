extension StripDipole {
  /// What leaves the guide sideways, over the rate in free space: the integral of `totalRate` along the real axis, from 0
  /// to the index of the denser half space. What is missing to the total is guided.
  ///
  /// Waves that graze an absorbing layer are not absorbed well, so this is a check of the total rather than a figure of
  /// its own: both and the guided modes agree to 3e-3 (a test).
  ///
  /// - Parameters:
  ///   - points: of Gauss–Legendre between two branch points.
  ///   - threads: how many factorizations at once; the result has the same bits for any number.
  /// - Throws: `ModeError`.
  package func radiatedRate(points: Int = 14, threads: Int = 1) throws(ModeError) -> DipoleRate {
    try integral(
      over: crossSection.radiationPath(points: points).map { (Complex($0.s), Complex($0.step)) }, threads: threads,
      progress: nil)
  }

  /// What leaks from the guide in directions so close to it that a short way behind the dipole it is hard to tell from what is
  /// guided: the part of `radiatedRate` with longitudinal indices from `indices` below that of the denser half space up to it.
  ///
  /// - Throws: `ModeError`.
  public func nearlyGuidedRate(within indices: Double, points: Int = 10, threads: Int = 1) throws(ModeError)
    -> DipoleRate
  {
    let end = max(crossSection.coverIndex, crossSection.substrateIndex)
    return try integral(
      over: GaussLegendre(count: points).drawnOut(end - indices, end).map { (Complex($0.s), Complex($0.step)) },
      threads: threads, progress: nil)
  }
}

extension CrossSection {
  /// Points s and weights from 0 to the index of the denser half space, in pieces between the two indices, with the ends
  /// of each drawn out so that square roots become smooth.
  func radiationPath(points: Int) -> [(s: Double, step: Double)] {
    let rule = GaussLegendre(count: points)
    let ends = [0, min(coverIndex, substrateIndex), max(coverIndex, substrateIndex)]
    return zip(ends, ends.dropFirst()).filter { $1 > $0 }.flatMap { a, b in rule.drawnOut(a, b) }
  }
}

extension GaussLegendre {
  /// Points and weights from a to b, with both ends drawn out so that square roots become smooth.
  func drawnOut(_ a: Double, _ b: Double) -> [(s: Double, step: Double)] {
    zip(nodes, weights).map { node, weight in
      let t = (node + 1) / 2
      return (s: a + (b - a) * t * t * (3 - 2 * t), step: weight / 2 * 6 * (b - a) * t * (1 - t))
    }
  }
}
