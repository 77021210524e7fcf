/// One of the independent slow variables of an emitter: its charge, a recombination centre, the position of its lines,
/// its bleaching. It stays at each value for a time with a law of its own and then goes on to another (a semi-Markov chain).
public struct HiddenVariable: Sendable, Hashable {
  /// One value it can have.
  public struct Value: Sendable, Hashable {
    /// How truth and messages call it.
    public var name: String
    /// How long it lasts; `nil` for ever.
    public var dwell: DwellLaw?
    /// The weights of the values that may follow, one for each value of the variable; zero for itself.
    public var next: [Double]

    /// A value; `next` has a weight above zero unless the value lasts for ever.
    public init(name: String, dwell: DwellLaw?, next: [Double]) {
      self.name = name
      self.dwell = dwell
      self.next = next
    }
  }
  /// The values.
  public var values: [Value]
  /// Whether a recording begins at the first value (bleaching), or at an arbitrary instant of a stationary process.
  public var startsAtFirstValue: Bool

  /// A variable of one or more values.
  public init(values: [Value], startsAtFirstValue: Bool = false) {
    self.values = values
    self.startsAtFirstValue = startsAtFirstValue
  }
}

extension Emitter {
  /// The emitter's independent hidden variables, the charge (its slow states) first of all.
  public var hiddenVariables: [HiddenVariable] {
    var variables = [
      HiddenVariable(
        values: states.enumerated().map { i, state in
          var cyclic = [Double](repeating: 0, count: states.count)
          if states.count > 1 { cyclic[(i + 1) % states.count] = 1 }
          return .init(name: state.name, dwell: states.count > 1 ? state.dwell : nil, next: state.next ?? cyclic)
        })
    ]
    for (i, centre) in centres.enumerated() {
      variables.append(
        HiddenVariable(values: [
          .init(
            name: "centre \(i + 1) idle", dwell: .exponential(meanSeconds: centre.meanInactiveSeconds), next: [0, 1]),
          .init(
            name: "centre \(i + 1) active", dwell: .exponential(meanSeconds: centre.meanActiveSeconds), next: [1, 0]),
        ]))
    }
    if let diffusion = spectralDiffusion { variables.append(diffusion.variable) }
    if let bleaching { variables.append(bleaching.variable) }
    return variables
  }
}

extension SpectralDiffusion {
  var variable: HiddenVariable {
    let k = Double(positions - 1)
    let shares = shares
    return HiddenVariable(
      values: shiftsMillielectronvolts.enumerated().map { j, shift in
        var next = [Double](repeating: 0, count: positions)
        var rate: Double  // of leaving, times the correlation time
        switch motion {
        case .jumps:
          // A jump draws from all positions; one that stays where it was is none.
          next = shares
          next[j] = 0
          rate = 1 - shares[j]
        case .steps:
          // K urns, each emptied or filled at half the rate at which the mean decays.
          if j > 0 { next[j - 1] = Double(j) }
          if j < positions - 1 { next[j + 1] = k - Double(j) }
          rate = k / 2
        }
        return .init(
          name: "shift \(Self.tenths(shift)) meV", dwell: .exponential(meanSeconds: correlationSeconds / rate),
          next: next)
      })
  }

  /// A number with one decimal.
  private static func tenths(_ x: Double) -> String {
    let n = Int((abs(x) * 10).rounded())
    return "\(x < 0 && n > 0 ? "−" : "")\(n / 10).\(n % 10)"
  }
}

extension Bleaching {
  var variable: HiddenVariable {
    let dwell = DwellLaw.exponential(meanSeconds: meanSeconds / Double(stages))
    return HiddenVariable(
      values: (0...stages).map { stage in
        var next = [Double](repeating: 0, count: stages + 1)
        if stage < stages { next[stage + 1] = 1 }
        return .init(
          name: stage == stages ? "bleached" : stages > 1 ? "stage \(stage + 1)" : "fresh",
          dwell: stage == stages ? nil : dwell, next: next)
      }, startsAtFirstValue: true)
  }
}
