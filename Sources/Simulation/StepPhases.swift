import Emitters

/// What happens to an emitter in one hidden state during one step (a laser period, or a short stretch of continuous
/// excitation): a pulse too short to matter, or stretches of constant light, and then the dark.
struct StepPhases: Sendable {
  /// A stretch of constant light or of none.
  struct Phase: Sendable {
    var jumps: JumpList
    /// In `FineTime` units.
    var length: Double
    /// The angle per `FineTime` unit by which a resonant pulse turns the driven levels; 0 for none.
    var rotation: Double
  }
  /// Where an instantaneous pulse at the beginning leads; `nil` if there is none.
  var pulse: SmallMatrix?
  /// The stretches with light, if they take time; empty for an instantaneous pulse.
  var lit: [Phase]
  /// The rest of the step. Under continuous excitation all of it, with its light.
  var rest: Phase
  /// The two levels that a resonant pulse connects.
  var driven: (from: Int, to: Int)?

  /// The length of ``lit``, in `FineTime` units.
  var litLength: Double { lit.reduce(0) { $0 + $1.length } }

  init(
    _ scheme: LevelScheme, absorption: Emitter.Absorption, shape: PulseShape?, step: Double, detection: [[Double]],
    origin: [Int]
  ) {
    func jumps(_ rate: Double) -> JumpList {
      JumpList(scheme, detection: detection, origin: origin, absorption: rate / FineTime.perNanosecond)
    }
    let slices = shape?.slices ?? []
    lit = []
    if case .ratePerNanosecond(let rate) = absorption {
      rest = Phase(jumps: jumps(rate), length: step, rotation: 0)
      return
    }
    rest = Phase(jumps: jumps(0), length: step, rotation: 0)
    // A bleached emitter has no way up.
    let way = scheme.absorptions.first
    if case .coherentPulse = absorption { driven = way.map { ($0.from, $0.to) } }
    guard shape != nil else {
      switch absorption {
      case .meanPhotonsPerPulse(let mean): pulse = scheme.pulseMatrix(meanAbsorbed: mean)
      case .coherentPulse(let area): pulse = .rotation(size: scheme.levels.count, driven, area: area)
      case .ratePerNanosecond: break
      }
      return
    }
    lit = slices.map { slice in
      let length = slice.nanoseconds * FineTime.perNanosecond
      switch absorption {
      case .coherentPulse(let area):
        return Phase(jumps: jumps(0), length: length, rotation: driven == nil ? 0 : area * slice.area / length)
      case .meanPhotonsPerPulse(let mean):
        return Phase(jumps: jumps(mean * slice.energy / slice.nanoseconds), length: length, rotation: 0)
      case .ratePerNanosecond:
        return Phase(jumps: jumps(0), length: length, rotation: 0)
      }
    }
    rest.length = step - litLength
  }
}

extension SmallMatrix {
  /// Where a resonant pulse too short for anything else leads: its area turns two levels into each other.
  static func rotation(size: Int, _ driven: (from: Int, to: Int)?, area: Double) -> SmallMatrix {
    var m = SmallMatrix.identity(size)
    guard let driven else { return m }
    // sin²(θ/2) = (1 − cos θ)/2; the cosine from e to the power of a rotation's generator.
    var generator = SmallMatrix(size: 2)
    generator[0, 1] = 1
    generator[1, 0] = -1
    let flip = (1 - generator.exponential(times: area)[0, 0]) / 2
    m[driven.from, driven.from] = 1 - flip
    m[driven.from, driven.to] = flip
    m[driven.to, driven.to] = 1 - flip
    m[driven.to, driven.from] = flip
    return m
  }
}
