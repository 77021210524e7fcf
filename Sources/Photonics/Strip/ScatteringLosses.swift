extension WallRoughness {
  /// The spectral density ∫ σ² exp(−|z|/Lc) exp(−iqz) dz at a wavenumber per nanometre, in cubic nanometres.
  func spectralDensity(_ q: Double) -> Double {
    let phase = q * correlationLengthNanometers
    return 2 * deviationNanometers * deviationNanometers * correlationLengthNanometers / (1 + phase * phase)
  }
}

extension [GuidedMode] {
  /// The share of each mode's power that rough side walls scatter out of the guide, per micrometre: first order (Born), into
  /// radiation only, for each of several roughnesses: `losses[mode][roughness]`. All modes are of one section and wavelength, and
  /// share the factorizations.
  ///
  /// A wall displaced by f carries the extra dipoles f (n_strip² − n_cover²)(E_in·x̂, E_y, E_z) per area just outside it
  /// (S. G. Johnson et al., Phys. Rev. E 65, 066611 (2002)); their field comes from the operator of the dipole's rate:
  ///
  ///     α = k₀²/2π Σ ∫ R(k₀(s − n_eff)) Im ∫∫ p*·G(s)·p ds,  s from −n to n of the denser half space
  ///
  /// summed over both walls, R the spectral density. Scattering into guided modes is left out, and so are rough upper
  /// surfaces; see `WallRoughness.isFirstOrder`. A tall strip's loss is that of a slab in closed form, `SlabGuide.scatteringLossPerMicrometre`, to 2 %.
  ///
  /// - Parameters:
  ///   - roughnesses: of the walls.
  ///   - spacing: the grid of the scattered field.
  ///   - points: of Gauss–Legendre between two branch points. What leaks along a guide makes the integrand uneven: on the
  ///     published device 10 points are up to 8 % off, 15 to 30 agree within 3 %.
  ///   - threads: how many factorizations at once; the result has the same bits for any number.
  /// - Throws: `ModeError`, a cross-section without a strip among them.
  public func scatteringLossesPerMicrometre(
    _ roughnesses: [WallRoughness], spacing: GridSpacing = .scattering, points: Int = 15, threads: Int = 1
  ) throws(ModeError) -> [[Double]] {
    guard let first else { return [] }
    let (crossSection, wavelengthNanometers) = (first.crossSection, first.wavelengthNanometers)
    guard let strip = crossSection.strip else { throw .noStrip }
    let half = crossSection.isSymmetric
    let k0 = 2 * Double.pi / wavelengthNanometers
    let sources = try LineSource.windows(of: crossSection, spacing: spacing, wavelength: wavelengthNanometers)
    let layers = sources[0].layers
    // Behind a mirror both walls are alike
    let walls = map { mode in
      (half ? [1.0] : [-1, 1]).map { side in
        RoughWall(
          of: mode, x: strip.offsetNanometers + side * strip.widthNanometers / 2, side: side, layers: layers,
          contrast: strip.index * strip.index - crossSection.coverIndex * crossSection.coverIndex, half: half, k0: k0)
      }
    }
    let path = crossSection.radiationPath(points: points)
    let emitted = try inOrder(path.count * sources.count, threads: threads, progress: nil) {
      job throws(ModeError) -> [(forwards: Double, backwards: Double)] in
      let source = sources[job % sources.count]
      let s = Complex(path[job / sources.count].s)
      let all = walls.flatMap(\.self)
      let fields = try source.fields(
        of: all.flatMap { [$0.source(1, layers.grid), $0.source(-1, layers.grid)] }, s: s)
      var next = 0
      return walls.map { walls in
        var sum = (forwards: 0.0, backwards: 0.0)
        for wall in walls {
          sum.forwards += wall.work(in: fields[next], 1)
          sum.backwards += wall.work(in: fields[next + 1], -1)
          next += 2
        }
        return sum
      }
    }
    return enumerated().map { number, mode in
      roughnesses.map { roughness in
        var sum = 0.0
        for (job, powers) in emitted.enumerated() {
          let (s, step) = path[job / sources.count]
          sum +=
            step
            * (roughness.spectralDensity(k0 * (s - mode.effectiveIndex)) * powers[number].forwards
              + roughness.spectralDensity(k0 * (s + mode.effectiveIndex)) * powers[number].backwards)
        }
        return (half ? 2 : 1) * k0 * k0 / (2 * Double.pi) * sum * 1000
      }
    }
  }
}

/// The dipoles that a mode induces where a side wall is displaced, per displacement and height.
private struct RoughWall: Sendable {
  /// Component, place in its array, dipole, height and area of its cell in units of 1/k₀ and 1/k₀².
  private var entries: [(component: Int, index: Int, dipole: Complex, height: Double, area: Complex)] = []
  private let half: Bool

  init(
    of mode: GuidedMode, x: Double, side: Double, layers: AbsorbingLayers, contrast: Double, half: Bool, k0: Double
  ) {
    self.half = half
    let grid = layers.grid
    let lengths = layers.lengths
    let bottom = mode.crossSection.stripBottomNanometers
    let top = bottom + (mode.crossSection.strip?.heightNanometers ?? 0)
    let line = grid.x.indices.min { abs(grid.x[$0] - x) < abs(grid.x[$1] - x) } ?? 0
    let outside = side > 0 ? line : line - 1
    // The mode's own innermost value beside the wall
    let modeLines = mode.field.grid.x
    let modeLine = modeLines.indices.min { abs(modeLines[$0] - x) < abs(modeLines[$1] - x) } ?? 0
    let inside = side > 0 ? (modeLines[modeLine - 1] + x) / 2 : (modeLines[modeLine + 1] + x) / 2
    for j in 0...grid.rows {
      // The part of each cell that lies beside the strip
      let y = grid.y[j]
      if y > bottom - 1e-6, y < top + 1e-6 {
        let below = j > 0 && y > bottom + 1e-6 ? grid.dy(j - 1) / 2 : 0
        let above = j < grid.rows && y < top - 1e-6 ? grid.dy(j) / 2 : 0
        let height = k0 * (below + above)
        if let e = mode.field.electric(x: inside, y: y) {
          entries.append(
            (
              0, j * grid.columns + outside, Complex(contrast * e.x), height,
              lengths.dx[outside] * lengths.dualY[j]
            ))
        }
        if let e = mode.field.electric(x: x, y: y) {
          entries.append(
            (
              2, j * (grid.columns + 1) + line, Complex(0, contrast * e.z), height,
              lengths.dualX[line] * lengths.dualY[j]
            ))
        }
      }
      if j < grid.rows, y > bottom - 1e-6, grid.y[j + 1] < top + 1e-6,
        let e = mode.field.electric(x: x, y: (y + grid.y[j + 1]) / 2)
      {
        entries.append(
          (
            1, j * (grid.columns + 1) + line, Complex(contrast * e.y), k0 * grid.dy(j),
            lengths.dualX[line] * lengths.dy[j]
          ))
      }
    }
  }

  /// As a current density; `direction` −1 stands for the opposite wavenumber, at which z turns round.
  func source(_ direction: Double, _ grid: ModeGrid) -> LineField {
    var field = LineField(grid)
    for (component, index, dipole, height, area) in entries {
      let density = ((component == 2 ? direction : 1) * height / (half ? 2 : 1)) * dipole / area
      field.add(density, component, index)
    }
    return field
  }

  /// Im ∫ p*·E over the wall's height.
  func work(in field: LineField, _ direction: Double) -> Double {
    entries.reduce(0) { sum, entry in
      let e = field.value(entry.component, entry.index)
      let sign = entry.component == 2 ? direction : 1
      return sum + sign * entry.height * (entry.dipole.real * e.imaginary - entry.dipole.imaginary * e.real)
    }
  }
}
