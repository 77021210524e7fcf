import Light
public import Optics

/// A waveguide's cross-section as a file describes it, for the mode solver.
public struct Guide: Sendable {
  /// Title of the file.
  public var name: String
  /// The vacuum wavelength, in nanometres.
  public var wavelengthNanometers: Double
  /// What it is made of.
  public var crossSection: CrossSection
  /// The solver's grid.
  public var spacing: GridSpacing
  /// How long the strip is, in nanometres; `nil` if the file does not say.
  public var stripLengthNanometers: Double?
  /// What every mode loses per length along the strip, in dB/cm; 0 where `stripRoughness` tells each mode's loss.
  public var stripLossDecibelsPerCentimeter: Double
  /// How rough the strip's side walls are; `nil` where the file gives the loss, or none.
  public var stripRoughness: WallRoughness?
  /// How far from one end of the strip the dipole lies, in nanometres; `nil` for the middle.
  public var dipolePositionNanometers: Double?
  /// The numerical aperture of an objective above; `nil` for none.
  public var numericalAperture: Double?
  /// Changes whose effect is of interest, such as the size as fabricated.
  public var variants: [Variant]
  /// Where the dipole sits: sideways from the middle, and above the highest surface there, in nanometres; `nil` for none.
  public var dipole: (offsetNanometers: Double, heightNanometers: Double)?
}

extension Guide {
  /// Some values of the file in place of others.
  public struct Variant: Sendable {
    /// What it is called.
    public var name: String
    /// What differs.
    public var overrides: [Override]
  }
}

/// Reads a waveguide.
///
/// - Parameters:
///   - text: the YAML text.
///   - file: its name, for messages.
///   - overrides: values laid over the file.
/// - Returns: the guide, and the record of every value with its provenance.
/// - Throws: `Diagnostics` with every fault found, each with file, line and column.
public func readGuide(
  _ text: String, file: String, overrides: [Override] = []
) throws -> (guide: Guide, resolved: Resolved) {
  let (guide, resolved) = try readDocument(text, file: file, presets: Presets.library, overrides: overrides) {
    readGuide($0)
  }
  return (guide, resolved)
}

func readGuide(_ root: Section) -> Guide {
  let name = root.string("name")
  let wavelength = root.quantity("wavelength", in: .nanometers, range: .above(100).and(.below(5_000)))
  let strip = root.optionalSection("strip")
  let crossSection = CrossSection(
    substrateIndex: readIndex(root.section("substrate")),
    coverIndex: root.optionalSection("cover").map(readIndex) ?? 1,
    guide: root.optionalSection("exchanged_guide").map(readExchangedGuide),
    film: root.optionalSection("film").map {
      .init(thicknessNanometers: readLength($0, "thickness"), index: readIndex($0))
    },
    strip: strip.map {
      .init(
        widthNanometers: readLength($0, "width"), heightNanometers: readLength($0, "height"), index: readIndex($0),
        offsetNanometers: $0.quantity(
          "offset", in: .nanometers, range: .between(-1e5...1e5), default: .chosen(0, "on the middle of the guide")))
    })
  let length = strip?.optionalQuantity("length", in: .nanometers, range: .between(1...1e9))
  let roughness = strip?.optionalSection("roughness").map(readRoughness)
  if roughness != nil, strip?.has("loss") == true {
    strip?.fail("stands beside strip.roughness, from which the loss follows; give one of the two", at: "loss")
  }
  let loss =
    roughness != nil
    ? nil
    : strip?.quantity(
      "loss", in: .decibelsPerCentimeter, range: .between(0...1e6),
      default: .chosen(0, "smooth walls, no absorption"))
  var spacing = GridSpacing()
  if let grid = root.optionalSection("grid") {
    spacing.fine = grid.quantity(
      "fine", in: .nanometers, range: .between(0.5...1_000), default: .chosen(5, "near the strip"))
    spacing.guide = grid.quantity(
      "guide", in: .nanometers, range: .between(1...1_000), default: .chosen(40, "in the guide"))
    spacing.coarse = grid.quantity(
      "coarse", in: .nanometers, range: .between(1...5_000), default: .chosen(80, "elsewhere"))
    spacing.halvings = grid.integer("halvings", range: .between(0...4), default: .chosen(0, "as laid"))
    if let margins = grid.optionalSection("margins") {
      spacing.margins = .init(
        side: readLength(margins, "side"), below: readLength(margins, "below"), above: readLength(margins, "above"))
    }
  }
  let dipoleSection = root.optionalSection("dipole")
  let position = dipoleSection?.optionalQuantity("position", in: .nanometers, range: .between(0...1e9))
  if let position {
    if let length, position > length {
      dipoleSection?.fail(
        "must lie on the strip, between 0 and strip.length (\(Quantity(length / 1e3, .micrometers)))", at: "position")
    } else if length == nil {
      dipoleSection?.fail("is a place along the strip, which has no strip.length", at: "position")
    }
  }
  let dipole = dipoleSection.map { dipole in
    (
      offsetNanometers: dipole.quantity(
        "offset", in: .nanometers, range: .between(-1e5...1e5), default: .chosen(0, "on the middle of the guide")),
      heightNanometers: dipole.quantity("height", in: .nanometers, range: .between(0...1e5))
    )
  }
  readGuideNumbers(root)
  return Guide(
    name: name, wavelengthNanometers: wavelength, crossSection: crossSection, spacing: spacing,
    stripLengthNanometers: length, stripLossDecibelsPerCentimeter: loss ?? 0, stripRoughness: roughness,
    dipolePositionNanometers: position,
    numericalAperture: root.optionalSection("objective").map {
      $0.number("numerical_aperture", range: .above(0).and(.atMost(crossSection.coverIndex)))
    },
    variants: root.list("variants").map(readVariant), dipole: dipole)
}

/// `{name: as fabricated, values: {strip.width: 205 nm}}`.
private func readVariant(_ section: Section) -> Guide.Variant {
  let name = section.string("name")
  let values = section.section("values")
  return .init(
    name: name, overrides: values.keys.map { Override($0, values.string($0), label: "variant '\(name)': \($0)") })
}

/// `{rms: 5 nm, correlation_length: 50 nm}`, of both side walls.
private func readRoughness(_ section: Section) -> WallRoughness {
  WallRoughness(
    deviationNanometers: section.quantity("rms", in: .nanometers, range: .between(0...1_000)),
    correlationLengthNanometers: section.quantity("correlation_length", in: .nanometers, range: .between(0.1...1e6)))
}

private func readIndex(_ section: Section) -> Double { section.number("index", range: .between(1...10)) }

private func readLength(_ section: Section, _ key: String) -> Double {
  section.quantity(key, in: .nanometers, range: .between(1...1e6))
}

private func readExchangedGuide(_ section: Section) -> ExchangedGuide {
  let profiles: [String: ExchangedGuide.Profile] = [
    "half-ellipse": .halfEllipse, "rectangle": .rectangle, "gaussian": .gaussian, "diffused": .diffused,
  ]
  let profile = section.choice("profile", of: ["half-ellipse", "rectangle", "gaussian", "diffused"])
  return ExchangedGuide(
    profile: profiles[profile] ?? .halfEllipse, widthNanometers: readLength(section, "width"),
    depthNanometers: readLength(section, "depth"), peakIndex: readIndex(section))
}
