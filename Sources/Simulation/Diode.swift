import Detectors
import RandomStreams

/// How one event becomes a click: dead time and jitter.
struct Diode: Sendable {
  let deadTime: Int64
  let delay: Int64
  let sigma: Double
  let tailMean: Double
  let tailLaw: GeometricLaw
  let afterpulseLaw: GeometricLaw
  let flashLaw: GeometricLaw
  let ziggurat = Ziggurat()

  /// - Parameters:
  ///   - electronicsJitter: standard deviation in nanoseconds; added in quadrature, since two independent Gaussian
  ///     deviations are one.
  ///   - flash: the probability that a click makes another detector click.
  init(_ detector: SinglePhotonDetector, electronicsJitter: Double, flash: Double) {
    deadTime = FineTime.fromNanoseconds(detector.deadTimeNanoseconds)
    delay = FineTime.fromNanoseconds(detector.delayNanoseconds)
    let own = detector.jitter.sigmaNanoseconds
    sigma = (own * own + electronicsJitter * electronicsJitter).squareRoot() * FineTime.perNanosecond
    let tail = detector.jitter.tailNanoseconds
    tailMean = tail * FineTime.perNanosecond
    tailLaw = GeometricLaw(success: tail > 0 ? detector.jitter.tailShare : 0)
    afterpulseLaw = GeometricLaw(success: detector.afterpulsing.probability)
    flashLaw = GeometricLaw(success: flash)
  }

  struct State: Sendable, Codable {
    var stream: RandomStream
    var deadUntil = Int64.min / 4
    /// When the last avalanche was; kept by rules that are not plain.
    var lastClick = Int64.min / 4
    /// Clicks so far.
    var clicks: Int64 = 0
    /// Events lost so far, in dead times and to an efficiency still low after them.
    var lost: Int64 = 0
    /// By how much events have prolonged dead times so far.
    var prolonged: Int64 = 0
    /// Clicks before the next one that has an afterpulse (−1: the last one has), before the next one that diffusion delays,
    /// and before the next one that makes another detector click (−1: the last one does). Independent trials have geometric
    /// gaps, so one draw serves many clicks.
    var untilAfterpulse: Int64
    var untilTail: Int64
    var untilFlash: Int64

    /// Whether the last click has consequences that are not yet drawn.
    @inline(__always)
    var isPending: Bool { untilAfterpulse < 0 || untilFlash < 0 }
  }

  func start(_ stream: RandomStream) -> State {
    var stream = stream
    let untilAfterpulse = afterpulseLaw.draw(ziggurat, &stream)
    let untilTail = tailLaw.draw(ziggurat, &stream)
    return State(stream: stream, untilAfterpulse: untilAfterpulse, untilTail: untilTail, untilFlash: .max)
  }

  /// One event at a time not before that of the last; its click goes where its edge belongs in the list.
  @inline(__always)
  func click<C: Click, Rule: DeadTimeRule>(
    _ time: Int64, cause: ClickCause, _ rule: Rule, _ state: inout State, _ list: UnsafeMutablePointer<C>,
    _ count: inout Int
  ) {
    var time = time
    guard rule.begins(&time, &state, deadTime) else {
      state.lost &+= 1
      return
    }
    state.deadUntil = time &+ deadTime
    var shift = ziggurat.normal(&state.stream) * sigma
    if state.untilTail == 0 {
      shift += ziggurat.exponential(&state.stream) * tailMean
      state.untilTail = tailLaw.draw(ziggurat, &state.stream) &+ 1
    }
    state.untilTail &-= 1
    if !Rule.isPlain {
      shift += rule.shift(time, &state)
      state.lastClick = time
      state.untilFlash &-= 1
    }
    let edge = time &+ delay &+ Int64(nearestFast: shift)
    // Jitter may swap neighbours.
    var i = count
    while i > 0 && list[i &- 1].edge > edge {
      list[i] = list[i &- 1]
      i &-= 1
    }
    var cause = cause
    cause.time = time
    cause.number = state.clicks
    list[i] = C(edge: edge, cause: cause)
    count &+= 1
    state.clicks &+= 1
    state.untilAfterpulse &-= 1
  }
}

/// What becomes of an event in and after a dead time. The pass over a detector's events is compiled for each rule.
protocol DeadTimeRule: Sendable {
  /// Whether there is nothing but a non-paralysable dead time.
  static var isPlain: Bool { get }
  /// Whether an event begins an avalanche; on return `time` is when.
  func begins(_ time: inout Int64, _ state: inout Diode.State, _ deadTime: Int64) -> Bool
  /// By how much more than jitter the edge is late.
  func shift(_ time: Int64, _ state: inout Diode.State) -> Double
}

/// A non-paralysable dead time and nothing else.
struct PlainDeadTime: DeadTimeRule {
  static var isPlain: Bool { true }

  @inline(__always)
  func begins(_ time: inout Int64, _ state: inout Diode.State, _ deadTime: Int64) -> Bool { time >= state.deadUntil }

  @inline(__always)
  func shift(_ time: Int64, _ state: inout Diode.State) -> Double { 0 }
}

/// Everything that a detector may do while it recovers, and a measured response.
struct RecoveringDetector: DeadTimeRule {
  static var isPlain: Bool { false }

  private let isParalysable: Bool
  private let twilight: (window: Int64, probability: Double)?
  private let recovery: EfficiencyRecovery?
  /// After so long nothing is missing to full efficiency.
  private let recovered: Int64
  private let response: TabulatedLaw?
  private let walk: (shift: Double, perTime: Double)?

  init(_ detector: SinglePhotonDetector) {
    isParalysable = detector.deadTimeKind == .paralysable
    twilight = detector.twilight.map { (FineTime.fromNanoseconds($0.windowNanoseconds), $0.probability) }
    recovery = detector.recovery
    recovered =
      switch detector.recovery {
      case .exponential(let tau): FineTime.fromNanoseconds(40 * tau)
      case .table(let times, _): FineTime.fromNanoseconds(times.last!)
      case nil: 0
      }
    let unit = FineTime.perNanosecond
    response = detector.jitter.response.map {
      TabulatedLaw(x: $0.nanoseconds.map { $0 * unit }, densities: $0.densities)
    }
    walk = detector.jitter.walk.map { ($0.shiftNanoseconds * unit, -1 / ($0.timeConstantNanoseconds * unit)) }
  }

  func begins(_ time: inout Int64, _ state: inout Diode.State, _ deadTime: Int64) -> Bool {
    if time < state.deadUntil {
      if let twilight, time >= state.deadUntil &- twilight.window, state.stream.uniform() < twilight.probability {
        time = state.deadUntil
        return true
      }
      if isParalysable {
        state.prolonged &+= time &+ deadTime &- state.deadUntil
        state.deadUntil = time &+ deadTime
      }
      return false
    }
    let since = time &- state.deadUntil
    return since >= recovered || state.stream.uniform() < efficiency(since)
  }

  private func efficiency(_ since: Int64) -> Double {
    let t = Double(since) / FineTime.perNanosecond
    switch recovery {
    case .exponential(let tau): return -PortableMath.expMinusOne(-t / tau)
    case .table(let times, let efficiencies):
      let next = times.partitionPoint { $0 > t }
      if next == 0 { return efficiencies[0] }
      if next == times.count { return 1 }
      let (x, y) = (times[next - 1], times[next])
      return efficiencies[next - 1] + (efficiencies[next] - efficiencies[next - 1]) * (t - x) / (y - x)
    case nil: return 1
    }
  }

  func shift(_ time: Int64, _ state: inout Diode.State) -> Double {
    var shift = response?.draw(&state.stream) ?? 0
    if let walk { shift += walk.shift * PortableMath.exp(max(-700, Double(time &- state.lastClick) * walk.perTime)) }
    return shift
  }
}

extension SinglePhotonDetector {
  /// Whether ``PlainDeadTime`` is all there is.
  var isPlain: Bool {
    deadTimeKind == .nonParalysable && recovery == nil && twilight == nil && jitter.response == nil
      && jitter.walk == nil
  }
}
