/// The lines of a text file of whole numbers separated by commas, one after another in bounded memory.
struct CSVLines {
  /// Two or three numbers, none negative.
  struct Line {
    var columns = 0
    /// The first number, the last, and the one between; 0 where there is none.
    var channel: Int64 = 0
    var pulse: Int64 = 0
    var time: Int64 = 0
  }

  /// The number of lines read.
  private(set) var count = 0

  private let file: InputFile
  private var block: [UInt8] = []
  private var position = 0
  private var offset = 0

  private static let blockSize = 1 << 18

  init(_ file: InputFile) { self.file = file }

  /// The next line; `nil` at the end of the file.
  ///
  /// - Throws: ``TimeTagError/corrupt(path:reason:)`` with line and column.
  mutating func next() throws(TimeTagError) -> Line? {
    var line = Line()
    var number: Int64 = 0
    var digits = 0
    var column = 0
    while true {
      guard let byte = try nextByte() else {
        if column == 0 { return nil }
        return try finished(&line, number, digits, column)
      }
      column += 1
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let (shifted, tooLong) = number.multipliedReportingOverflow(by: 10)
        let (sum, tooLarge) = shifted.addingReportingOverflow(Int64(byte &- UInt8(ascii: "0")))
        guard !tooLong, !tooLarge else { throw corrupt(column, "the number is too large") }
        number = sum
        digits += 1
      case UInt8(ascii: ","):
        guard digits > 0 else { throw corrupt(column, "a number is missing before the comma") }
        guard line.columns < 2 else { throw corrupt(column, "there are more than three numbers") }
        if line.columns == 0 { line.channel = number } else { line.pulse = number }
        line.columns += 1
        number = 0
        digits = 0
      case UInt8(ascii: "\n"):
        return try finished(&line, number, digits, column)
      case UInt8(ascii: "\r"):
        guard try nextByte() == UInt8(ascii: "\n") else { throw corrupt(column, "a carriage return ends no line") }
        return try finished(&line, number, digits, column)
      default:
        throw corrupt(column, "found \(quoted([byte])) where digits or a comma should be")
      }
    }
  }

  /// The error of the line that ``next()`` returned last.
  func corrupt(_ reason: String) -> TimeTagError { .corrupt(path: file.path, reason: "line \(count): \(reason)") }

  private func corrupt(_ column: Int, _ reason: String) -> TimeTagError {
    .corrupt(path: file.path, reason: "line \(count + 1), column \(column): \(reason)")
  }

  private mutating func finished(
    _ line: inout Line, _ number: Int64, _ digits: Int, _ column: Int
  ) throws(TimeTagError) -> Line {
    guard digits > 0, line.columns > 0 else {
      throw corrupt(column, "the line is not channel,time_ps or channel,pulse,time_ps")
    }
    line.columns += 1
    line.time = number
    count += 1
    return line
  }

  private mutating func nextByte() throws(TimeTagError) -> UInt8? {
    if position == block.count {
      block = try file.bytes(at: offset, count: Self.blockSize)
      offset += block.count
      position = 0
      guard !block.isEmpty else { return nil }
    }
    position += 1
    return block[position - 1]
  }
}
