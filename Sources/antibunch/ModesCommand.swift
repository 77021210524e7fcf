import ArgumentParser
import Photonics
import Reporting
import Scenarios

/// What `modes` prints as JSON.
struct ModesOutput: Encodable {
  struct Orientations: Encodable {
    var x: Double
    var y: Double
    var z: Double
    var average: Double
  }
  struct Mode: Encodable {
    var polarization: String
    var effectiveIndex: Double
    var groupIndex: Double
    var effectiveAreaUm2: Double
    var stripConfinement: Double
    var guideConfinement: Double
    /// The dipole's rate into the mode, both directions, over its rate in free space.
    @OrNull var rateOverFreeSpace: Orientations? = nil
    /// The same over the dipole's own total rate.
    @OrNull var beta: Orientations? = nil
    enum CodingKeys: String, CodingKey {
      case polarization, beta
      case effectiveIndex = "effective_index"
      case groupIndex = "group_index"
      case effectiveAreaUm2 = "effective_area_um2"
      case stripConfinement = "strip_confinement"
      case guideConfinement = "guide_confinement"
      case rateOverFreeSpace = "rate_over_free_space"
    }
  }
  struct Purcell: Encodable {
    /// Total rate of the dipole, averaged over orientations, over its rate in free space.
    var overFreeSpace: Double
    /// The same over that of a dipole on the bare substrate.
    var overSubstrate: Double
    enum CodingKeys: String, CodingKey {
      case overFreeSpace = "over_free_space"
      case overSubstrate = "over_substrate"
    }
  }
  struct Coupling: Encodable {
    /// Into all guided modes found, both directions, averaged over orientations, over the rate in free space.
    var rateOverFreeSpace: Double
    /// The same as a share of the dipole's own total rate.
    var beta: Double
    enum CodingKeys: String, CodingKey {
      case beta
      case rateOverFreeSpace = "rate_over_free_space"
    }
  }
  struct Collection: Encodable {
    /// The objective's.
    var numericalAperture: Double
    /// What it collects, averaged over orientations, over the dipole's rate in free space.
    var rateOverFreeSpace: Double
    /// The same as a share of the dipole's own total rate.
    var share: Double
    enum CodingKeys: String, CodingKey {
      case share
      case numericalAperture = "numerical_aperture"
      case rateOverFreeSpace = "rate_over_free_space"
    }
  }
  var modes: [Mode]
  @OrNull var purcell: Purcell? = nil
  @OrNull var coupling: Coupling? = nil
  @OrNull var collection: Collection? = nil
  var notes: [String]
}

struct ModesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modes", abstract: "Solves the guided modes of a waveguide's cross-section, and a dipole's coupling.")

  @Argument(help: "The guide, a YAML file that describes its cross-section.", completion: .file(extensions: ["yaml"]))
  var guide: String
  @Option(help: "How many modes at most, from the highest effective index down.") var count = 8
  @Option(
    name: .customLong("set"),
    help: ArgumentHelp("Another value in the file, for example --set \"strip.width=205 nm\".", valueName: "path=value"))
  var overrides: [String] = []
  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    if !(1...60).contains(count) { throw ValidationError("--count must be between 1 and 60, found \(count)") }
  }

  func run() throws {
    try orFail {
      let guide = try readGuide(readText(guide), file: guide, overrides: overrides.map { try Override(parsing: $0) })
      let output = try Self.solve(guide, count: count)
      if json {
        print(try JSONOutput.encode(output), terminator: "")
        return
      }
      print(guide.name)
      var table = Table([
        .init("mode"), .init("n_eff", .right), .init("n_group", .right), .init("area", .right),
        .init("in strip", .right),
        .init("rate/free space", .right), .init("beta", .right),
      ])
      for mode in output.modes {
        table.append(
          mode.polarization, NumberFormat.fixed(mode.effectiveIndex, places: 6),
          NumberFormat.fixed(mode.groupIndex, places: 4),
          "\(NumberFormat.significant(mode.effectiveAreaUm2, digits: 3)) um2",
          NumberFormat.percent(mode.stripConfinement, places: 1),
          mode.rateOverFreeSpace.map { NumberFormat.significant($0.average, digits: 4) } ?? "–",
          mode.beta.map { NumberFormat.percent($0.average, places: 3) } ?? "–")
      }
      print(table.text())
      for line in output.dipoleLines { print(line) }
      for note in output.notes { print(note) }
    }
  }

  private static func solve(_ guide: Guide, count: Int) throws -> ModesOutput {
    do {
      return try ModesOutput(guide, count: count)
    } catch let error as ModeError {
      throw Failure(.badData, "error: \(guide.name): \(error)")
    } catch let error as PlanarStackError {
      throw Failure(.badData, "error: \(guide.name): \(error)")
    }
  }
}

extension ModesOutput {
  /// Solves a guide for at most so many modes.
  init(_ guide: Guide, count: Int) throws {
    let crossSection = guide.crossSection
    let wavelength = guide.wavelengthNanometers
    var spacing = guide.spacing
    let point = guide.dipole.map { dipole in
      GridSpacing.Point(
        x: dipole.offsetNanometers, y: dipole.heightNanometers + crossSection.surface(atX: dipole.offsetNanometers))
    }
    spacing.focus = point.map { [$0] } ?? []
    let found = try ModeSolver(crossSection, wavelengthNanometers: wavelength, spacing: spacing).modes(count)
    if found.isEmpty {
      let cutoff = crossSection.cutoffIndex(wavelengthNanometers: wavelength)
      throw ModeError.noSuchMode(number: 0, found: 0, cutoffIndex: cutoff)
    }
    let rates = try found.map { mode in try point.map { try mode.dipoleRate(at: $0) } }
    notes = []
    var total: DipoleRate?
    if let dipole = guide.dipole, let point {
      let here = try DipoleSurroundings(guide, heightNanometers: dipole.heightNanometers, at: point)
      total = here.total
      notes.append(here.note)
      let own = here.total.average
      let all = rates.reduce(0) { $0 + ($1?.average ?? 0) }
      purcell = Purcell(overFreeSpace: own, overSubstrate: own / here.averageOnSubstrate)
      coupling = Coupling(rateOverFreeSpace: all, beta: all / own)
      if let collected = here.collected, let aperture = guide.numericalAperture {
        collection = Collection(
          numericalAperture: aperture, rateOverFreeSpace: collected.average, share: collected.average / own)
      }
    }
    modes = zip(found, rates).map { mode, rate in Mode(mode, rate: rate, total: total) }
  }
}

extension ModesOutput.Mode {
  init(_ mode: GuidedMode, rate: DipoleRate?, total: DipoleRate?) {
    polarization = mode.polarization.rawValue
    effectiveIndex = mode.effectiveIndex
    groupIndex = mode.groupIndex
    effectiveAreaUm2 = mode.effectiveAreaSquareNanometers * 1e-6
    stripConfinement = mode.stripConfinement
    guideConfinement = mode.guideConfinement
    guard let rate else { return }
    rateOverFreeSpace = .init(x: rate.x, y: rate.y, z: rate.z, average: rate.average)
    guard let total else { return }
    // Averaged over emitters of all orientations: the ratio of the averages.
    beta = .init(
      x: rate.x / total.x, y: rate.y / total.y, z: rate.z / total.z, average: rate.average / total.average)
  }
}

extension ModesOutput {
  /// The dipole's rates in words, each with what it is divided by.
  var dipoleLines: [String] {
    guard let purcell, let coupling else { return [] }
    func rate(_ value: Double) -> String { NumberFormat.significant(value, digits: 4) }
    func share(_ value: Double) -> String { NumberFormat.percent(value, places: 2) }
    var lines = [
      "rate/free space: the dipole's rate into the mode, both directions, over its rate in free space",
      "beta: the same over the dipole's own total rate, the share of its photons",
      "total rate: \(rate(purcell.overFreeSpace)) of the free-space rate, "
        + "\(rate(purcell.overSubstrate)) of that on the bare substrate",
      "into all of the modes: \(rate(coupling.rateOverFreeSpace)) of the free-space rate, "
        + "\(share(coupling.beta)) of the dipole's own",
    ]
    if let collection {
      lines.append(
        "into an objective of NA \(collection.numericalAperture): \(rate(collection.rateOverFreeSpace)) of the "
          + "free-space rate, \(share(collection.share)) of the dipole's own")
    }
    return lines
  }
}
