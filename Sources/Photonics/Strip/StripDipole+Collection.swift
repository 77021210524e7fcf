internal import Glibc

extension StripDipole {
  /// What an objective above collects, over the rate in free space.
  ///
  /// By reciprocity the amplitude that the dipole sends into a direction is the field that a plane wave from there makes at
  /// the dipole. Substrate, film and cover are layers, whose plane waves are known exactly; what strip and guide add is
  /// the overlap of such a wave with the polarisation they carry in the dipole's field E:
  ///
  ///     F = E⁰(r₀)·p + ∫ (ε − ε_layers) E⁰ · E dA,   dΓ/Γ_vac = 3/8π Σ |F|² du ds/√(n² − u² − s²)
  ///
  /// summed over both polarisations of the wave, u and s its wavenumbers along x and z over the vacuum's, within
  /// u² + s² < NA² (Lippmann and Schwinger, Phys. Rev. 79, 469 (1950), with the layers as the unperturbed medium).
  ///
  /// - Parameters:
  ///   - numericalAperture: above 0, at most the cover's index.
  ///   - points: of Gauss–Legendre along z; 8 give 1e-3.
  ///   - threads: how many factorizations at once; the result has the same bits for any number.
  ///   - progress: called with the share of the work that is done, from any thread.
  /// - Throws: `ModeError`, an aperture out of range or a dipole inside the film among them.
  public func collectedRate(
    numericalAperture: Double, points: Int = 8, threads: Int = 1, progress: (@Sendable (Double) -> Void)? = nil
  ) throws(ModeError) -> DipoleRate {
    guard numericalAperture > 0, numericalAperture <= crossSection.coverIndex else {
      throw .apertureOutOfRange(found: numericalAperture, index: crossSection.coverIndex)
    }
    let film = crossSection.stripBottomNanometers
    guard film == 0 || point.y < 0 || point.y > film else { throw .dipoleInFilm(x: point.x, y: point.y) }
    let sources = try lineSources()
    let rule = GaussLegendre(count: points)
    let across = GaussLegendre(count: 16)
    let shares = try inOrder(points, threads: threads, progress: progress) { k throws(ModeError) -> DipoleRate in
      // s = NA sin t makes the rim of the aperture smooth
      let t = (rule.nodes[k] + 1) * .pi / 4
      let s = numericalAperture * sin(t)
      let reach = numericalAperture * cos(t)
      let waves = across.nodes.flatMap { node in
        PlanarStack.Polarization.allCases.map {
          LayerPlaneWave(
            $0, u: reach * sin(node * .pi / 2), s: s, crossSection: crossSection, wavelength: wavelengthNanometers)
        }
      }
      var amplitudes = [[Complex]](
        repeating: waves.map { _ in Complex(0) }, count: 3)
      for (number, wave) in waves.enumerated() {
        let e = wave.electric(x: point.x, y: point.y)
        (amplitudes[0][number], amplitudes[1][number], amplitudes[2][number]) = e
      }
      for source in sources {
        let weights = (0..<3).map { PointWeights($0, at: point, in: source) }.filter { !$0.entries.isEmpty }
        let fields = try source.fields(of: weights.map { $0.source(in: source) }, s: Complex(s))
        let contrast = Contrast(crossSection, in: source)
        for (weight, field) in zip(weights, fields) {
          let overlaps = contrast.overlaps(of: field, from: weight.component, with: waves, mirrored: point.x < 0)
          for number in waves.indices {
            amplitudes[weight.component][number] = amplitudes[weight.component][number] + overlaps[number]
          }
        }
      }
      // Both signs of s; du = reach cos φ dφ
      let n = crossSection.coverIndex
      let outer = 2 * rule.weights[k] * (.pi / 4) * numericalAperture * cos(t)
      let densities = amplitudes.map { amplitude in
        var sum = 0.0
        for (number, node) in across.nodes.enumerated() {
          let u = reach * sin(node * .pi / 2)
          let step = across.weights[number] * (.pi / 2) * reach * cos(node * .pi / 2)
          let power = amplitude[2 * number].squaredMagnitude + amplitude[2 * number + 1].squaredMagnitude
          sum += 3 / (8 * .pi) * outer * step * power / (n * n - u * u - s * s).squareRoot()
        }
        return sum
      }
      return DipoleRate(x: densities[0], y: densities[1], z: densities[2])
    }
    return shares.reduce(DipoleRate(x: 0, y: 0, z: 0), +)
  }
}

/// The permittivity that strip and guide add to the layers, where they add any.
private struct Contrast {
  /// Component, place in its array, position in nanometres, and (ε − ε_layers) times the area in units of 1/k₀².
  private var entries: [(component: Int, index: Int, x: Double, y: Double, strength: Complex)] = []
  private let mirror: Walls.Kind?

  init(_ section: CrossSection, in source: LineSource) {
    mirror = source.mirror
    let grid = source.layers.grid
    let lengths = source.layers.lengths
    var bare = section
    (bare.strip, bare.guide) = (nil, nil)
    let with = source.problem.permittivity
    let without = Permittivity(bare, on: grid)
    let middleX = ModeGrid.middles(grid.x)
    let middleY = ModeGrid.middles(grid.y)
    for j in 0...grid.rows {
      for i in 0...grid.columns {
        let node = j * (grid.columns + 1) + i
        if i < grid.columns, with.x(i, j) != without.x(i, j) {
          let area = (with.x(i, j) - without.x(i, j)) * (lengths.dx[i] * lengths.dualY[j])
          entries.append((0, j * grid.columns + i, middleX[i], grid.y[j], area))
        }
        if j < grid.rows, with.y(i, j) != without.y(i, j) {
          let area = (with.y(i, j) - without.y(i, j)) * (lengths.dualX[i] * lengths.dy[j])
          entries.append((1, node, grid.x[i], middleY[j], area))
        }
        if with.z(i, j) != without.z(i, j) {
          let area = (with.z(i, j) - without.z(i, j)) * (lengths.dualX[i] * lengths.dualY[j])
          entries.append((2, node, grid.x[i], grid.y[j], area))
        }
      }
    }
  }

  /// ∫ (ε − ε_layers) E⁰ · E dA for waves E⁰ exp(isz), with E the field of a dipole along `from` at the opposite s, which
  /// differs from that at s by the sign of what mixes z with x and y.
  func overlaps(of field: LineField, from: Int, with waves: [LayerPlaneWave], mirrored: Bool) -> [Complex] {
    let sign: Double = mirrored ? -1 : 1
    let (ex, ey, ez) = (field.ex, field.ey, field.ez)
    return waves.map { wave in
      var sum = Complex(0)
      for (component, index, x, y, strength) in entries {
        let value = component == 0 ? ex[index] : component == 1 ? ey[index] : ez[index]
        let parity: Double =
          switch mirror {
          case .electric?: component == 0 ? 1 : -1
          case .magnetic?: component == 0 ? -1 : 1
          case nil: 0
          }
        var incident = wave.component(component, x: sign * x, y: y)
        if mirror != nil { incident = incident + parity * wave.component(component, x: -sign * x, y: y) }
        // A dipole left of the mirror was solved on the right: Ex turns round
        let turned: Double = mirrored && (component == 0) != (from == 0) ? -1 : 1
        let opposite: Double = (component == 2) != (from == 2) ? -1 : 1
        sum = sum + (turned * opposite) * (strength * value * incident)
      }
      return sum
    }
  }
}
