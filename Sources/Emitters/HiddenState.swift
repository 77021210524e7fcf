import Light

/// What the hidden variables of an emitter are at one time, all together.
public struct HiddenState: Sendable, Hashable {
  /// The values' names.
  public var name: String
  /// The slow state (charge) among them, an index into ``Emitter/states``.
  public var base: Int
  /// Whether each recombination centre is active.
  public var areCentresActive: [Bool]
  /// How far the lines are shifted in photon energy, in meV.
  public var shiftMillielectronvolts: Double
  /// Stages of bleaching passed; without bleaching 0.
  public var bleachingStage: Int
  /// Whether it is dark for good.
  public var isBleached: Bool
  /// The levels and transitions that follow: those of the slow state, with active recombination centres, shifted lines, and
  /// without absorption once bleached.
  public var scheme: LevelScheme
}

extension Emitter {
  /// Every combination of the values of ``hiddenVariables``; the first variable runs fastest.
  public var hiddenStates: [HiddenState] {
    let variables = hiddenVariables
    let count = variables.reduce(1) { $0 * $1.values.count }
    return (0..<count).map { index in
      var rest = index
      let values = variables.map { variable in
        defer { rest /= variable.values.count }
        return rest % variable.values.count
      }
      return hiddenState(values, variables)
    }
  }

  private func hiddenState(_ values: [Int], _ variables: [HiddenVariable]) -> HiddenState {
    var names = [states[values[0]].name]
    var scheme = states[values[0]].scheme
    let active = centres.indices.filter { values[1 + $0] == 1 }
    if !centres.isEmpty {
      names.append("centres " + centres.indices.map { values[1 + $0] == 1 ? "1" : "0" }.joined())
      scheme.add(darkRatePerNanosecond: active.reduce(0) { $0 + centres[$1].ratePerNanosecond })
    }
    var shift = 0.0
    var position = 1 + centres.count
    var stage = 0
    if let spectralDiffusion {
      names.append(variables[position].values[values[position]].name)
      shift += spectralDiffusion.shiftsMillielectronvolts[values[position]]
      position += 1
    }
    if let bleaching {
      stage = values[position]
      names.append(variables[position].values[stage].name)
      if stage == bleaching.stages {
        scheme.absorptions = []
      } else {
        shift += bleaching.shift(inStage: stage)
      }
    }
    if shift != 0 { scheme.shiftLines(byMillielectronvolts: shift) }
    return HiddenState(
      name: names.joined(separator: ", "), base: values[0],
      areCentresActive: centres.indices.map { values[1 + $0] == 1 },
      shiftMillielectronvolts: shift, bleachingStage: stage, isBleached: bleaching.map { stage == $0.stages } ?? false,
      scheme: scheme)
  }
}

extension LevelScheme {
  /// Opens a further dark way beside each radiating one.
  mutating func add(darkRatePerNanosecond rate: Double) {
    for i in transitions.indices where transitions[i].photonRatePerNanosecond > 0 {
      let photons = transitions[i].photonRatePerNanosecond
      transitions[i].ratePerNanosecond += rate
      transitions[i].quantumYield = photons / transitions[i].ratePerNanosecond
    }
  }

  /// Shifts every line in photon energy.
  mutating func shiftLines(byMillielectronvolts shift: Double) {
    for i in transitions.indices {
      guard let line = transitions[i].line else { continue }
      transitions[i].line?.centerNanometers = Spectrum.shifted(
        centerNanometers: line.centerNanometers, byMillielectronvolts: shift)
    }
  }
}
