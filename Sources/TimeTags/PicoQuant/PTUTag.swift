/// One tag of a PTU header: a name, for array elements an index, and a value.
public struct PTUTag: Sendable, Hashable {
  /// The name, for example "TTResult_SyncRate".
  public var name: String
  /// The index of an array element; −1 for a tag that stands alone.
  public var index: Int
  /// The value.
  public var value: PTUValue

  /// A tag; leave out `index` (−1) unless it is an array element, numbered from 0.
  public init(_ name: String, index: Int = -1, _ value: PTUValue) {
    self.name = name
    self.index = index
    self.value = value
  }
}

/// The value of a PTU tag.
///
/// Source: PicoQuant, "Time-Tagged File Format Demos", `doc/apx_tagtypes.html`.
public enum PTUValue: Sendable, Hashable {
  /// No value: the name alone says it, as in "Header_End".
  case empty
  /// True or false, 8 bytes in the file.
  case boolean(Bool)
  /// A whole number of 64 bits with sign.
  case integer(Int64)
  /// 64 flags.
  case bitSet(UInt64)
  /// A colour, in the 64 bits of the tag.
  case color(UInt64)
  /// A number of 64 bits with decimals (IEEE 754).
  case float(Double)
  /// Days since 1899-12-30.
  case dateTime(Double)
  /// An array of 64-bit numbers, after the tag.
  case floats([Double])
  /// Text that the file stores one byte per character.
  case text(String)
  /// Text that the file stores as UTF-16.
  case wideText(String)
  /// Bytes whose meaning the tag's name decides.
  case binary([UInt8])

  /// The codes of the types in the file.
  enum Code: UInt32 {
    case empty = 0xFFFF_0008
    case boolean = 0x0000_0008
    case integer = 0x1000_0008
    case bitSet = 0x1100_0008
    case color = 0x1200_0008
    case float = 0x2000_0008
    case dateTime = 0x2100_0008
    case floats = 0x2001_FFFF
    case text = 0x4001_FFFF
    case wideText = 0x4002_FFFF
    case binary = 0xFFFF_FFFF

    /// Whether the 8 bytes of the tag are the length of bytes that follow it.
    var hasPayload: Bool {
      switch self {
      case .floats, .text, .wideText, .binary: true
      default: false
      }
    }
  }

  /// The whole number this value is, if it is one.
  public var integerValue: Int? {
    switch self {
    case .integer(let number): Int(number)
    case .bitSet(let bits), .color(let bits): Int(exactly: bits)
    case .float(let number): Int(exactly: number)
    default: nil
    }
  }

  /// The number this value is, if it is one.
  public var number: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .float(let number), .dateTime(let number): number
    default: nil
    }
  }

  /// The text this value is, if it is one.
  public var textValue: String? {
    switch self {
    case .text(let text), .wideText(let text): text
    default: nil
    }
  }
}

extension PTUValue: CustomStringConvertible {
  /// The value as `inspect` prints it.
  public var description: String {
    switch self {
    case .empty: ""
    case .boolean(let value): value ? "true" : "false"
    case .integer(let number): "\(number)"
    case .bitSet(let bits): "0x" + String(bits, radix: 16)
    case .color(let bits): "color 0x" + String(bits, radix: 16)
    case .float(let number): "\(number)"
    case .dateTime(let days):
      // Years 1 to 9999; outside, the bare number.
      abs(days) < 3_650_000
        ? CreationTime(unixSeconds: Int64(((days - 25_569) * 86_400).rounded())).text : "\(days) days since 1899-12-30"
    case .floats(let numbers): numbers.map { "\($0)" }.joined(separator: ", ")
    case .text(let text), .wideText(let text): text
    case .binary(let bytes): "\(bytes.count) bytes"
    }
  }
}
