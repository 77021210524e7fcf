import Light
public import Photonics

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
  /// Where the dipole sits: sideways from the middle, and above the highest surface there, in nanometres; `nil` for none.
  public var dipole: (offsetNanometers: Double, heightNanometers: Double)?
}

/// Reads a waveguide.
///
/// - Parameters:
///   - text: the YAML text.
///   - file: its name, for messages.
///   - overrides: values laid over the file.
/// - Throws: `Diagnostics` with every fault found, each with file, line and column.
public func readGuide(_ text: String, file: String, overrides: [Override] = []) throws -> Guide {
  try readDocument(text, file: file, presets: Presets.library, overrides: overrides) { readGuide($0) }.0
}

func readGuide(_ root: Section) -> Guide {
  let name = root.string("name")
  let wavelength = root.quantity("wavelength", in: .nanometers, range: .above(100).and(.below(5_000)))
  let crossSection = CrossSection(
    substrateIndex: readIndex(root.section("substrate")),
    coverIndex: root.optionalSection("cover").map(readIndex) ?? 1,
    guide: root.optionalSection("exchanged_guide").map(readExchangedGuide),
    film: root.optionalSection("film").map {
      .init(thicknessNanometers: readLength($0, "thickness"), index: readIndex($0))
    },
    strip: root.optionalSection("strip").map {
      .init(
        widthNanometers: readLength($0, "width"), heightNanometers: readLength($0, "height"), index: readIndex($0),
        offsetNanometers: $0.quantity(
          "offset", in: .nanometers, range: .between(-1e5...1e5), default: .chosen(0, "on the middle of the guide")))
    })
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
  let dipole = root.optionalSection("dipole").map { dipole in
    (
      offsetNanometers: dipole.quantity(
        "offset", in: .nanometers, range: .between(-1e5...1e5), default: .chosen(0, "on the middle of the guide")),
      heightNanometers: dipole.quantity("height", in: .nanometers, range: .between(0...1e5))
    )
  }
  readGuideNumbers(root)
  return Guide(
    name: name, wavelengthNanometers: wavelength, crossSection: crossSection, spacing: spacing, dipole: dipole)
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
