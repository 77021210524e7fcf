internal import Glibc

/// How the light of a dipole beside a strip of finite length gets into the guide below it.
///
/// The strip's section and the bare guide have different modes. The dipole launches the strip section's; over a strip that is
/// nearly matched to the guide two of them share both ("supermodes") and beat, so light swings between strip and guide as in
/// a directional coupler; where the strip ends, each passes into the guide's modes by the overlap of their fields. Reflection
/// at the end is neglected.
///
///     η(l) = Σ_m |Σ_k a_k exp(iβ_k l − α_k l/2) O_mk|²
///
/// with a_k² the rate into mode k in one direction, α_k its loss of power, O_mk the overlap of the guide's mode m with it and l the way from the dipole
/// to the strip's end (A. W. Snyder and J. D. Love, Optical Waveguide Theory (1983), sections 29-1 and 31-5).
///
/// Rates are in units of the dipole's rate in free space. A value is small: it carries no fields.
public struct StripTransfer: Sendable, Hashable, Codable {
  /// A mode of the section with the strip, and what the dipole launches into it.
  public struct Supermode: Sendable, Hashable, Codable {
    /// β/k₀.
    public var effectiveIndex: Double
    /// c over the speed of energy.
    public var groupIndex: Double
    /// Whether its transverse field lies along the surface or upright.
    public var polarization: Polarization
    /// The share of the electric energy in the strip.
    public var stripConfinement: Double
    /// Square roots of the rates into it in one direction, with their signs, for a dipole along x, y and z.
    public var amplitudes: [Double]
    /// What it loses of its power along the strip, per nanometre.
    public var lossPerNanometer: Double

    /// A mode from its numbers.
    public init(
      effectiveIndex: Double, groupIndex: Double, polarization: Polarization, stripConfinement: Double,
      amplitudes: [Double], lossPerNanometer: Double = 0
    ) {
      self.effectiveIndex = effectiveIndex
      self.groupIndex = groupIndex
      self.polarization = polarization
      self.stripConfinement = stripConfinement
      self.amplitudes = amplitudes
      self.lossPerNanometer = lossPerNanometer
    }
  }

  /// The vacuum wavelength, in nanometres.
  public var wavelengthNanometers: Double
  /// The modes of the section with the strip, the highest effective index first.
  public var supermodes: [Supermode]
  /// The effective indices of the bare guide's modes, the highest first.
  public var guideIndices: [Double]
  /// The overlap of the guide's mode m with the strip section's mode k: `overlaps[m][k]`.
  public var overlaps: [[Double]]

  /// A transfer from its numbers: one row of `overlaps` for each mode of the guide.
  public init(
    wavelengthNanometers: Double, supermodes: [Supermode], guideIndices: [Double], overlaps: [[Double]]
  ) {
    self.wavelengthNanometers = wavelengthNanometers
    self.supermodes = supermodes
    self.guideIndices = guideIndices
    self.overlaps = overlaps
  }

  /// Solves both sections on the same grid.
  ///
  /// - Parameters:
  ///   - section: the cross-section with its strip.
  ///   - wavelength: in vacuum, in nanometres.
  ///   - spacing: the grid; cells around the dipole are made fine.
  ///   - dipole: where it sits, in nanometres.
  /// - Throws: `ModeError`, `noStrip` among them; `dipoleTooClose` if a cell of the grid is larger than the distance to the strip.
  public init(
    _ section: CrossSection, wavelengthNanometers wavelength: Double, spacing: GridSpacing = GridSpacing(),
    dipole: GridSpacing.Point
  ) throws(ModeError) {
    try self.init(
      StripModes(section, wavelengthNanometers: wavelength, spacing: spacing, focus: dipole), dipole: dipole)
  }

  /// The transfer from modes already solved.
  public init(_ modes: StripModes, dipole: GridSpacing.Point) throws(ModeError) {
    wavelengthNanometers = modes.wavelengthNanometers
    supermodes = []
    let k0 = 2 * Double.pi / wavelengthNanometers
    for mode in modes.strip {
      // Half of both directions' rate; the field gives the sign.
      _ = try mode.dipoleRate(at: dipole)
      guard let field = mode.field.electric(x: dipole.x, y: dipole.y) else {
        throw .dipoleOutsideWindow(x: dipole.x, y: dipole.y)
      }
      let unit = (1.5 * Double.pi).squareRoot() / k0
      supermodes.append(
        Supermode(
          effectiveIndex: mode.effectiveIndex, groupIndex: mode.groupIndex, polarization: mode.polarization,
          stripConfinement: mode.stripConfinement, amplitudes: [unit * field.x, unit * field.y, unit * field.z]))
    }
    guideIndices = modes.guide.map(\.effectiveIndex)
    overlaps = modes.guide.map { guide in
      modes.strip.map { strip in
        strip.symmetry == guide.symmetry ? guide.field.overlap(with: strip.field) ?? 0 : 0
      }
    }
  }

  /// The rate into all modes of the strip's section, both directions.
  public var guided: DipoleRate {
    perOrientation { axis in supermodes.reduce(0) { $0 + 2 * square($1.amplitudes[axis]) } }
  }

  /// The rate that reaches the guide's modes in one direction, past a strip that ends `length` nanometres from the dipole.
  public func oneEnd(lengthNanometers length: Double) -> DipoleRate {
    let k0 = 2 * Double.pi / wavelengthNanometers
    return perOrientation { axis in
      overlaps.reduce(0) { sum, overlap in
        var (real, imaginary) = (0.0, 0.0)
        for (k, mode) in supermodes.enumerated() {
          let amplitude = mode.amplitudes[axis] * overlap[k] * exp(-mode.lossPerNanometer * length / 2)
          real += amplitude * cos(k0 * mode.effectiveIndex * length)
          imaginary += amplitude * sin(k0 * mode.effectiveIndex * length)
        }
        return sum + real * real + imaginary * imaginary
      }
    }
  }

  /// The rate that reaches the guide's modes at both ends of a strip, from a dipole `position` nanometres from one of them.
  public func bothEnds(stripLengthNanometers length: Double, positionNanometers position: Double) -> DipoleRate {
    oneEnd(lengthNanometers: position) + oneEnd(lengthNanometers: length - position)
  }

  /// `bothEnds` averaged over dipoles that lie anywhere along a strip with equal probability: the integral in closed form.
  public func meanOverPosition(stripLengthNanometers length: Double) -> DipoleRate {
    let k0 = 2 * Double.pi / wavelengthNanometers
    return perOrientation { axis in
      var sum = 0.0
      for overlap in overlaps {
        for (j, a) in supermodes.enumerated() {
          for (k, b) in supermodes.enumerated() {
            // ∫₀ᴸ exp((iδ − γ) l) dl/L, its real part
            let delta = k0 * (a.effectiveIndex - b.effectiveIndex) * length
            let gamma = (a.lossPerNanometer + b.lossPerNanometer) / 2 * length
            let size = delta * delta + gamma * gamma
            let mean =
              size < 1e-24
              ? 1 : (exp(-gamma) * (delta * sin(delta) - gamma * cos(delta)) + gamma) / size
            sum += 2 * a.amplitudes[axis] * b.amplitudes[axis] * overlap[j] * overlap[k] * mean
          }
        }
      }
      return sum
    }
  }

  /// The way from the dipole to the strip's end, at most so many nanometres, at which most light reaches the guide, and
  /// how much at both ends together; searched in steps of a fortieth of the shortest beat.
  public func best(upTo limit: Double) -> (lengthNanometers: Double, bothEnds: Double) {
    let indices = supermodes.map(\.effectiveIndex)
    let spread = (indices.max() ?? 1) - (indices.min() ?? 1)
    let step = min(limit / 100, spread > 0 ? wavelengthNanometers / spread / 40 : limit)
    var best = (lengthNanometers: 0.0, bothEnds: 0.0)
    for length in stride(from: 0, through: limit, by: step) {
      let rate = 2 * oneEnd(lengthNanometers: length).average
      if rate > best.bothEnds { best = (length, rate) }
    }
    return best
  }

  /// Half the beat of the two supermodes into which the dipole launches most, λ/(2Δn): the way after which what was in the
  /// strip is in the guide; `nil` with fewer than two of one polarization.
  public var beatHalfLengthNanometers: Double? {
    guard let pair = supermodePair else { return nil }
    return wavelengthNanometers
      / (2 * abs(supermodes[pair.0].effectiveIndex - supermodes[pair.1].effectiveIndex))
  }

  /// The numbers of the two modes of equal polarization that share strip and guide: of all pairs the one with the largest
  /// product of rates, the higher effective index first.
  public var supermodePair: (Int, Int)? {
    var best: (pair: (Int, Int), product: Double)?
    for j in supermodes.indices {
      for k in supermodes.indices where k > j && supermodes[j].polarization == supermodes[k].polarization {
        let product = supermodes[j].rate * supermodes[k].rate
        if product > best?.product ?? 0 { best = ((j, k), product) }
      }
    }
    return best?.pair
  }

  private func perOrientation(_ rate: (Int) -> Double) -> DipoleRate {
    DipoleRate(x: rate(0), y: rate(1), z: rate(2))
  }
}

extension StripTransfer.Supermode {
  /// Both directions, over all orientations.
  public var rate: Double { amplitudes.reduce(0) { $0 + 2 * $1 * $1 } / 3 }
  /// What it loses, in dB/cm.
  public var lossDecibelsPerCentimeter: Double { lossPerNanometer * 4.342944819032518 * 1e7 }
}

private func square(_ x: Double) -> Double { x * x }
