/// Writes photons as text that photon_correlation reads: one per line, no heading, `channel,time_ps` (T2) or
/// `channel,pulse,time_ps` (T3).
///
/// The file grows as `path.part` and gets its name in ``finish()``. The text has no place for anything but photons, not even
/// for the period or for the mark of a partial recording.
public final class CSVWriter {
  private let file: OutputFile
  private let mode: MeasurementMode
  private let unit: Int64
  private var bytes: [UInt8] = []
  private var written = 0
  private var tagsSoFar = 0
  private var lastTime: Int64 = 0

  /// Where a recording stood at a ``checkpoint()``.
  public struct Position: Sendable, Codable {
    fileprivate var end: FileEnd
    fileprivate var tags: Int
    fileprivate var lastTime: Int64
  }

  private static let blockSize = 1 << 20
  /// Room for a line: three numbers of at most 19 digits.
  private static let longestLine = 64

  /// Begins a file, or goes on with one from a ``checkpoint()`` of the same settings.
  ///
  /// - Parameters:
  ///   - unitPicoseconds: T2: the unit of the macro time; T3: of the nanotime.
  /// - Throws: ``TimeTagError/cannotCreate(path:reason:)``.
  public init(
    path: String, mode: MeasurementMode, unitPicoseconds: Int, from position: Position? = nil
  ) throws(TimeTagError) {
    precondition(unitPicoseconds > 0, "a unit of time is above 0")
    if let position {
      file = try OutputFile(path: path, goingOnAt: position.end)
      file.keep()
      (written, tagsSoFar, lastTime) = (position.end.length, position.tags, position.lastTime)
    } else {
      file = try OutputFile(path: path)
    }
    self.mode = mode
    unit = Int64(unitPicoseconds)
    bytes.reserveCapacity(Self.blockSize + Self.longestLine)
  }

  /// Appends tags in the order of time.
  ///
  /// - Throws: ``TimeTagError/cannotEncode(path:reason:)`` for a marker or sync event, or a time that goes backwards or is
  ///   too large; ``TimeTagError/inputOutput(path:reason:)``.
  public func append(_ tags: [TimeTag]) throws(TimeTagError) {
    for tag in tags {
      let (time, isTooLarge) =
        (mode == .t3 ? Int64(tag.nanotime) : tag.macroTime).multipliedReportingOverflow(by: unit)
      guard tag.kind == .photon else { throw refusal("a \(tag.kind) is no photon") }
      guard tag.macroTime >= lastTime else { throw refusal("time \(tag.macroTime) comes after \(lastTime)") }
      guard !isTooLarge else { throw refusal("time \(tag.macroTime) is too large for picoseconds in 64 bits") }
      lastTime = tag.macroTime
      append(UInt64(tag.channel), then: UInt8(ascii: ","))
      if mode == .t3 { append(UInt64(tag.macroTime), then: UInt8(ascii: ",")) }
      append(UInt64(time), then: UInt8(ascii: "\n"))
      tagsSoFar += 1
      if bytes.count >= Self.blockSize { try flush() }
    }
  }

  /// Brings everything to the file and tells where to go on. From now on the `.part` file stays.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func checkpoint() throws(TimeTagError) -> Position {
    try flush()
    file.keep()
    return Position(end: try file.end(at: written), tags: tagsSoFar, lastTime: lastTime)
  }

  /// Leaves the whole lines that are in the file as `path.part`.
  public func abandon() { file.keep(length: written) }

  /// Ends the file and gives it its name.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  public func finish() throws(TimeTagError) {
    try flush()
    try file.commit()
  }

  private func append(_ number: UInt64, then separator: UInt8) {
    var digits: InlineArray<20, UInt8> = .init(repeating: 0)
    var start = 20
    var rest = number
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      start -= 1
      digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
      rest = quotient
    } while rest > 0
    for place in start..<20 { bytes.append(digits[place]) }
    bytes.append(separator)
  }

  private func refusal(_ reason: String) -> TimeTagError {
    .cannotEncode(path: file.path, reason: "tag \(tagsSoFar): \(reason)")
  }

  private func flush() throws(TimeTagError) {
    try file.write(bytes, at: written)
    written += bytes.count
    bytes.removeAll(keepingCapacity: true)
  }
}
