import Emitters
import RandomStreams

/// The hidden slow state of one emitter, drawn once, in order, and before everything else.
///
/// Each hidden variable has its own stream. A pending dwell is never redrawn where a block of work ends: that would be
/// wrong for power laws.
struct SlowTrajectory: Sendable {
  /// A change of the hidden state.
  struct Change: Sendable {
    /// In `FineTime` units.
    var time: Int64
    /// The state that begins, an index into ``Emitter/hiddenStates``.
    var state: Int
  }

  private struct Variable: Sendable {
    let law: HiddenVariable
    /// What one step of this variable adds to the index of the hidden state.
    let stride: Int
    let next: [DiscreteLaw?]
    var stream: RandomStream
    var value: Int
    /// When it changes, in seconds.
    var end: Double

    mutating func change() {
      value = next[value]!.draw(&stream)
      end += law.values[value].dwell?.draw(&stream) ?? .infinity
    }
  }
  private var variables: [Variable]

  /// Where one variable is on its way.
  struct VariableState: Sendable, Codable {
    var stream: RandomStream
    var value: Int
    /// The bits of the time of its next change: infinity is not a number everywhere.
    var end: UInt64
  }
  typealias State = [VariableState]

  /// Where the trajectory is on its way.
  var progress: State {
    get { variables.map { VariableState(stream: $0.stream, value: $0.value, end: $0.end.bitPattern) } }
    set {
      for (i, variable) in newValue.enumerated() {
        variables[i].stream = variable.stream
        variables[i].value = variable.value
        variables[i].end = Double(bitPattern: variable.end)
      }
      state = variables.reduce(0) { $0 + $1.stride * $1.value }
    }
  }

  private(set) var state: Int

  init(emitter: Emitter, seed: UInt64, index: UInt32) {
    var variables: [Variable] = []
    var stride = 1
    for (i, law) in emitter.hiddenVariables.enumerated() {
      // Each variable's stream has a block number of its own.
      let stream = RandomStream(seed: seed, purpose: .slowState, entity: index, block: UInt64(i))
      var variable = Variable(
        law: law, stride: stride,
        next: law.values.map { $0.next.contains { $0 > 0 } ? DiscreteLaw(weights: $0.next) : nil }, stream: stream,
        value: 0, end: .infinity)
      stride *= law.values.count
      if law.startsAtFirstValue {
        variable.end = law.values[0].dwell?.draw(&variable.stream) ?? .infinity
      } else if law.values.count > 1 {
        // A stationary start: values in proportion to their share of time, the running dwell seen at an arbitrary instant.
        variable.value = DiscreteLaw(weights: law.stationaryShares).draw(&variable.stream)
        variable.end = law.values[variable.value].dwell?.drawResidual(&variable.stream) ?? .infinity
      }
      variables.append(variable)
    }
    self.variables = variables
    state = variables.reduce(0) { $0 + $1.stride * $1.value }
  }

  /// The changes before a time, in order; none is given twice.
  mutating func changes(before limit: Int64) -> [Change] {
    var changes: [Change] = []
    while let i = variables.indices.min(by: { variables[$0].end < variables[$1].end }) {
      let seconds = variables[i].end
      guard seconds * FineTime.perSecond < Double(limit) else { break }
      variables[i].change()
      state = variables.reduce(0) { $0 + $1.stride * $1.value }
      changes.append(Change(time: min(limit - 1, FineTime.fromSeconds(seconds)), state: state))
    }
    return changes
  }
}

extension HiddenVariable {
  /// The share of time at each value in the long run: mean dwells times the visits of the chain of values.
  var stationaryShares: [Double] {
    let n = values.count
    var balance = SmallMatrix(size: n)
    for (i, value) in values.enumerated() {
      let total = value.next.reduce(0, +)
      for j in 0..<n where total > 0 { balance[j, i] += value.next[j] / total }
      balance[i, i] -= 1
    }
    // The visits solve a singular system; one of its equations gives way to the normalisation.
    for j in 0..<n { balance[n - 1, j] = 1 }
    let visits = balance.solve((0..<n).map { $0 == n - 1 ? 1 : 0 })
    return zip(visits, values).map { max(0, $0) * ($1.dwell?.mean ?? 1) }
  }
}

extension DwellLaw {
  /// One whole dwell, in seconds.
  func draw(_ stream: inout RandomStream) -> Double {
    switch self {
    case .exponential(let mean): -mean * PortableMath.log(stream.uniformAboveZero())
    case .powerLaw(let exponent, let minimum, let cutoff):
      TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff).draw(&stream)
    case .diffusionControlled(let crossover, let rate):
      DiffusionControlledDwell(crossover: crossover, tailRate: rate).draw(&stream)
    }
  }

  /// What is left of the dwell running at an arbitrary instant, in seconds.
  func drawResidual(_ stream: inout RandomStream) -> Double {
    switch self {
    case .exponential: draw(&stream)
    case .powerLaw(let exponent, let minimum, let cutoff):
      TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff).drawResidual(&stream)
    case .diffusionControlled(let crossover, let rate):
      DiffusionControlledDwell(crossover: crossover, tailRate: rate).drawResidual(&stream)
    }
  }

  /// The mean dwell, in seconds.
  var mean: Double {
    switch self {
    case .exponential(let mean): mean
    case .powerLaw(let exponent, let minimum, let cutoff):
      TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff).mean
    case .diffusionControlled(let crossover, let rate):
      DiffusionControlledDwell(crossover: crossover, tailRate: rate).mean
    }
  }
}
