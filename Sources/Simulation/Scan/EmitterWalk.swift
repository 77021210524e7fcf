import Bench
import Emitters
import RandomStreams
import Records

/// One emitter through the whole scan: its hidden states, the excitation left over, and its photons in the stretches at hand.
final class EmitterWalk {
  private let simulator: ScanSimulator
  private let emitter: Int
  private var trajectory: SlowTrajectory
  private var level = 0
  /// The step up to which the level is known.
  private var done: Int64 = 0
  /// Per detector, in order of time.
  var arrivals: ArrivalLists
  /// Hidden states while the spot is near.
  private(set) var changes: [StateChange] = []

  init(_ simulator: ScanSimulator, emitter: Int) {
    self.simulator = simulator
    self.emitter = emitter
    let bench = simulator.scan.bench
    trajectory = SlowTrajectory(emitter: bench.emitters[emitter], seed: simulator.seed, index: UInt32(emitter))
    arrivals = ArrivalLists(detectors: bench.detectors.count)
  }

  /// Draws the photons of some stretches in place of the last ones.
  func draw(_ work: ArraySlice<PixelView.Stretch>) {
    arrivals.removeAll()
    changes = []
    for stretch in work {
      let lit = stretch.view.emission[emitter]
      guard lit != nil || level != 0 else { continue }
      var stream = RandomStream(
        seed: simulator.seed, purpose: .emission, entity: UInt32(emitter), block: stretch.block)
      if level != 0, done < stretch.steps.lowerBound {
        // What is left over decays during the fly-back.
        follow(dark(stretch), done..<stretch.steps.lowerBound, &stream)
      }
      if lit != nil || level != 0 { follow(lit ?? dark(stretch), stretch.steps, &stream) }
      done = stretch.steps.upperBound
    }
  }

  private func dark(_ stretch: PixelView.Stretch) -> FastEmission {
    simulator.emission(emitter, from: stretch.view.place, isLit: false)
  }

  private func follow(_ source: FastEmission, _ steps: Range<Int64>, _ stream: inout RandomStream) {
    let start = simulator.clock.time(ofPulse: steps.lowerBound)
    // A dwell goes on while nobody looks.
    _ = trajectory.changes(before: start)
    let state = trajectory.state
    let coming = trajectory.changes(before: simulator.clock.time(ofPulse: steps.upperBound))
    let number = UInt16(truncatingIfNeeded: emitter)
    changes.append(StateChange(time: start, emitter: number, state: UInt16(state)))
    changes += coming.map { StateChange(time: $0.time, emitter: number, state: UInt16($0.state)) }
    source.draw(
      from: steps.lowerBound, to: steps.upperBound, state: state, changes: coming, level: &level, stream: &stream,
      ziggurat: Ziggurat(), arrivals: &arrivals, account: nil)
  }
}
