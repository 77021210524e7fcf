import Emitters

/// One laser period of one emitter in one hidden state, as linear algebra: stretches of time with constant generators.
///
/// The row vector holds the level probabilities and, for a resonant pulse that takes time, one more entry: the imaginary
/// part s of the coherence of the two driven levels. On resonance the optical Bloch equations are
/// dρₑ/dt = Ω s − …, ds/dt = Ω/2 (ρ_g − ρₑ) − (Γ_g + Γₑ)/2 s (Loudon, "The quantum theory of light", 2000, section 2.8).
/// Coherence is lost at the end of the period.
struct PulsePeriod: Sendable {
  struct Stretch: Sendable {
    var generator: Matrix
    var nanoseconds: Double
  }
  /// Entries of the row vector.
  let size: Int
  let levels: Int
  /// What an instantaneous pulse at the beginning does; the unit matrix if there is none.
  let pulse: Matrix
  let stretches: [Stretch]
  /// Takes the coherence away.
  let dephasing: Matrix

  /// - Parameter isLit: whether the laser pulse passes.
  init(
    scheme: LevelScheme, absorption: Emitter.Absorption, shape: PulseShape?, period: Double, isLit: Bool
  ) {
    let n = scheme.levels.count
    levels = n
    var area = 0.0
    var driven: LevelScheme.Absorption?
    if case .coherentPulse(let angle) = absorption, let way = scheme.absorptions.first {
      area = angle
      driven = way
    }
    let hasCoherence = driven != nil && shape != nil && isLit
    size = hasCoherence ? n + 1 : n
    let size = size
    var pulse = Matrix.identity(size)
    var stretches: [Stretch] = []
    if isLit, let shape {
      for slice in shape.slices {
        var rate = 0.0
        if case .meanPhotonsPerPulse(let mean) = absorption { rate = mean * slice.energy / slice.nanoseconds }
        var q = scheme.generator(size: size, absorption: rate)
        if let driven {
          let omega = area * slice.area / slice.nanoseconds
          let (g, e, s) = (driven.from, driven.to, n)
          q[s, e] += omega
          q[s, g] -= omega
          q[g, s] += omega / 2
          q[e, s] -= omega / 2
          q[s, s] += (q[g, g] + q[e, e]) / 2
        }
        stretches.append(Stretch(generator: q, nanoseconds: slice.nanoseconds))
      }
    } else if isLit {
      if let driven {
        let flip = (1 - Matrix.cosine(area)) / 2
        pulse[driven.from, driven.from] = 1 - flip
        pulse[driven.from, driven.to] = flip
        pulse[driven.to, driven.to] = 1 - flip
        pulse[driven.to, driven.from] = flip
      } else if case .meanPhotonsPerPulse(let mean) = absorption {
        // Absorption is a Markov process whose "time" is the mean number of photons; for equal weights that is
        // Poisson's law.
        pulse = scheme.absorptionGenerator(size: size).exponential(times: mean)
      }
    }
    let lit = stretches.reduce(0) { $0 + $1.nanoseconds }
    var dark = scheme.generator(size: size, absorption: 0)
    // Nothing turns the levels in the dark; the coherence only fades, and is taken away at the end anyway.
    if let driven, hasCoherence { dark[n, n] = (dark[driven.from, driven.from] + dark[driven.to, driven.to]) / 2 }
    stretches.append(Stretch(generator: dark, nanoseconds: period - lit))
    self.stretches = stretches
    self.pulse = pulse
    var dephasing = Matrix.identity(size)
    if hasCoherence { dephasing[n, n] = 0 }
    self.dephasing = dephasing
  }

  /// The parts of the stretches between two times of the period.
  private func parts(from start: Double, to end: Double) -> [Stretch] {
    var parts: [Stretch] = []
    var begin = 0.0
    for (i, stretch) in stretches.enumerated() {
      let stop = i == stretches.count - 1 ? .infinity : begin + stretch.nanoseconds
      let length = min(end, stop) - max(start, begin)
      if length > 0 { parts.append(Stretch(generator: stretch.generator, nanoseconds: length)) }
      begin = stop
    }
    return parts
  }

  /// How long after the pulse's beginning the generator still changes, in nanoseconds.
  var litNanoseconds: Double { stretches.dropLast().reduce(0) { $0 + $1.nanoseconds } }

  /// The whole period without its instantaneous pulse.
  var propagator: Matrix { propagator(from: 0, to: stretches.reduce(0) { $0 + $1.nanoseconds }) * dephasing }

  /// From one time of the period to another.
  func propagator(from start: Double, to end: Double) -> Matrix {
    parts(from: start, to: end).reduce(.identity(size)) { $0 * $1.generator.exponential(times: $1.nanoseconds) }
  }

  /// ∫ of the propagator from `start` to t, over t up to `end`: blocks of a product of exponentials of block-triangular
  /// matrices (Van Loan, IEEE Trans. Autom. Control 23, 395, 1978).
  func integral(from start: Double, to end: Double) -> Matrix {
    let n = size
    let product = parts(from: start, to: end).reduce(Matrix.identity(2 * n)) { product, part in
      var m = Matrix(rows: 2 * n, columns: 2 * n)
      m.place(part.generator, row: 0, column: 0)
      m.place(.identity(n), row: 0, column: n)
      return product * m.exponential(times: part.nanoseconds)
    }
    return product.block(row: 0, column: n, rows: n, columns: n)
  }

  /// What happens between two times of the period.
  struct Passage: Sendable {
    /// Without regard to photons.
    let propagator: Matrix
    /// With a jump by `first` at some time in between.
    let afterJump: Matrix
    /// Per entry at the beginning: the mean number of events at `rates`.
    let count: [Double]
    /// Per entry at the beginning: the mean number of pairs of a jump by `first` and a later event at `rates`.
    let pairs: [Double]
  }

  /// Blocks of a product of exponentials of block-triangular matrices (Van Loan, as above).
  func passage(from start: Double, to end: Double, first: Matrix, rates: [Double]) -> Passage {
    let n = size
    let product = parts(from: start, to: end).reduce(Matrix.identity(2 * n + 1)) { product, part in
      var m = Matrix(rows: 2 * n + 1, columns: 2 * n + 1)
      m.place(part.generator, row: 0, column: 0)
      m.place(first, row: 0, column: n)
      m.place(part.generator, row: n, column: n)
      m.place(Matrix(column: rates), row: n, column: 2 * n)
      return product * m.exponential(times: part.nanoseconds)
    }
    return Passage(
      propagator: product.block(row: 0, column: 0, rows: n, columns: n),
      afterJump: product.block(row: 0, column: n, rows: n, columns: n),
      count: product.block(row: n, column: 2 * n, rows: n, columns: 1).elements,
      pairs: product.block(row: 0, column: 2 * n, rows: n, columns: 1).elements)
  }
}

extension LevelScheme {
  /// dp/dt = p Q for the level probabilities p, in light absorbed at a rate (1/ns for weight 1); further entries stay 0.
  func generator(size: Int, absorption: Double) -> Matrix {
    var q = Matrix(rows: size, columns: size)
    for way in absorptions {
      q[way.from, way.to] += absorption * way.weight
      q[way.from, way.from] -= absorption * way.weight
    }
    for transition in transitions {
      let rate = transition.ratePerNanosecond(atAbsorptionRate: absorption)
      q[transition.from, transition.to] += rate
      q[transition.from, transition.from] -= rate
    }
    return q
  }

  /// Absorption alone, per photon for weight 1.
  func absorptionGenerator(size: Int) -> Matrix {
    var q = Matrix(rows: size, columns: size)
    for way in absorptions {
      q[way.from, way.to] += way.weight
      q[way.from, way.from] -= way.weight
    }
    return q
  }

  /// Rates (1/ns) of jumps with a detected photon, as matrix from × to.
  ///
  /// - Parameter probabilities: per transition, that an emitted photon is detected.
  func detectedJumps(size: Int, _ probabilities: [Double]) -> Matrix {
    var jumps = Matrix(rows: size, columns: size)
    for (transition, probability) in zip(transitions, probabilities) {
      jumps[transition.from, transition.to] += transition.photonRatePerNanosecond * probability
    }
    return jumps
  }
}
