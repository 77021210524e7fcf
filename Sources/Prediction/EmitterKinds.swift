import Emitters

/// The hidden states of an emitter, sorted by what they do to its light.
struct EmitterKinds: Sendable {
  struct Kind: Hashable {
    /// The slow state.
    var base: Int
    var scheme: LevelScheme
  }
  private(set) var kinds: [Kind] = []
  /// The kind of each hidden state.
  private(set) var ofState: [Int] = []

  init(_ emitter: Emitter) {
    var known: [Kind: Int] = [:]
    for state in emitter.hiddenStates {
      let kind = Kind(base: state.base, scheme: state.scheme)
      if known[kind] == nil {
        known[kind] = kinds.count
        kinds.append(kind)
      }
      ofState.append(known[kind]!)
    }
  }

  /// What hidden states add up to, per kind.
  func sum(_ perState: [Double]) -> [Double] {
    var sums = [Double](repeating: 0, count: kinds.count)
    for (state, value) in perState.enumerated() { sums[ofState[state]] += value }
    return sums
  }
}
