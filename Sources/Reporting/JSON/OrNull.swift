/// Writes a nil property as `null`, where Swift's synthesized encoding would leave the key out.
///
///     struct Inspection: Encodable {
///       @OrNull var syncRate: Double?
///     }
@propertyWrapper
public struct OrNull<Value> {
  /// The value, or nil for `null`.
  public var wrappedValue: Value?

  /// Wraps a value or nil.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }
}

extension OrNull: Encodable where Value: Encodable {
  /// Writes the value, or `null` for nil. Throws what the value's own encoding throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue {
      try container.encode(wrappedValue)
    } else {
      try container.encodeNil()
    }
  }
}

extension OrNull: Sendable where Value: Sendable {}
extension OrNull: Equatable where Value: Equatable {}
extension OrNull: Hashable where Value: Hashable {}

extension BinaryFloatingPoint {
  /// The number itself, or nil when it is NaN or infinite: for quantities that a report writes as `null` then.
  public var ifFinite: Self? { isFinite ? self : nil }
}
