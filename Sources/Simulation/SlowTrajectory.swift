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
  ///   - first: the step (laser pulse) at which the first returned segment begins.
  ///   - last: the step up to which segments are wanted.
  ///   - stepsPerSecond: laser pulses per second, or steps of continuous excitation.
  ///   - onChange: called with the time of each change in seconds and the new state.
  mutating func segments(
    from first: Int64, until last: Int64, stepsPerSecond: Double, onChange: (Double, Int) -> Void
  ) -> [FastEmission.Segment] {
    var segments: [FastEmission.Segment] = []
    var start = first
    while true {
      // The new state holds from the first step after the change.
      let change = end * stepsPerSecond
      guard change < Double(last) else { break }
      let step = Int64(change.rounded(.up))
      if step >= last { break }
      if step > start {
        segments.append(.init(start: start, end: step, state: state))
        start = step
      }
      state = (state + 1) % emitter.states.count
      onChange(end, state)
      end += emitter.states[state].dwell!.draw(&stream)
    }
    segments.append(.init(start: start, end: last, state: state))
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
