import Bench
import Detectors
import Emitters
import Light
import RandomStreams

/// The reference engine: every laser pulse, every absorbed photon, every jump and every emitted photon, one by one.
///
/// Written to be obviously right, not fast. It shares with the fast engine neither the conditional tables nor the
/// spectral overlap integrals: each emitted photon draws its wavelength and meets the filter and the detector with it.
struct ReferenceEmission: PhotonSource {
  let bench: Bench
  let emitter: Emitter
  let hiddenStates: [HiddenState]
  let origin: [[Int]]
  let clock: PulseClock
  /// From the emitter to the detectors.
  let travel: PhotonTravel

  /// A photon per pulse, or one per thousand steps: only sets the length of blocks.
  var meanPerStepBound: Double {
    if case .ratePerNanosecond = emitter.absorption { 1e-3 } else { 1 }
  }

  var warmUpSteps: Int64 { warmUp(of: emitter, step: clock.periodFineTime) }

  /// What is carried from jump to jump.
  private struct Walk {
    /// In `FineTime` units.
    var time: Double
    var level: Int
    var hidden: Int
    var changes: ArraySlice<SlowTrajectory.Change>
    /// When the step that `time` is counted from began.
    var start: Int64
    var stream: RandomStream
    let ziggurat: Ziggurat
    let account: LossAccount?
  }

  func draw(
    from start: Int64, to end: Int64, state: Int, changes: [SlowTrajectory.Change], level: inout Int,
    stream: inout RandomStream, ziggurat: Ziggurat, arrivals: inout ArrivalLists, account: LossAccount?
  ) {
    var walk = Walk(
      time: 0, level: level, hidden: state, changes: changes[...], start: clock.time(ofPulse: start), stream: stream,
      ziggurat: ziggurat, account: account)
    if case .ratePerNanosecond(let rate) = emitter.absorption {
      follow(&walk, absorption: rate, until: Double(clock.time(ofPulse: end) - walk.start), &arrivals)
    } else {
      for pulse in start..<end {
        walk.start = clock.time(ofPulse: pulse)
        walk.time = 0
        if bench.excitation.burst?.passes(pulse) ?? true { shine(&walk, &arrivals) }
        follow(&walk, absorption: 0, until: clock.periodFineTime, &arrivals)
      }
    }
    level = walk.level
    stream = walk.stream
  }

  /// The laser pulse, instantaneous or slice by slice.
  private func shine(_ walk: inout Walk, _ arrivals: inout ArrivalLists) {
    let scheme = hiddenStates[walk.hidden].scheme
    guard let shape = bench.excitation.pulseShape else {
      switch emitter.absorption {
      case .meanPhotonsPerPulse(let mean): absorb(scheme, mean, &walk)
      case .coherentPulse(let area): turn(scheme, area, &walk)
      case .ratePerNanosecond: break
      }
      return
    }
    if case .coherentPulse(let area) = emitter.absorption, let way = scheme.absorptions.first {
      turn(scheme, way, shape, area: area, &walk, &arrivals)
      return
    }
    var end = 0.0
    for slice in shape.slices {
      end += slice.nanoseconds * FineTime.perNanosecond
      if case .meanPhotonsPerPulse(let mean) = emitter.absorption {
        follow(&walk, absorption: mean * slice.energy / slice.nanoseconds, until: end, &arrivals)
      }
    }
  }

  /// Jumps of the levels until a time, with the hidden state changing when it does.
  private func follow(
    _ walk: inout Walk, absorption: Double, until end: Double, _ arrivals: inout ArrivalLists
  ) {
    while walk.time < end {
      while let change = walk.changes.first, Double(change.time - walk.start) <= walk.time {
        walk.hidden = change.state
        walk.changes.removeFirst()
      }
      let boundary = min(end, walk.changes.first.map { Double($0.time - walk.start) } ?? .infinity)
      let scheme = hiddenStates[walk.hidden].scheme
      let down = scheme.transitions.indices.filter { scheme.transitions[$0].from == walk.level }
      let up = scheme.absorptions.filter { $0.from == walk.level }
      let rateDown = down.reduce(0) { $0 + scheme.transitions[$1].ratePerNanosecond(atAbsorptionRate: absorption) }
      let rateUp = up.reduce(0) { $0 + $1.weight } * absorption
      let rate = rateDown + rateUp
      let wait =
        rate > 0 ? -PortableMath.log(walk.stream.uniformAboveZero()) / rate * FineTime.perNanosecond : .infinity
      guard walk.time + wait < boundary else {
        // No memory: what was waited for in vain is forgotten.
        walk.time = boundary
        continue
      }
      walk.time += wait
      var choice = walk.stream.uniform() * rate
      if choice < rateUp {
        walk.level = pick(up, \.weight, &walk).to
        continue
      }
      choice -= rateUp
      var way = down.last!
      for candidate in down {
        choice -= scheme.transitions[candidate].ratePerNanosecond(atAbsorptionRate: absorption)
        if choice < 0 {
          way = candidate
          break
        }
      }
      leave(by: way, absorption: absorption, &walk, &arrivals)
    }
  }

  /// A transition happens: perhaps with a photon, which perhaps arrives.
  private func leave(by way: Int, absorption: Double, _ walk: inout Walk, _ arrivals: inout ArrivalLists) {
    let state = hiddenStates[walk.hidden]
    let transition = state.scheme.transitions[way]
    let yield = transition.photonRatePerNanosecond / transition.ratePerNanosecond(atAbsorptionRate: absorption)
    if let line = transition.line, walk.stream.uniform() < yield {
      let photon = Arrival(time: walk.start + Int64(walk.time), origin: UInt16(origin[state.base][way]))
      walk.account?.emit(photon.origin, at: photon.time)
      switch travel.end(of: line, &walk.stream, walk.ziggurat) {
      case .detector(let d): arrivals.append(photon, detector: d)
      case .lost(let place): walk.account?.lose(photon.origin, at: photon.time, place: place)
      }
    }
    walk.level = transition.to
  }

  /// One of some ways, by weight.
  private func pick(
    _ ways: [LevelScheme.Absorption], _ weight: (LevelScheme.Absorption) -> Double, _ walk: inout Walk
  ) -> LevelScheme.Absorption {
    var choice = walk.stream.uniform() * ways.reduce(0) { $0 + weight($1) }
    for way in ways {
      choice -= weight(way)
      if choice < 0 { return way }
    }
    return ways.last!
  }

  /// One instantaneous laser pulse: photon by photon, each level waiting for its next photon in units of the pulse's mean
  /// number.
  private func absorb(_ scheme: LevelScheme, _ mean: Double, _ walk: inout Walk) {
    var left = mean
    while true {
      let ways = scheme.absorptions.filter { $0.from == walk.level && $0.weight > 0 }
      let weight = ways.reduce(0) { $0 + $1.weight }
      if weight == 0 { return }
      left -= -PortableMath.log(walk.stream.uniformAboveZero()) / weight
      if left < 0 { return }
      walk.level = pick(ways, \.weight, &walk).to
    }
  }

  /// One instantaneous resonant pulse, from a level.
  private func turn(_ scheme: LevelScheme, _ area: Double, _ walk: inout Walk) {
    guard let way = scheme.absorptions.first, walk.level == way.from || walk.level == way.to else { return }
    let (ground, _) = turned(1, 0, by: area / 2)
    if walk.stream.uniform() >= ground * ground { walk.level = walk.level == way.from ? way.to : way.from }
  }

  /// A resonant pulse that takes time: quantum jumps (Dalibard, Castin and Mølmer, Phys. Rev. Lett. 68, 580, 1992). Between
  /// jumps the amplitudes of the two levels turn about each other while the norm decays; what is lost of the norm in a
  /// small step is the probability of a jump in it.
  private func turn(
    _ scheme: LevelScheme, _ way: LevelScheme.Absorption, _ shape: PulseShape, area: Double, _ walk: inout Walk,
    _ arrivals: inout ArrivalLists
  ) {
    let exits = { (level: Int) in
      scheme.transitions.indices.filter { scheme.transitions[$0].from == level }
    }
    let rate = { (level: Int) in exits(level).reduce(0) { $0 + scheme.transitions[$1].ratePerNanosecond } }
    /// Amplitudes of the lower and the upper level; `nil` in another level, which only decays.
    var amplitudes: (Double, Double)? = nil
    func prepare() {
      amplitudes = walk.level == way.from ? (1, 0) : walk.level == way.to ? (0, 1) : nil
    }
    prepare()
    let slices = shape.slices
    for slice in slices {
      let steps = max(20, 480 / slices.count)
      let dt = slice.nanoseconds / Double(steps)
      let angle = area * slice.area / Double(steps) / 2
      let (c, s) = turned(1, 0, by: angle)
      // Half of the decay, the turn, the other half of the decay (Strang, SIAM J. Numer. Anal. 5, 506, 1968).
      let fade = (PortableMath.exp(-rate(way.from) * dt / 4), PortableMath.exp(-rate(way.to) * dt / 4))
      for _ in 0..<steps {
        let jumps: Int?
        if let (a, b) = amplitudes {
          let (x, y) = (a * fade.0, b * fade.1)
          let after = ((c * x - s * y) * fade.0, (s * x + c * y) * fade.1)
          let norm = after.0 * after.0 + after.1 * after.1
          if walk.stream.uniform() < norm {
            amplitudes = (after.0 / norm.squareRoot(), after.1 / norm.squareRoot())
            jumps = nil
          } else {
            // The level that decays, by what each lost.
            let upper = rate(way.to) * (b * b + after.1 * after.1)
            let lower = rate(way.from) * (a * a + after.0 * after.0)
            jumps = walk.stream.uniform() * (upper + lower) < upper ? way.to : way.from
          }
        } else {
          let stay = PortableMath.exp(-rate(walk.level) * dt)
          jumps = walk.stream.uniform() < stay ? nil : walk.level
        }
        if let from = jumps {
          let exits = exits(from)
          var choice = walk.stream.uniform() * rate(from)
          var taken = exits.last!
          for candidate in exits {
            choice -= scheme.transitions[candidate].ratePerNanosecond
            if choice < 0 {
              taken = candidate
              break
            }
          }
          let time = walk.time
          walk.time += walk.stream.uniform() * dt * FineTime.perNanosecond
          leave(by: taken, absorption: 0, &walk, &arrivals)
          walk.time = time
          prepare()
        }
        walk.time += dt * FineTime.perNanosecond
      }
    }
    // The coherence is lost before the next pulse: in which level is the emitter?
    if let (a, _) = amplitudes { walk.level = walk.stream.uniform() < a * a ? way.from : way.to }
  }

  /// Amplitudes turned about each other by an angle.
  private func turned(_ a: Double, _ b: Double, by angle: Double) -> (Double, Double) {
    // cos and sin from their half-angle tangent's series would do; a rotation's power series is as good and plain.
    var (c, s, term) = (1.0, 0.0, 1.0)
    for n in 1...40 {
      term *= angle / Double(n)
      switch n % 4 {
      case 1: s += term
      case 2: c -= term
      case 3: s -= term
      default: c += term
      }
    }
    return (c * a - s * b, s * a + c * b)
  }
}

extension FastEmission: PhotonSource {
  var meanPerStepBound: Double { tables.states.map(\.meanBound).max() ?? 0 }
  var warmUpSteps: Int64 { tables.warmUpSteps }
}

/// Steps after which all but e⁻⁴⁰ of any excitation is gone, at most a million.
func warmUp(of emitter: Emitter, step: Double) -> Int64 {
  let slowest = emitter.states.flatMap(\.scheme.transitions).map(\.ratePerNanosecond).min() ?? 1
  return 1 + Int64(min(1e6, 40 / slowest * FineTime.perNanosecond / step))
}
