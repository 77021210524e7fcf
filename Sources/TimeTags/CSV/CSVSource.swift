/// Photons as text, as the programs of photon_correlation read and write them: one per line, no heading, `channel,time_ps`
/// (T2) or `channel,pulse,time_ps` (T3, the time after the pulse), in the order of time.
///
/// Source: T. S. Bischof, libpicoquant and photon_correlation. The text says neither how long a period is nor in which steps
/// the times come: the period stays unknown (0), T2 times are read in picoseconds, and the unit of T3 nanotimes is the
/// greatest common divisor of all of them, found in a pass of its own.
final class CSVSource: TagSource {
  let header: RecordingHeader
  let warnings: [String]
  let state = DecodingState()
  private(set) var recordsRead = 0

  private var lines: CSVLines
  private let columns: Int
  private let nanotimeUnit: Int64
  private var lastTime: Int64 = 0

  /// Whether a file that begins with these bytes is such a text.
  static func begins(_ start: [UInt8]) -> Bool {
    guard let first = start.first, UInt8(ascii: "0")...UInt8(ascii: "9") ~= first else { return false }
    return start.contains(UInt8(ascii: ",")) && start.allSatisfy { $0 == 10 || $0 == 13 || 44...57 ~= $0 }
  }

  /// - Throws: ``TimeTagError`` when a line is not two or three whole numbers.
  init(_ file: InputFile) throws(TimeTagError) {
    lines = CSVLines(file)
    var trial = CSVLines(file)
    var divisor: Int64 = 0
    var largest: Int64 = 0
    let first = try trial.next()
    columns = first?.columns ?? 2
    var line = columns == 3 ? first : nil
    while let nanotime = line?.time {
      divisor = greatestCommonDivisor(nanotime, divisor)
      largest = max(largest, nanotime)
      line = try trial.next()
    }
    var unit = max(1, divisor)
    if largest / unit > Int64(UInt16.max) {
      unit *= largest / unit / (Int64(UInt16.max) + 1) + 1
      warnings = ["the times after the pulse need more than 65,536 steps; they are rounded down to steps of \(unit) ps"]
    } else {
      warnings = []
    }
    nanotimeUnit = unit
    header = RecordingHeader(
      format: "CSV", mode: columns == 3 ? .t3 : .t2, recordType: nil,
      macroTimeUnitSeconds: columns == 3 ? 0 : 1e-12,
      nanotimeUnitSeconds: columns == 3 ? Double(unit) * 1e-12 : nil)
  }

  func read(into tags: UnsafeMutableBufferPointer<TimeTag>) throws(TimeTagError) -> Int {
    var count = 0
    while count < tags.count, let line = try lines.next() {
      let time = columns == 3 ? line.pulse : line.time
      guard line.columns == columns else {
        throw lines.corrupt("there are \(line.columns) numbers, and \(columns) in the lines before")
      }
      guard line.channel <= UInt8.max else { throw lines.corrupt("channel \(line.channel) is above 255") }
      guard time >= lastTime else {
        throw lines.corrupt("\(columns == 3 ? "pulse" : "time") \(time) comes after \(lastTime)")
      }
      lastTime = time
      tags[count] = TimeTag(
        macroTime: time, nanotime: columns == 3 ? UInt16(truncatingIfNeeded: line.time / nanotimeUnit) : 0,
        channel: UInt8(truncatingIfNeeded: line.channel))
      count += 1
    }
    recordsRead += count
    return count
  }
}

/// The greatest common divisor of two numbers that are not negative (Euclid); that of 0 and x is x.
private func greatestCommonDivisor(_ a: Int64, _ b: Int64) -> Int64 {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
