/// The tags at the beginning of a PTU file.
///
/// Source: PicoQuant, "Time-Tagged File Format Demos", `doc/apx_tagtypes.html`: 8 bytes "PQTTTR", 8 bytes version,
/// then tags of 48 bytes (32 bytes name, index, type, 8 bytes value), some followed by a payload, up to `Header_End`.
public struct PTUHeader: Sendable {
  /// The format version, for example "1.0.00".
  public let version: String
  /// All tags in the order of the file, without `Header_End`.
  public let tags: [PTUTag]
  /// Where the first record is, in bytes from the beginning of the file.
  public let recordsOffset: Int
  /// False when the file ends before `Header_End`.
  public let isComplete: Bool

  /// The eight bytes every PTU file begins with.
  static let magic = Array("PQTTTR\0\0".utf8)
  /// The bytes of a tag without its payload.
  static let tagSize = 48
  /// The longest header that is read, in bytes; real ones have some thousand.
  static let largestSize = 1 << 26

  /// Reads the header of the file at `path`.
  ///
  /// - Throws: ``TimeTagError`` when the file cannot be opened, is no PTU file, or its header is truncated or corrupt.
  public init(path: String) throws(TimeTagError) {
    try self.init(InputFile(path: path), allowTruncated: false)
  }

  /// Reads the header of an open file; `allowTruncated` accepts a header without an end.
  init(_ file: InputFile, allowTruncated: Bool) throws(TimeTagError) {
    let start = try file.bytes(at: 0, count: 16)
    guard start.starts(with: Self.magic) else {
      throw .notTimeTags(
        path: file.path, reason: "is not a PTU file: it begins with \(quoted(start.prefix(8))) instead of PQTTTR")
    }
    version = start.count == 16 ? start.text(at: 8, count: 8) : ""
    var tags: [PTUTag] = []
    var offset = 16
    var isComplete = false
    while !isComplete {
      guard offset <= Self.largestSize else {
        throw .corrupt(path: file.path, reason: "its header is longer than 64 MiB")
      }
      let bytes = try file.bytes(at: offset, count: Self.tagSize)
      guard bytes.count == Self.tagSize else { break }
      let name = bytes.text(at: 0, count: 32)
      guard let code = PTUValue.Code(rawValue: bytes.uint32(at: 36)) else {
        let type = String(bytes.uint32(at: 36), radix: 16)
        throw .corrupt(
          path: file.path, reason: "header tag \"\(name)\" at byte \(offset) has the unknown type 0x\(type)")
      }
      offset += Self.tagSize
      var payload: [UInt8] = []
      if code.hasPayload {
        let length = Int64(bitPattern: bytes.uint64(at: 40))
        guard length >= 0 else {
          throw .corrupt(path: file.path, reason: "header tag \"\(name)\" has the length \(length)")
        }
        guard length <= Int64(file.size - offset) else { break }
        guard length <= Self.largestSize else {
          throw .corrupt(path: file.path, reason: "header tag \"\(name)\" has the length \(length), above 64 MiB")
        }
        payload = try file.bytes(at: offset, count: Int(length))
        offset += Int(length)
      }
      if name == "Header_End" {
        isComplete = true
      } else {
        let value = Self.value(code, bits: bytes.uint64(at: 40), payload: payload)
        tags.append(PTUTag(name, index: Int(bytes.int32(at: 32)), value))
      }
    }
    if !isComplete && !allowTruncated {
      throw .truncated(path: file.path, reason: "the file ends inside its header, before the tag Header_End")
    }
    self.tags = tags
    self.isComplete = isComplete
    recordsOffset = isComplete ? offset : file.size
  }

  /// The first tag of this name (array elements: of this index).
  public func value(_ name: String, index: Int? = nil) -> PTUValue? {
    tags.first { $0.name == name && (index == nil || $0.index == index) }?.value
  }

  private static func value(_ code: PTUValue.Code, bits: UInt64, payload: [UInt8]) -> PTUValue {
    switch code {
    case .empty: .empty
    case .boolean: .boolean(bits != 0)
    case .integer: .integer(Int64(bitPattern: bits))
    case .bitSet: .bitSet(bits)
    case .color: .color(bits)
    case .float: .float(Double(bitPattern: bits))
    case .dateTime: .dateTime(Double(bitPattern: bits))
    case .floats: .floats((0..<payload.count / 8).map { Double(bitPattern: payload.uint64(at: $0 * 8)) })
    case .text: .text([UInt8].text(payload[...]))
    case .wideText: .wideText(wideText(payload))
    case .binary: .binary(payload)
    }
  }

  private static func wideText(_ bytes: [UInt8]) -> String {
    let units = (0..<bytes.count / 2).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) &<< 8 }
    return String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
  }
}

/// Bytes for an error message: printable ASCII as it is, the rest as dots; "nothing" when there are none.
func quoted(_ bytes: ArraySlice<UInt8>) -> String {
  if bytes.isEmpty { return "nothing (it is empty)" }
  return "\"" + String(String.UnicodeScalarView(bytes.map { Unicode.Scalar(32...126 ~= $0 ? $0 : 46) })) + "\""
}
