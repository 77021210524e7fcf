public import Photonics
public import ResultCache
public import Scenarios

/// A question to the mode solver as the cache keeps it.
private struct DipoleAtSection: Encodable {
  var section: CrossSection
  var wavelengthNanometers: Double
  var spacing: GridSpacing
  var dipole: GridSpacing.Point
  var numericalAperture: Double?
  var roughness: WallRoughness?
}

extension Guide {
  /// Where the dipole sits in the cross-section, in nanometres; `nil` if the file gives none.
  public var dipolePoint: GridSpacing.Point? {
    dipole.map {
      .init(x: $0.offsetNanometers, y: $0.heightNanometers + crossSection.surface(atX: $0.offsetNanometers))
    }
  }

  /// How the dipole's light gets from the strip into the guide, with the loss of each mode; the modes are solved unless the
  /// cache has them.
  ///
  /// - Parameter threads: factorizations at a time, for the loss of rough walls.
  /// - Throws: `ModeError`, `noStrip` among them; `Diagnostic` without a dipole.
  public func transfer(cache: ResultCache? = .standard, threads: Int = 1) throws -> StripTransfer {
    let point = try neededPoint()
    func solve() throws(ModeError) -> StripTransfer {
      try StripTransfer(crossSection, wavelengthNanometers: wavelengthNanometers, spacing: spacing, dipole: point)
    }
    var transfer =
      try cache?.value("strip transfer", version: 2, for: input(point, spacing), calculate: solve) ?? solve()
    let rough = try stripRoughness.map { try scatteringLosses($0, at: point, cache: cache, threads: threads) }
    for k in transfer.supermodes.indices {
      transfer.supermodes[k].lossPerNanometer = rough?[k] ?? stripLossDecibelsPerCentimeter / 4.342944819032518 / 1e7
    }
    return transfer
  }

  /// What rough walls take from each of the strip's modes, per nanometre.
  private func scatteringLosses(
    _ roughness: WallRoughness, at point: GridSpacing.Point, cache: ResultCache?, threads: Int
  ) throws -> [Double] {
    // In first order for all deviations at once.
    let unit = WallRoughness(
      deviationNanometers: 1, correlationLengthNanometers: roughness.correlationLengthNanometers)
    func solve() throws(ModeError) -> [Double] {
      try StripModes(crossSection, wavelengthNanometers: wavelengthNanometers, spacing: spacing, focus: point).strip
        .scatteringLossesPerMicrometre([unit], threads: threads).map { $0[0] / 1e3 }
    }
    var input = input(point, spacing)
    input.roughness = unit
    let losses = try cache?.value("scattering losses", version: 1, for: input, calculate: solve) ?? solve()
    return losses.map { $0 * roughness.deviationNanometers * roughness.deviationNanometers }
  }

  /// The dipole's total rate; beside a guide or a strip a matter of some ten seconds unless the cache has it.
  ///
  /// - Parameters:
  ///   - threads: factorizations at a time.
  ///   - spacing: the grid beside a guide or a strip.
  /// - Throws: `ModeError`, `PlanarStackError`; `Diagnostic` without a dipole.
  public func totalRate(
    cache: ResultCache? = .standard, threads: Int = 1, spacing: GridSpacing = .dipole,
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws -> DipoleRate {
    let point = try neededPoint()
    if crossSection.isFlat { return try flatRate(crossSection) }
    func solve() throws(ModeError) -> DipoleRate {
      try crossSection.dipoleTotalRate(
        at: point, wavelengthNanometers: wavelengthNanometers, spacing: spacing, threads: threads, progress: progress)
    }
    guard let cache else { return try solve() }
    return try cache.value("total rate", version: 1, for: input(point, spacing), calculate: solve)
  }

  /// The total rate with the guide as a layer of its depth and peak index; `nil` beside a strip.
  ///
  /// - Throws: `PlanarStackError`.
  public func flatLayersRate() throws -> DipoleRate? {
    crossSection.strip == nil ? try flatRate(crossSection) : nil
  }

  /// What leaks from a guide without a strip so close along it that it is nearly guided: at effective indices up to
  /// `nearlyGuidedIndices` below cutoff.
  ///
  /// - Throws: `ModeError`; `Diagnostic` without a dipole.
  public func nearlyGuidedRate(
    cache: ResultCache? = .standard, threads: Int = 1, spacing: GridSpacing = .dipole
  ) throws -> DipoleRate {
    let point = try neededPoint()
    func solve() throws(ModeError) -> DipoleRate {
      try StripDipole(crossSection, wavelengthNanometers: wavelengthNanometers, at: point, spacing: spacing)
        .nearlyGuidedRate(within: Self.nearlyGuidedIndices, threads: threads)
    }
    guard let cache else { return try solve() }
    return try cache.value("nearly guided rate", version: 1, for: input(point, spacing), calculate: solve)
  }

  /// How far below cutoff light still counts as nearly guided.
  public static let nearlyGuidedIndices = 0.05

  /// The grid for the total rate: as much finer than the modes' as its default is than theirs.
  public var totalRateSpacing: GridSpacing {
    var grid = GridSpacing.dipole
    grid.fine = spacing.fine / 2
    grid.guide = max(grid.guide, 6 * spacing.fine)
    grid.coarse = grid.guide
    return grid
  }

  /// What an objective above collects, over the rate in free space; `nil` without one.
  ///
  /// - Throws: as `totalRate`.
  public func collectedRate(
    cache: ResultCache? = .standard, threads: Int = 1, spacing: GridSpacing = .dipole,
    progress: (@Sendable (Double) -> Void)? = nil
  ) throws -> DipoleRate? {
    let point = try neededPoint()
    guard let numericalAperture else { return nil }
    if crossSection.isFlat {
      let rate = try PlanarDipole(
        above: crossSection.flatLayers(), distanceNanometers: dipole?.heightNanometers ?? 0,
        wavelengthNanometers: wavelengthNanometers
      ).collectedRate(numericalAperture: numericalAperture)
      return DipoleRate(x: rate.parallel, y: rate.perpendicular, z: rate.parallel)
    }
    func solve() throws(ModeError) -> DipoleRate {
      try StripDipole(crossSection, wavelengthNanometers: wavelengthNanometers, at: point, spacing: spacing)
        .collectedRate(numericalAperture: numericalAperture, threads: threads, progress: progress)
    }
    guard let cache else { return try solve() }
    var input = input(point, spacing)
    input.numericalAperture = numericalAperture
    return try cache.value("collected rate", version: 1, for: input, calculate: solve)
  }

  /// The total rate at the same height above the bare substrate.
  ///
  /// - Throws: `PlanarStackError`; `Diagnostic` without a dipole.
  public func substrateRate() throws -> DipoleRate {
    var bare = crossSection
    (bare.guide, bare.film, bare.strip) = (nil, nil, nil)
    return try flatRate(bare)
  }

  /// All of the above: what the device does to its dipole.
  ///
  /// - Throws: `ModeError`, `PlanarStackError`; `Diagnostic` without a dipole or, on a strip, without its length.
  public func deviceModel(
    cache: ResultCache? = .standard, threads: Int = 1, progress: (@Sendable (Double) -> Void)? = nil
  ) throws -> DeviceModel {
    let total = try totalRate(cache: cache, threads: threads, spacing: totalRateSpacing, progress: progress)
    let substrate = try substrateRate()
    guard crossSection.strip != nil else {
      let point = try neededPoint()
      let guided = try bareGuideRate(at: point, cache: cache)
      let half = DipoleRate(x: guided.x / 2, y: guided.y / 2, z: guided.z / 2)
      return DeviceModel(
        total: total, substrate: substrate, guided: guided, intoGuideOneEnd: half, intoGuideBothEnds: guided)
    }
    let transfer = try transfer(cache: cache, threads: threads)
    let place = try neededStripPlace()
    return DeviceModel(
      total: total, substrate: substrate, guided: transfer.guided,
      intoGuideOneEnd: transfer.oneEnd(lengthNanometers: place.length - place.position),
      intoGuideBothEnds: transfer.bothEnds(
        stripLengthNanometers: place.length, positionNanometers: place.position))
  }

  private func neededPoint() throws(Diagnostic) -> GridSpacing.Point {
    guard let dipolePoint else { throw Diagnostic(file: name, message: "the file has no dipole; give dipole.height") }
    return dipolePoint
  }

  private func flatRate(_ section: CrossSection) throws -> DipoleRate {
    let rate = try section.flatLayerRate(
      heightNanometers: dipole?.heightNanometers ?? 0, wavelengthNanometers: wavelengthNanometers)
    return DipoleRate(x: rate.parallel, y: rate.perpendicular, z: rate.parallel)
  }

  /// Into all modes of a guide without a strip, both directions.
  private func bareGuideRate(at point: GridSpacing.Point, cache: ResultCache?) throws -> DipoleRate {
    func solve() throws(ModeError) -> DipoleRate {
      var spacing = spacing
      spacing.focus = [point]
      let modes = try ModeSolver(crossSection, wavelengthNanometers: wavelengthNanometers, spacing: spacing).modes(60)
      var sum = DipoleRate(x: 0, y: 0, z: 0)
      for mode in modes { sum = sum + (try mode.dipoleRate(at: point)) }
      return sum
    }
    guard let cache else { return try solve() }
    return try cache.value("guide rate", version: 1, for: input(point, spacing), calculate: solve)
  }

  private func input(_ point: GridSpacing.Point, _ spacing: GridSpacing) -> DipoleAtSection {
    DipoleAtSection(
      section: crossSection, wavelengthNanometers: wavelengthNanometers, spacing: spacing, dipole: point)
  }
}
