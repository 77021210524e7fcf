/// Where a value comes from, in the words of whoever wrote it down.
public struct Provenance: Sendable, Hashable {
  /// The kinds of source; in a document the raw value is the key beside `value`.
  public enum Kind: String, Sendable, CaseIterable {
    /// The main text of the paper.
    case paper
    /// The supplement of the paper.
    case supplement
    /// The data sheet of a device.
    case datasheet
    /// What the field customarily assumes.
    case customary
    /// Adjusted so that the bench shows what the paper reports.
    case calibrated
    /// Computed from other values.
    case derived
    /// A decision of whoever wrote the scenario.
    case chosen
    /// Measured on the user's own bench.
    case measured
  }

  /// What kind of source it is: the key beside `value`.
  public let kind: Kind
  /// Such as "main text, line 77".
  public let text: String

  /// A source of some kind, in words such as "main text, line 77".
  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// The value that holds when a document does not give one, and where that value comes from:
/// `.customary(0, "no afterpulsing unless stated")`.
public struct Default<Value> {
  /// Taken when the document is silent, in the unit the reader asks for.
  public let value: Value
  /// Why this value: noted in the resolved document like any other source.
  public let provenance: Provenance

  /// A default with its source; the functions named after the kinds of source are shorter.
  public init(_ value: Value, _ provenance: Provenance) {
    self.value = value
    self.provenance = provenance
  }

  /// A default from the main text of the paper; `text` says where, such as "main text, line 77".
  public static func paper(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.paper, text)) }
  /// A default from the paper's supplement; `text` says where.
  public static func supplement(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.supplement, text)) }
  /// A default from a device's data sheet; `text` says which.
  public static func datasheet(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.datasheet, text)) }
  /// A default that the field customarily assumes; `text` says what it amounts to, such as "no cable".
  public static func customary(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.customary, text)) }
  /// A default adjusted so that the bench shows what the paper reports; `text` says to what.
  public static func calibrated(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.calibrated, text)) }
  /// A default computed from other values; `text` says from which.
  public static func derived(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.derived, text)) }
  /// A default that is a decision; `text` gives the reason.
  public static func chosen(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.chosen, text)) }
  /// A default measured on a bench; `text` says how.
  public static func measured(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.measured, text)) }
}

extension Default: Sendable where Value: Sendable {}
