import Bench
import Emitters
import Glibc
import Prediction
import TimeTags

/// When the brightness truly changes, and how well a recording can tell.
///
/// Between rates a and b, in counts per second of all detectors, the likeliest place of a change lies further than w from the
/// true one with a probability of at most 2 exp(−w (√a − √b)²/2) (Chernoff 1952, for two Poisson laws). w is where that
/// bound, shared among all changes, is the false-alarm probability. A change must be found if both stays at its sides are
/// longer than the two w that meet in them.
struct ExpectedChangePoints: Codable {
  static let name = "change_points_s"

  /// In order.
  var timesS: [Double]
  /// How far off an answer may be.
  var withinS: [Double]
  /// Whether a recording as bright as this shows it.
  var mustBeFound: [Bool]
  /// The state that begins.
  var states: [String]
  /// How many answers may be near no change at all: one, and one in twenty.
  var strayAtMost: Int
  var meaning =
    "times at which the emitter's brightness changes; each one that must be found has an answer within its distance, and hardly any answer is near none"

  enum CodingKeys: String, CodingKey {
    case states, meaning
    case timesS = "times_s"
    case withinS = "within_s"
    case mustBeFound = "must_be_found"
    case strayAtMost = "stray_at_most"
  }

  /// - Parameters:
  ///   - changes: the truth of the first emitter; changes between equal brightness are none.
  ///   - names: of the hidden states that changes number.
  /// - Returns: `nil` unless the bench has one emitter with several states.
  init?(_ changes: [StateChange], names: [String], predictor: Predictor, falseAlarmProbability: Double) {
    let bench = predictor.bench
    guard bench.emitters.count == 1, bench.emitters[0].states.count > 1, bench.emitters[0].states.count == names.count
    else { return nil }
    let components = predictor.componentRatesHz
    let emitter = bench.emitters[0]
    let own = emitter.states.enumerated().map { s, state in
      let share = predictor.stateShares[0][s]
      let sum = components.filter { $0.name.hasPrefix("\(emitter.name)/\(state.name)/") }.reduce(0) { $0 + $1.rateHz }
      return share > 0 ? sum / share : 0
    }
    let others = components.filter { !$0.name.hasPrefix("\(emitter.name)/") }.reduce(0) { $0 + $1.rateHz }
    let rates = own.map { $0 + others }
    let seconds = bench.durationSeconds
    var found: [(time: Double, state: Int, within: Double)] = []
    let logarithm = log(2 * Double(max(1, changes.count)) / falseAlarmProbability)
    var state = changes.first.map { Int($0.state) } ?? 0
    for change in changes.dropFirst() where Int(change.state) != state {
      let difference = rates[Int(change.state)].squareRoot() - rates[state].squareRoot()
      state = Int(change.state)
      let time = Double(change.time) / 16e12
      guard difference != 0, time > 0, time < seconds else { continue }
      found.append((time, state, min(seconds, 2 * logarithm / (difference * difference))))
    }
    timesS = found.map(\.time)
    withinS = found.map(\.within)
    states = found.map { names[$0.state] }
    mustBeFound = found.indices.map { i in
      let before = found[i].time - (i > 0 ? found[i - 1].time + found[i - 1].within : 0)
      let after =
        (i + 1 < found.count ? found[i + 1].time - found[i + 1].within : seconds) - found[i].time
      return min(before, after) > found[i].within
    }
    strayAtMost = 1 + found.count / 20
  }

  /// What is wrong with somebody's answer.
  struct Comparison {
    var missed: Int
    var stray: Int
    var needed: Int
  }

  func compare(_ answer: [Double]) -> Comparison {
    func isNear(_ time: Double, _ i: Int) -> Bool { abs(time - timesS[i]) <= withinS[i] }
    let missed = timesS.indices.filter { i in mustBeFound[i] && !answer.contains { isNear($0, i) } }.count
    let stray = answer.filter { time in !timesS.indices.contains { isNear(time, $0) } }.count
    return Comparison(missed: missed, stray: stray, needed: mustBeFound.filter { $0 }.count)
  }
}
