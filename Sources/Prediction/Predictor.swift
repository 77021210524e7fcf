public import Bench
import CGSL
import Detectors
import Emitters

/// Exact expectation values of a bench, without a random number.
///
/// Emitters: matrix exponentials of their level schemes (`PulsedEmission`), averaged over hidden states, whose dwells are
/// taken to be long against the laser period; how these states change over longer delays is in `SlowDynamics`. Background and dark counts: Poisson. Dead times and afterpulses: first
/// order in the number of clicks within a dead time or an afterpulse's delay; what is neglected is of the order of the
/// square of (count rate × dead time).
public struct Predictor: Sendable {
  /// The bench whose expectation values these are.
  public private(set) var bench: Bench
  /// Per emitter and kind of light: hidden states with the same level scheme and slow state shine alike.
  let light: [[EmitterLight]]
  /// The same under pulsed, and under continuous excitation; empty lists under the other.
  let pulsed: [[PulsedEmission]]
  let continuous: [[ContinuousEmission]]
  /// Under pulsed excitation: mean clicks per ns on the grid over a period, per emitter, kind and detector.
  let intensities: [[[[Double]]]]
  /// Under pulsed excitation: mean photons per emitter, detector and place of the cycle of bursts.
  let meansByPlace: [[[Double]]]
  /// Per emitter, the kind of each hidden state, and the slow state and level scheme of each kind.
  let kinds: [EmitterKinds]
  /// Per emitter.
  let dynamics: [SlowDynamics]
  /// Laser pulses per second; 1e9 under continuous excitation, where means are per nanosecond.
  let unitsPerSecond: Double
  /// Per emitter, share of time per kind of light.
  let shares: [[Double]]
  /// Per background component and detector: mean photons per unit.
  private(set) var backgroundMeans: [[Double]]
  /// Per detector: mean dark counts per unit.
  private(set) var darkMeans: [Double]
  /// The probability that a click of one detector (row) makes another (column) click.
  private(set) var crosstalk: [[Double]]

  /// Number of side peaks on each side that the side-peak mean averages.
  public static let sidePeaks = 20

  /// Solves every hidden state of every emitter; the properties are read from that.
  ///
  /// Turns off GSL's error handler, which would abort the program, for the whole process.
  public init(bench: Bench) {
    gsl_set_error_handler_off()
    self.bench = bench
    let kinds = bench.emitters.map(EmitterKinds.init)
    self.kinds = kinds
    let light = zip(bench.emitters, kinds).map { emitter, kinds in
      kinds.kinds.map { EmitterLight($0.scheme, absorption: emitter.absorption, bench: bench) }
    }
    self.light = light
    let pulsed = light.map { $0.compactMap(\.pulsed) }
    self.pulsed = pulsed
    continuous = light.map { $0.compactMap(\.continuous) }
    let detectors = bench.detectors.indices
    intensities = pulsed.map { $0.map { kind in detectors.map { kind.intensity($0, steps: Self.gridSteps) } } }
    unitsPerSecond = bench.excitation.repetitionRateHz ?? 1e9
    let unitsPerSecond = unitsPerSecond
    let dynamics = bench.emitters.map { SlowDynamics($0, durationSeconds: bench.durationSeconds) }
    self.dynamics = dynamics
    let shares = zip(dynamics, kinds).map { $1.sum($0.shares) }
    self.shares = shares
    meansByPlace = zip(shares, pulsed).map { shares, kinds in
      detectors.map { d in
        (0..<(bench.excitation.burst?.outOf ?? 1)).map { place in
          zip(shares, kinds).reduce(0) { $0 + $1.0 * $1.1.means[d][place] }
        }
      }
    }
    backgroundMeans = bench.background.map { component in
      bench.detectionShares(of: component).map {
        $0 * component.rateHz * bench.excitation.pulseShare / unitsPerSecond
      }
    }
    darkMeans = bench.detectors.map { $0.meanDarkCountRateHz(seconds: bench.durationSeconds) / unitsPerSecond }
    crosstalk = bench.crosstalkProbabilities
  }

  /// Whether the laser is always on.
  public var isContinuous: Bool { bench.excitation.repetitionRateHz == nil }

  /// The laser period in nanoseconds; meaningless under continuous excitation.
  var period: Double { bench.excitation.periodNanoseconds ?? .infinity }

  /// Mean detected photons per unit (laser pulse or nanosecond) of one emitter at one detector, over its hidden states.
  func emitterMean(_ e: Int, _ d: Int) -> Double {
    zip(shares[e], light[e]).reduce(0) { $0 + $1.0 * $1.1.mean(d) }
  }

  /// Mean clicks per unit from all emitters.
  func signalMean(_ d: Int) -> Double {
    light.indices.reduce(0) { $0 + emitterMean($1, d) }
  }

  /// Mean clicks per unit from background and dark counts.
  func poissonMean(_ d: Int) -> Double {
    darkMeans[d] + backgroundMeans.reduce(0) { $0 + $1[d] }
  }

  /// Mean products of the numbers of clicks at detectors `a` and `b` after one pulse (index 0) and k pulses apart, before
  /// dead time and afterpulses.
  package func pairMeans(_ a: Int, _ b: Int) -> [Double] {
    let n = Self.sidePeaks
    var pairs = [Double](repeating: 0, count: n + 1)
    for e in light.indices {
      for (share, state) in zip(shares[e], pulsed[e]) {
        pairs[0] += share * (state.orderedPairsInPulse(a, b) + state.orderedPairsInPulse(b, a))
        let later = state.pairsAcrossPulses(a, b, upTo: n)
        let earlier = state.pairsAcrossPulses(b, a, upTo: n)
        for k in 0..<n { pairs[k + 1] += share * (later[k] + earlier[k]) / 2 }
      }
    }
    // Independent sources: products of means, place by place of a burst's cycle.
    let all = [a, b].map { d in (0..<cycle).map { signalMean(d, place: $0) + poissonMean(d, place: $0) } }
    for k in pairs.indices {
      for place in 0..<cycle {
        let later = (place + k) % cycle
        // Half with `a` first, half with `b`.
        pairs[k] +=
          (all[0][place] * all[1][later] + all[1][place] * all[0][later]) / 2 / Double(cycle)
        for e in light.indices {
          pairs[k] -=
            (emitterMean(e, a, place: place) * emitterMean(e, b, place: later)
              + emitterMean(e, b, place: place) * emitterMean(e, a, place: later)) / 2 / Double(cycle)
        }
      }
    }
    return pairs
  }

  /// The centre coincidence peak over the mean of the side peaks, without background, dark counts and afterpulses.
  public var g2ZeroBackgroundFree: Double? {
    guard bench.detectors.count > 1 else { return nil }
    return withoutBackground.g2Zero
  }

  /// The same bench without background, dark counts, afterpulses and crosstalk.
  public var withoutBackground: Predictor {
    var bare = self
    bare.bench.background = []
    bare.backgroundMeans = []
    bare.darkMeans = darkMeans.map { _ in 0 }
    bare.bench.crosstalk = nil
    bare.crosstalk = bare.bench.crosstalkProbabilities
    for d in bench.detectors.indices {
      bare.bench.detectors[d].darkCountRateHz = 0
      bare.bench.detectors[d].darkCountDrift = nil
      bare.bench.detectors[d].afterpulsing.probability = 0
    }
    return bare
  }

  /// The centre coincidence peak over the mean of the 20 side peaks on either side, coincidences counted by the pulse
  /// that caused the click. `nil` with a single detector or no light. A router's dead time takes its share of the centre.
  public var g2Zero: Double? {
    guard bench.detectors.count > 1 else { return nil }
    if isContinuous { return g2(atDelayNanoseconds: 0) }
    if sharedDeadTime ?? 0 > 0 { return routedG2Zero }
    let pairs = pairMeans(0, 1)
    // Afterpulses repeat a click j pulses later with weight w(j); they are independent of the other detector's clicks.
    let w = [0, 1].map { d -> [Double] in
      var weights = afterpulseWeights(d)
      weights[0] += 1
      return weights
    }
    // By how many pulses more detector 1's clicks are late than detector 0's.
    let early = w[0].count - 1
    var shifts = [Double](repeating: 0, count: early + w[1].count)
    for (j, wa) in w[0].enumerated() {
      for (l, wb) in w[1].enumerated() { shifts[early + l - j] += wa * wb }
    }
    func recorded(_ k: Int) -> Double {
      crosstalkPairs(pulsesLater: k)
        + shifts.enumerated().reduce(0) {
          $0 + $1.element * pairs[min(abs(k - ($1.offset - early)), pairs.count - 1)]
        }
    }
    let side = (1...Self.sidePeaks).reduce(0) { $0 + recorded($1) + recorded(-$1) } / Double(2 * Self.sidePeaks)
    return side > 0 ? recorded(0) / side : nil
  }

  /// The signal fraction ρ² that inverts g_raw = 1 − ρ²(1 − g) exactly for the centre over the near side peaks: the share
  /// of side-peak coincidences in which both clicks come from emitters.
  ///
  /// Without blinking it is the product of the detectors' signal fractions; with blinking the bright state weighs more
  /// (both scale with the square of the state's brightness).
  public var coincidenceSignalFraction: Double? {
    guard bench.detectors.count > 1 else { return nil }
    if isContinuous {
      let all = (signalMean(0) + poissonMean(0)) * (signalMean(1) + poissonMean(1))
      return all > 0 ? signalMean(0) * signalMean(1) / all : 0
    }
    let all = pairMeans(0, 1)
    let side = all[1...].reduce(0, +) / Double(Self.sidePeaks)
    let background =
      (signalMean(0) + poissonMean(0)) * (signalMean(1) + poissonMean(1)) - signalMean(0) * signalMean(1)
    return side > 0 ? (side - background) / side : nil
  }

  /// The share of recorded clicks that come from the emitters.
  public var signalFraction: Double {
    let signal = bench.detectors.indices.reduce(0) { $0 + signalMean($1) }
    let all = bench.detectors.indices.reduce(0) { sum, d in
      sum + (signalMean(d) + poissonMean(d)) * (1 + afterpulsesPerClick(d)) + crosstalkMean(d)
    }
    return all > 0 ? signal / all : 0
  }

  /// Mean clicks of ready detectors per laser pulse (per nanosecond under continuous excitation), all detectors together.
  public var meanDetectedPhotonsPerPulse: Double {
    bench.detectors.indices.reduce(0) { $0 + signalMean($1) + poissonMean($1) }
  }

  /// The rate of records per channel, in Hz.
  public var recordedRatesHz: [Double] {
    let clicks = bench.detectors.indices.map { signalMean($0) + poissonMean($0) }
    return bench.detectors.indices.map { d in
      guard clicks[d] > 0 else { return 0 }
      return (clicks[d] * (1 + afterpulsesPerClick(d)) + recordedCrosstalkMean(d))
        * recordedShare(d, clicks: clicks[d]) * unitsPerSecond
    }
  }

  /// The rate of clicks by cause, in Hz, all detectors together, before dead times.
  public var componentRatesHz: [(name: String, rateHz: Double)] {
    let f = unitsPerSecond
    var result: [(name: String, rateHz: Double)] = []
    for (e, emitter) in bench.emitters.enumerated() {
      for (s, state) in emitter.states.enumerated() {
        let alike = kinds[e].kinds.indices.filter { kinds[e].kinds[$0].base == s }
        for (k, transition) in state.scheme.transitions.enumerated() {
          let levels = state.scheme.levels
          result.append(
            (
              "\(emitter.name)/\(state.name)/\(levels[transition.from])→\(levels[transition.to])",
              alike.reduce(0) { $0 + shares[e][$1] * light[e][$1].meanPerTransition[k].reduce(0, +) } * f
            ))
        }
      }
    }
    for (c, component) in bench.background.enumerated() {
      result.append((component.name, backgroundMeans[c].reduce(0, +) * f))
    }
    for (d, detector) in bench.detectors.enumerated() {
      result.append(("\(detector.name)/dark count", darkMeans[d] * f))
    }
    for (d, detector) in bench.detectors.enumerated() {
      let clicks = signalMean(d) + poissonMean(d)
      result.append(("\(detector.name)/afterpulse", afterpulsesPerClick(d) * clicks * f))
    }
    if bench.crosstalk != nil {
      for (d, detector) in bench.detectors.enumerated() {
        result.append(("\(detector.name)/crosstalk", crosstalkMean(d) * f))
      }
    }
    return result
  }

  /// Per emitter: the share of time in each slow state.
  public var stateShares: [[Double]] {
    bench.emitters.indices.map { e in
      bench.emitters[e].states.indices.map { s in
        zip(kinds[e].kinds, shares[e]).reduce(0) { $1.0.base == s ? $0 + $1.1 : $0 }
      }
    }
  }
}
