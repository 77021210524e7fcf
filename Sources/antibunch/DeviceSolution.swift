import Devices
import Photonics
import Reporting
import Scenarios
import Synchronization

/// A guide with everything that is known about it: what `modes` prints and reports.
struct DeviceSolution {
  let guide: Guide
  let resolved: Resolved
  /// Of the section with its strip, if it has one, the highest effective index first.
  let modes: [GuidedMode]
  /// Of the section without its strip, on the same grid; none without a strip.
  let bareModes: [GuidedMode]
  let rates: [DipoleRate]
  let total: DipoleRate?
  let substrate: DipoleRate?
  /// The total rate with the guide as a flat layer, and what leaks close along it, there and on the bare substrate; without a
  /// strip.
  let flatLayers: DipoleRate?
  let nearlyGuided: (here: DipoleRate, bare: DipoleRate)?
  /// By the objective, if there is one.
  let collected: DipoleRate?
  /// From a strip of known length.
  let transfer: StripTransfer?
  let variants: [(name: String, guide: Guide, transfer: StripTransfer)]

  /// Solves a guide for at most `count` modes, and its variants; or for its modes alone, in a second in place of a minute.
  init(_ file: GuideFile, count: Int, modesOnly: Bool, threads: Int) throws {
    let (guide, resolved) = try file.read()
    let changed = try guide.variants.map { variant in
      let file = file.changed(by: variant.overrides)
      return (name: variant.name, file: file, guide: try file.read().guide)
    }
    self = try naming(file) {
      try Self(
        guide, resolved: resolved, count: count, modesOnly: modesOnly, threads: threads, variants: changed)
    }
  }

  private init(
    _ guide: Guide, resolved: Resolved, count: Int, modesOnly: Bool, threads: Int,
    variants: [(name: String, file: GuideFile, guide: Guide)]
  ) throws {
    self.guide = guide
    self.resolved = resolved
    var spacing = guide.spacing
    spacing.focus = guide.dipolePoint.map { [$0] } ?? []
    let solver = ModeSolver(guide.crossSection, wavelengthNanometers: guide.wavelengthNanometers, spacing: spacing)
    let modes = try solver.modes(count)
    self.modes = modes
    if modes.isEmpty { throw ModeError.noSuchMode(number: 0, found: 0, cutoffIndex: solver.cutoffIndex) }
    let point = guide.dipolePoint
    rates = try point.map { point in try modes.map { try $0.dipoleRate(at: point) } } ?? []
    guard point != nil, !modesOnly else {
      (bareModes, total, substrate, collected, transfer, self.variants) = ([], nil, nil, nil, nil, [])
      (flatLayers, nearlyGuided) = (nil, nil)
      return
    }
    let bar = ProgressBar("total rate of the dipole")
    total = try guide.totalRate(threads: threads, spacing: guide.totalRateSpacing) { bar.update(fraction: $0) }
    bar.finish()
    substrate = try guide.substrateRate()
    flatLayers = guide.crossSection.guide == nil ? nil : try guide.flatLayersRate()
    nearlyGuided = flatLayers == nil ? nil : try guide.nearlyGuided(threads: threads)
    let objective = ProgressBar("what the objective collects")
    collected = try guide.collectedRate(threads: threads, spacing: guide.totalRateSpacing) {
      objective.update(fraction: $0)
    }
    objective.finish()
    guard guide.crossSection.strip != nil, guide.stripLengthNanometers != nil else {
      (bareModes, transfer, self.variants) = ([], nil, [])
      return
    }
    transfer = try guide.transfer(threads: threads)
    var bare = guide.crossSection
    bare.strip?.index = bare.coverIndex
    bareModes = try ModeSolver(bare, wavelengthNanometers: guide.wavelengthNanometers, spacing: spacing).modes(2)
    let solved = ProgressBar("variants")
    let done = Atomic<Int>(0)
    self.variants = try inParallel(variants.count, threads: threads) { number in
      let (name, file, guide) = variants[number]
      let transfer = try naming(file) { try guide.transfer(threads: max(1, threads / variants.count)) }
      solved.update(fraction: Double(done.wrappingAdd(1, ordering: .relaxed).newValue) / Double(variants.count))
      return (name, guide, transfer)
    }
    solved.finish()
  }

  /// Into the guide's modes in both directions: past the strip's ends, or without a strip all that is guided.
  var intoGuide: DipoleRate? {
    if let transfer { return guide.bothEnds(transfer) }
    return guide.crossSection.strip == nil && !rates.isEmpty
      ? rates.reduce(DipoleRate(x: 0, y: 0, z: 0), +) : nil
  }
}

extension Guide {
  /// What leaks close along a guide without a strip, and along its substrate alone.
  fileprivate func nearlyGuided(threads: Int) throws -> (here: DipoleRate, bare: DipoleRate) {
    var bare = self
    bare.crossSection.guide = nil
    return (
      try nearlyGuidedRate(threads: threads, spacing: totalRateSpacing),
      try bare.nearlyGuidedRate(threads: threads, spacing: totalRateSpacing)
    )
  }

  /// What reaches the guide at both ends of this strip.
  func bothEnds(_ transfer: StripTransfer) -> DipoleRate? {
    guard let place = try? neededStripPlace() else { return nil }
    return transfer.bothEnds(stripLengthNanometers: place.length, positionNanometers: place.position)
  }

  /// The same averaged over places along it.
  func meanOverPosition(_ transfer: StripTransfer) -> DipoleRate? {
    stripLengthNanometers.map { transfer.meanOverPosition(stripLengthNanometers: $0) }
  }
}

extension ModesOutput {
  /// How far the loss of rough walls can be trusted.
  private static func roughnessNote(_ name: String?, _ guide: Guide) -> String? {
    guard let roughness = guide.stripRoughness, let strip = guide.crossSection.strip else { return nil }
    let size =
      "\(NumberFormat.significant(roughness.deviationNanometers, digits: 3)) nm rms with a correlation length of "
      + "\(NumberFormat.significant(roughness.correlationLengthNanometers, digits: 3)) nm"
    return (name.map { "\($0): " } ?? "") + size
      + ", both walls, radiation only, in first order (Born); "
      + (roughness.isFirstOrder(stripIndex: strip.index, wavelengthNanometers: guide.wavelengthNanometers)
        ? "the deviation is small enough for it"
        : "the deviation is too large for it, the loss is an order of magnitude at best")
  }

  init(_ solution: DeviceSolution) {
    let guide = solution.guide
    notes = []
    modes = solution.modes.enumerated().map { number, mode in
      Mode(mode, rate: solution.rates.isEmpty ? nil : solution.rates[number], total: solution.total)
    }
    guard let total = solution.total, let substrate = solution.substrate else { return }
    purcell = Purcell(
      overFreeSpace: total.average, overSubstrate: total.average / substrate.average,
      overSubstrateByOrientation: .init(
        x: total.x / substrate.x, y: total.y / substrate.y, z: total.z / substrate.z,
        average: total.average / substrate.average),
      flatLayersOverSubstrate: solution.flatLayers.map { $0.average / substrate.average })
    nearlyGuided = solution.nearlyGuided.map { here, bare in
      NearlyGuided(
        indices: Guide.nearlyGuidedIndices, rateOverFreeSpace: here.average, onBareSubstrate: bare.average)
    }
    if let collected = solution.collected, let aperture = guide.numericalAperture {
      collection = Collection(
        numericalAperture: aperture, rateOverFreeSpace: .init(collected),
        shareOfOwnRate: .init(
          x: collected.x / total.x, y: collected.y / total.y, z: collected.z / total.z,
          average: collected.average / total.average))
    }
    let all = solution.rates.reduce(0) { $0 + $1.average }
    coupling = Coupling(rateOverFreeSpace: all, beta: all / total.average)
    if let transfer = solution.transfer, let place = try? guide.neededStripPlace(),
      let both = guide.bothEnds(transfer), let mean = guide.meanOverPosition(transfer)
    {
      let best = transfer.best(upTo: 60_000)
      self.transfer = Transfer(
        stripLengthUm: place.length / 1e3, dipolePositionUm: place.position / 1e3,
        supermodes: transfer.supermodes.map {
          .init(
            effectiveIndex: $0.effectiveIndex, stripConfinement: $0.stripConfinement,
            lossDecibelsPerCentimeter: $0.lossDecibelsPerCentimeter)
        }, bothEnds: .init(both),
        oneEnd: .init(transfer.oneEnd(lengthNanometers: place.length - place.position)),
        meanOverPosition: .init(mean), beatHalfLengthUm: transfer.beatHalfLengthNanometers.map { $0 / 1e3 },
        best: .init(lengthUm: best.lengthNanometers / 1e3, bothEnds: best.bothEnds))
      variants = solution.variants.map { name, guide, transfer in
        let rate = guide.bothEnds(transfer)?.average ?? 0
        return Variant(
          name: name, bothEnds: rate, meanOverPosition: guide.meanOverPosition(transfer)?.average ?? 0,
          relative: rate / both.average,
          lossDecibelsPerCentimeter: transfer.supermodePair.map {
            [$0.0, $0.1].map { transfer.supermodes[$0].lossDecibelsPerCentimeter }
          } ?? [])
      }
      notes += ([(nil, guide)] + solution.variants.map { ($0.name, $0.guide) }).compactMap(Self.roughnessNote)
    } else if guide.crossSection.strip != nil {
      notes.append("give strip.length to see how much light passes from the strip into the guide")
    }
    guard let rate = solution.intoGuide?.average else { return }
    let share = rate / total.average
    let published = solution.resolved["published.coupling"]
    normalisation = Normalisation(
      rateOverFreeSpace: rate, shareOfOwnRate: share, publishedCoupling: published?.number,
      publishedPlace: published?.provenance?.text,
      publishedIsNearerTo: published?.number.map {
        abs($0 / rate - 1) < abs($0 / share - 1) ? "rate_over_free_space" : "share_of_own_rate"
      })
  }
}
