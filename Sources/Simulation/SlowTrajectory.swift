import Emitters
import RandomStreams

/// The hidden slow state of one emitter, drawn once, in order, and before everything else.
///
/// A pending dwell is never redrawn where a block of work ends: that would be wrong for power laws.
struct SlowTrajectory: Sendable {
  private let emitter: Emitter
  private var stream: RandomStream
  private(set) var state: Int
  /// When the current state ends, in seconds.
  private var end: Double

  init(emitter: Emitter, seed: UInt64, index: UInt32) {
    self.emitter = emitter
    stream = RandomStream(seed: seed, purpose: .slowState, entity: index, block: 0)
    guard emitter.states.count > 1 else {
      state = 0
      end = .infinity
      return
    }
    // A stationary start: states in proportion to their mean dwell, the running dwell seen at an arbitrary instant.
    state = DiscreteLaw(weights: emitter.states.map { $0.dwell!.mean }).draw(&stream)
    end = emitter.states[state].dwell!.drawResidual(&stream)
  }

  /// The states up to a time, and where they change.
  ///
  /// - Parameters:
  ///   - startPulse: the pulse at which the first returned segment begins.
  ///   - endPulse: the pulse up to which segments are wanted.
  ///   - clock: tells which pulse is the first after a change.
  ///   - onChange: called with the time of each change in seconds and the new state.
  mutating func segments(
    from startPulse: Int64, until endPulse: Int64, stepsPerSecond: Double, onChange: (Double, Int) -> Void
  ) -> [FastEmission.Segment] {
    var segments: [FastEmission.Segment] = []
    var start = startPulse
    while true {
      // The new state holds from the first pulse after the change.
      let change = end * stepsPerSecond
      guard change < Double(endPulse) else { break }
      let pulse = Int64(change.rounded(.up))
      if pulse >= endPulse { break }
      if pulse > start {
        segments.append(.init(start: start, end: pulse, state: state))
        start = pulse
      }
      state = (state + 1) % emitter.states.count
      onChange(end, state)
      end += emitter.states[state].dwell!.draw(&stream)
    }
    segments.append(.init(start: start, end: endPulse, state: state))
    return segments
  }
}

extension DwellLaw {
  /// One whole dwell, in seconds.
  func draw(_ stream: inout RandomStream) -> Double {
    switch self {
    case .exponential(let mean): -mean * PortableMath.log(stream.uniformAboveZero())
    case .powerLaw(let exponent, let minimum, let cutoff):
      TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff).draw(&stream)
    }
  }

  /// What is left of the dwell running at an arbitrary instant, in seconds.
  func drawResidual(_ stream: inout RandomStream) -> Double {
    switch self {
    case .exponential: draw(&stream)
    case .powerLaw(let exponent, let minimum, let cutoff):
      TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff).drawResidual(&stream)
    }
  }

  /// The mean dwell, in seconds.
  var mean: Double {
    switch self {
    case .exponential(let mean): mean
    case .powerLaw(let exponent, let minimum, let cutoff):
      TruncatedPowerLaw(exponent: exponent, minimum: minimum, cutoff: cutoff).mean
    }
  }
}
