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

  public let kind: Kind
  /// Such as "main text, line 77".
  public let text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}

/// The value that holds when a document does not give one, and where that value comes from:
/// `.customary(0, "no afterpulsing unless stated")`.
public struct Default<Value> {
  public let value: Value
  public let provenance: Provenance

  public init(_ value: Value, _ provenance: Provenance) {
    self.value = value
    self.provenance = provenance
  }

  public static func paper(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.paper, text)) }
  public static func supplement(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.supplement, text)) }
  public static func datasheet(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.datasheet, text)) }
  public static func customary(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.customary, text)) }
  public static func calibrated(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.calibrated, text)) }
  public static func derived(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.derived, text)) }
  public static func chosen(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.chosen, text)) }
  public static func measured(_ value: Value, _ text: String) -> Self { Self(value, Provenance(.measured, text)) }
}

extension Default: Sendable where Value: Sendable {}
