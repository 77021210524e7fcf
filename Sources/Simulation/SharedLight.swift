public import Bench
import Emitters
import Light

/// The light that several benches share because nothing in them differs but what the light passes: of every photon it knows
/// with what probability it is detected on the bench that passes most.
///
/// A simulator that is given it draws the photons that this envelope lets through, and with each a uniform number of its own,
/// and keeps a photon if that number is below the share of such photons that its own bench lets through. So all these benches
/// see the same photons, a narrower filter a subset of a wider one's, and what differs between them differs because of the
/// filters and not by chance ("common random numbers"). Each bench by itself is drawn as exactly as alone, for what an
/// emitter does does not depend on whether its photons are detected.
public struct SharedLight: Sendable {
  /// Per line, the probability per detector that a photon of it that an emitter emits is detected.
  let emitted: [Spectrum: [Double]]
  /// Per background component and detector, the rate of photons that are detected.
  let backgroundRatesHz: [[Double]]

  /// The numbers of the benches that can share their light, together: those in which nothing differs but what light passes.
  public static func groups(_ benches: [Bench]) -> [[Int]] {
    var groups: [[Int]] = []
    var known: [Emission: Int] = [:]
    for (number, bench) in benches.enumerated() {
      let emission = Emission(bench)
      if let group = known[emission] {
        groups[group].append(number)
      } else {
        known[emission] = groups.count
        groups.append([number])
      }
    }
    return groups
  }

  /// The light that benches share.
  ///
  /// - Returns: `nil` where they cannot share any: where excitation, an emitter or a background's decay differs, where one has
  ///   more detectors than another, where the envelope would let more than all light through, as it may when a
  ///   beamsplitter's ratio varies, or where an emitter has so many hidden states that their lines cannot be told apart.
  public init?(_ benches: [Bench]) {
    guard let first = benches.first, Set(benches.map(Emission.init)).count == 1 else { return nil }
    // Photons carry sixteen bits of where they come from.
    guard first.emitters.allSatisfy({ $0.hiddenStates.reduce(0) { $0 + $1.scheme.transitions.count } <= 1 << 16 })
    else {
      return nil
    }
    func largest(_ shares: (Bench) -> [Double]) -> [Double] {
      benches.reduce([Double](repeating: 0, count: first.detectors.count)) { most, bench in
        zip(most, shares(bench)).map { max($0, $1) }
      }
    }
    let lines = Set(first.emitters.flatMap(\.hiddenStates).flatMap(\.scheme.transitions).compactMap(\.line))
    emitted = Dictionary(
      uniqueKeysWithValues: lines.map { line in (line, largest { $0.detectionProbabilities(ofEmitted: line) }) })
    guard emitted.values.allSatisfy({ $0.reduce(0, +) <= 1 }) else { return nil }
    backgroundRatesHz = first.background.indices.map { c in
      largest { bench in bench.detectionShares(of: bench.background[c]).map { $0 * bench.background[c].rateHz } }
    }
  }
}

/// What the photons of a bench are before anything is detected.
private struct Emission: Hashable {
  var excitation: Excitation
  var emitters: [Emitter]
  var decays: [[BackgroundComponent.Decay]]
  var detectors: Int

  init(_ bench: Bench) {
    excitation = bench.excitation
    emitters = bench.emitters
    decays = bench.background.map(\.decays)
    detectors = bench.detectors.count
  }
}
