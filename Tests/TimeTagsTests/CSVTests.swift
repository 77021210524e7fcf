import Testing
import TimeTags

@Suite struct CSVTests {
  private let directory = TestDirectory()

  private func load(_ text: String) throws -> Recording {
    write(Array(text.utf8), to: directory.file("x.csv"))
    return try Recording.load(directory.file("x.csv"))
  }

  private func message(_ text: String) -> String {
    do {
      _ = try load(text)
      return "no error"
    } catch {
      #expect((error as? TimeTagError)?.exitCode == 65)
      return "\(error)".replacing(directory.path + "/", with: "")
    }
  }

  @Test func roundTrips() throws {
    let t2 = [
      TimeTag(macroTime: 0, channel: 0), TimeTag(macroTime: 17, channel: 1), TimeTag(macroTime: 1 << 60, channel: 255),
    ]
    var writer = try CSVWriter(path: directory.file("t2.csv"), mode: .t2, unitPicoseconds: 4)
    try writer.append(t2)
    try writer.finish()
    #expect(
      String(decoding: contents(directory.file("t2.csv")), as: UTF8.self) == "0,0\n1,68\n255,4611686018427387904\n")
    var recording = try Recording.load(directory.file("t2.csv"))
    #expect(recording.tags == t2.map { TimeTag(macroTime: $0.macroTime * 4, channel: $0.channel) })
    #expect(recording.header.mode == .t2)
    #expect(recording.header.macroTimeUnitSeconds == 1e-12)

    // T3 comes back record for record: the unit of the nanotimes is found.
    let t3: [TimeTag] = (0..<300_000).map { i in
      TimeTag(macroTime: Int64(i) * 3, nanotime: UInt16(i % 3125), channel: UInt8(1 + i % 2))
    }
    writer = try CSVWriter(path: directory.file("t3.csv"), mode: .t3, unitPicoseconds: 64)
    try writer.append(t3)
    try writer.finish()
    recording = try Recording.load(directory.file("t3.csv"))
    #expect(recording.tags == t3)
    #expect(recording.header.mode == .t3)
    #expect(recording.header.nanotimeUnitSeconds == 64e-12)
    #expect(recording.header.macroTimeUnitSeconds == 0)
    #expect(recording.warnings.isEmpty)
  }

  @Test func refusesWhatHasNoPlace() throws {
    let writer = try CSVWriter(path: directory.file("x.csv"), mode: .t2, unitPicoseconds: 4)
    for tag in [
      TimeTag(macroTime: 1, channel: 1, kind: .marker), TimeTag(macroTime: 1, channel: 0, kind: .sync),
      TimeTag(macroTime: -1, channel: 0), TimeTag(macroTime: 1 << 62, channel: 0),
    ] {
      #expect(throws: TimeTagError.self) { try writer.append([tag]) }
    }
  }

  @Test func linesAsPeopleWriteThem() throws {
    #expect(try load("0,1\r\n1,2").tags.map(\.macroTime) == [1, 2])
    #expect(try load("").tags.isEmpty)
    // without its name, by its content
    write(Array("0,12345,678901\n1,12345,678902\n".utf8), to: directory.file("recording"))
    #expect(try Recording.load(directory.file("recording")).tags.count == 2)
  }

  /// Times after the pulse in single picoseconds over 200 ns need more than 16 bits.
  @Test func nanotimesTooFine() throws {
    let recording = try load("0,1,199999\n1,1,3\n")
    #expect(recording.tags.map(\.nanotime) == [49_999, 0])
    #expect(recording.header.nanotimeUnitSeconds == 4e-12)
    #expect(
      recording.warnings == [
        "the times after the pulse need more than 65,536 steps; they are rounded down to steps of 4 ps"
      ])
  }

  @Test func errorsNameTheLine() {
    #expect(message("channel,time_ps\n0,1\n").hasSuffix("found \"c\" where digits or a comma should be"))
    #expect(
      message("channel,time_ps\n0,1\n")
        == "x.csv is corrupt: line 1, column 1: found \"c\" where digits or a comma should be")
    #expect(
      message("0,1\n0,-1\n") == "x.csv is corrupt: line 2, column 3: found \"-\" where digits or a comma should be")
    #expect(message("0,1\n,1\n") == "x.csv is corrupt: line 2, column 1: a number is missing before the comma")
    #expect(message("0,1,2,3\n") == "x.csv is corrupt: line 1, column 6: there are more than three numbers")
    #expect(
      message("0\n") == "x.csv is corrupt: line 1, column 2: the line is not channel,time_ps or channel,pulse,time_ps")
    #expect(message("0,1\n0,2,3\n") == "x.csv is corrupt: line 2: there are 3 numbers, and 2 in the lines before")
    #expect(message("0,2\n0,1\n") == "x.csv is corrupt: line 2: time 1 comes after 2")
    #expect(message("0,2,1\n0,1,1\n") == "x.csv is corrupt: line 2: pulse 1 comes after 2")
    #expect(message("256,2\n") == "x.csv is corrupt: line 1: channel 256 is above 255")
    #expect(message("0,9223372036854775808\n") == "x.csv is corrupt: line 1, column 21: the number is too large")
    #expect(message("0,1\r0,2\n") == "x.csv is corrupt: line 1, column 4: a carriage return ends no line")
  }
}
