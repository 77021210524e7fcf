/// The number of events of a Poisson process in an interval that holds `mean` of them on average.
///
/// Law: P(n) = e^(−mean) meanⁿ / n!, n = 0, 1, … (Devroye, "Non-uniform random variate generation", 1986, section X.3).
/// The draw is a table look-up: the weights follow from P(n + 1) / P(n) = mean / (n + 1), outwards from the most likely
/// n until they are below 2⁻⁷⁰ of its weight. What lies beyond is rarer than one random word can tell from never.
public struct PoissonLaw: Sendable {
  @usableFromInline let smallest: Int
  @usableFromInline let table: DiscreteLaw

  /// The law for one mean; stops the program when it is negative or not finite.
  ///
  /// - Parameter mean: the mean number of events, at least 0. Making the law takes a time in proportion to its square
  ///   root, drawing from it does not.
  public init(mean: Double) {
    precondition(mean >= 0 && mean < 0x1p40, "a Poisson law needs a mean that is finite and not negative")
    let negligible = 0x1p-70
    let mode = Int(mean)
    var rising = [Double]()
    var weight = 1.0
    var n = mode
    while n > 0 {
      weight *= Double(n) / mean
      if weight < negligible { break }
      rising.append(weight)
      n -= 1
    }
    var weights = rising.reversed() + [1]
    weight = 1
    n = mode
    while true {
      n += 1
      weight *= mean / Double(n)
      if weight < negligible { break }
      weights.append(weight)
    }
    smallest = mode - rising.count
    table = DiscreteLaw(weights: weights)
  }

  /// One number of events; takes one random word.
  @inlinable @inline(__always)
  public func draw(_ stream: inout RandomStream) -> Int {
    smallest + table.draw(&stream)
  }
}
