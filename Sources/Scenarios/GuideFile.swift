public import Optics

/// A guide's file with the values laid over it: where to look when its values turn out to make no device.
public struct GuideFile: Sendable {
  /// The YAML text.
  public var text: String
  /// Its name, for messages.
  public var file: String
  /// Values laid over the file.
  public var overrides: [Override]

  /// A file's text and name, and values laid over it.
  public init(text: String, file: String, overrides: [Override] = []) {
    self.text = text
    self.file = file
    self.overrides = overrides
  }

  /// The same with more values laid over it.
  public func changed(by more: [Override]) -> Self { Self(text: text, file: file, overrides: overrides + more) }

  /// Reads the guide, and the record of every value with its provenance.
  ///
  /// - Throws: `Diagnostics` with every fault found, each with file, line and column.
  public func read() throws -> (guide: Guide, resolved: Resolved) {
    try readGuide(text, file: file, overrides: overrides)
  }

  /// What the mode solver refuses, at the value that causes it.
  public func diagnostic(_ error: ModeError) -> Diagnostic {
    let place = error.causes.lazy.compactMap(place).first ?? Place(file: file)
    return place.diagnostic("\(error)")
  }

  /// Where a value or section stands: among the values laid over the file, else in it; `nil` if nowhere.
  private func place(of path: String) -> Place? {
    let layers = [try? Override.layer(overrides), try? Tree.document(text, file: file, origin: .file)]
    return layers.lazy.compactMap { layer in
      path.split(separator: ".").reduce(layer) { $0?.entry(String($1))?.value }
    }.first?.place
  }
}

extension ModeError {
  /// The paths in a guide's file that may cause it, the likeliest first.
  fileprivate var causes: [String] {
    switch self {
    case .noSuchMode: ["strip.width", "exchanged_guide.index", "film.index"]
    case .windowTooSmall: ["grid.margins.side", "grid.margins"]
    case .gridTooLarge, .factorizationFailed: ["grid.halvings", "grid.fine", "grid"]
    case .dipoleTooClose, .dipoleInFilm: ["dipole.height"]
    case .dipoleOutsideWindow: ["dipole.offset", "dipole.height"]
    case .apertureOutOfRange: ["objective.numerical_aperture"]
    case .indexBelowOne, .notPositive, .notSensible, .notSymmetric, .notConverged, .noStrip: []
    }
  }
}
