internal import FoundationEssentials
internal import Glibc

/// A folder that keeps results of long calculations from one run to the next.
///
///     let transfer = try ResultCache.standard?.value("strip transfer", version: 1, for: input) { try solve(input) } ?? solve(input)
///
/// An entry is a text file named by the SHA-256 of everything the result depends on, and holds that, a checksum, and the
/// result. An entry that is damaged, that belongs to something else, or that is of another version is calculated again, never
/// trusted. Entries appear at once and whole. A folder that cannot be written keeps nothing, and the calculation goes on.
///
/// The folder may be deleted at any time.
public struct ResultCache: Sendable {
  /// The folder; it is made when the first entry is kept.
  public let folder: String

  /// A cache in a folder.
  public init(folder: String) { self.folder = folder }

  /// The user's: `$ANTIBUNCH_CACHE`, else `antibunch` in `$XDG_CACHE_HOME`, else in `~/.cache`; `nil` if there is no home, or if
  /// `ANTIBUNCH_CACHE` is empty, which turns it off.
  public static var standard: ResultCache? {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    if let folder = variable("ANTIBUNCH_CACHE") { return folder.isEmpty ? nil : ResultCache(folder: folder) }
    if let folder = variable("XDG_CACHE_HOME"), folder.hasPrefix("/") {
      return ResultCache(folder: folder + "/antibunch")
    }
    return variable("HOME").map { ResultCache(folder: $0 + "/.cache/antibunch") }
  }

  /// The result kept for an input, or that of `calculate`, which is then kept.
  ///
  /// - Parameters:
  ///   - kind: what is calculated, "total rate".
  ///   - version: raised whenever the calculation changes, so that older entries no longer count.
  ///   - input: everything the result depends on.
  /// - Throws: what `calculate` throws.
  public func value<Input: Encodable, Value: Codable, Failure: Error>(
    _ kind: String, version: Int, for input: Input, calculate: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    guard let key = Self.json(Key(kind: kind, version: version, input: input)) else { return try calculate() }
    let path = folder + "/" + Self.digest(key)
    if let kept: Value = Self.entry(at: path, key: key) { return kept }
    let value = try calculate()
    if let text = Self.json(value) { keep(key, text, at: path) }
    return value
  }

  private struct Key<Input: Encodable>: Encodable {
    var kind: String
    var version: Int
    var input: Input
  }

  /// On one line, keys sorted; `nil` for what JSON cannot hold, which is then not kept.
  private static func json(_ value: some Encodable) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Four lines: what it is, the checksum of the rest, the input, the result.
  private static let title = "antibunch result 1"

  private static func entry<Value: Decodable>(at path: String, key: String) -> Value? {
    guard let text = text(at: path) else { return nil }
    let lines = text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
    guard lines.count == 4, lines[0] == title, lines[2] == key, lines[3].hasSuffix("\n"),
      lines[1] == digest(lines[2] + "\n" + lines[3])
    else { return nil }
    return try? JSONDecoder().decode(Value.self, from: Data(lines[3].utf8))
  }

  private func keep(_ key: String, _ value: String, at path: String) {
    Self.makeFolder(folder)
    let rest = key + "\n" + value + "\n"
    let text = Self.title + "\n" + Self.digest(rest) + "\n" + rest
    // Under a name of its own first: two programs may calculate the same at the same time.
    let part = "\(path).\(getpid()).\(UInt64.random(in: 0...UInt64.max)).part"
    guard let file = fopen(part, "wb") else { return }
    let written = fwrite(text, 1, text.utf8.count, file) == text.utf8.count
    guard fclose(file) == 0, written, rename(part, path) == 0 else {
      unlink(part)
      return
    }
  }

  private static func text(at path: String) -> String? {
    guard let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&buffer, 1, buffer.count, file)
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return ferror(file) == 0 ? String(validating: bytes, as: UTF8.self) : nil
  }

  private static func makeFolder(_ path: String) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      made += part + "/"
      mkdir(made, 0o777)
    }
  }

  private static func digest(_ text: some StringProtocol) -> String { sha256(of: Array(text.utf8)) }
}
