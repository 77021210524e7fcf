import Glibc

/// How long an emitter stayed bright and dark, in turn.
package struct DwellTimes: Sendable {
  /// One stay.
  package struct Dwell: Sendable, Hashable {
    package var isOn: Bool
    package var seconds: Double
  }
  /// All stays in their order. The beginning of the first and the end of the last are unknown.
  package private(set) var dwells: [Dwell] = []

  package init() {}

  /// Adds a stretch; consecutive ones of the same kind are one stay.
  package mutating func append(isOn: Bool, seconds: Double) {
    if dwells.last?.isOn == isOn {
      dwells[dwells.count - 1].seconds += seconds
    } else {
      dwells.append(Dwell(isOn: isOn, seconds: seconds))
    }
  }

  /// Complete stays of one kind in seconds: neither the first nor the last of the recording.
  package func complete(on isOn: Bool) -> [Double] {
    dwells.dropFirst().dropLast().filter { $0.isOn == isOn }.map(\.seconds)
  }

  /// The last stay, if it is of this kind: it lasted at least this long, in seconds. The first is left out, since a stay
  /// met at a random instant is no random stay.
  package func censored(on isOn: Bool) -> Double? {
    dwells.count > 1 && dwells.last?.isOn == isOn ? dwells.last?.seconds : nil
  }

  /// The power law of one kind of stays, from the longer of `resolution` and the 2 % quantile on: a few false short stays
  /// must not decide where the law begins.
  package func powerLaw(on isOn: Bool, resolution: Double) -> PowerLawFit? {
    var complete = complete(on: isOn).filter { $0 >= resolution }.sorted()
    guard !complete.isEmpty else { return nil }
    let quantile = complete.count / 50
    let shortest = max(resolution, complete[quantile])
    // a stay that sets where the law begins is none of those drawn from there on
    if shortest > resolution { complete.removeFirst(quantile + 1) }
    return PowerLawFit(complete, censored: censored(on: isOn), shortest: shortest)
  }

  /// The shortest stay that is found with a probability of about 99.9 %, in seconds: a change between the two rates in
  /// the middle of a window of twice its length exceeds the critical ratio by three standard deviations of √(2 ln R).
  package static func resolution(onHz: Double, offHz: Double, criticalLogRatio: Double) -> Double {
    let sum = onHz + offHz
    let perSecond = onHz * log(2 * onHz / sum) + (offHz > 0 ? offHz * log(2 * offHz / sum) : 0)
    let root = (2 * criticalLogRatio).squareRoot() + 3
    return perSecond > 0 ? root * root / 2 / perSecond : .infinity
  }
}
