import Testing
import TimeTags

/// `.ht2`, `.ht3` and `.pt2`: there is no real recording of these, so the files are assembled by hand here, and by Python
/// in `Tests/interoperability/test_older_formats.py`, where other programs read them too.
@Suite struct OlderPicoQuantTests {
  private let directory = TestDirectory()

  private func load(_ bytes: [UInt8], allowTruncated: Bool = false) throws -> Recording {
    write(bytes, to: directory.file("recording"))
    return try Recording.load(directory.file("recording"), allowTruncated: allowTruncated)
  }

  private func message(_ bytes: [UInt8]) -> String {
    write(bytes, to: directory.file("x"))
    do throws(TimeTagError) {
      _ = try Recording.load(directory.file("x"))
      return "no error"
    } catch {
      #expect(error.exitCode == 65)
      return error.description.replacing(directory.path + "/", with: "")
    }
  }

  private func t3(_ channel: UInt32, _ nanotime: UInt32, _ sync: UInt32, special: UInt32 = 0) -> UInt32 {
    special << 31 | channel << 25 | nanotime << 10 | sync
  }

  private func t2(_ channel: UInt32, _ time: UInt32, special: UInt32 = 0) -> UInt32 {
    special << 31 | channel << 25 | time
  }

  @Test func hydraHarpT3OfBothVersions() throws {
    for (version, period) in [("1.0", Int64(1024)), ("2.0", 3 * 1024)] {
      var file = OlderPicoQuantFile(version: version, imagingWords: 2)
      file.records = [t3(0, 100, 5), t3(63, 0, 3, special: 1), t3(2, 0, 6, special: 1), t3(3, 32_767, 1023)]
      let recording = try load(file.harpBytes)
      #expect(
        recording.tags == [
          TimeTag(macroTime: 5, nanotime: 100, channel: 0),
          TimeTag(macroTime: period + 6, channel: 2, kind: .marker),
          TimeTag(macroTime: period + 1023, nanotime: 32_767, channel: 3),
        ])
      #expect(recording.header.format == "HT3")
      #expect(recording.header.recordType == (version == "1.0" ? .hydraHarpV1T3 : .hydraHarpV2T3))
      #expect(recording.header.macroTimeUnitSeconds == 1 / 5e6)
      #expect(recording.header.nanotimeUnitSeconds.map { abs($0 - 16e-12) < 1e-25 } == true)
      #expect(recording.header.acquisitionTimeSeconds == 9.876)
      #expect(recording.header.comment == "old file")
      #expect(recording.header.creator == "HHAcq 2.1")
      #expect(recording.header.hardware == "HydraHarp 400")
    }
  }

  /// Version 1.0 counts half picoseconds, and its overflow is 33,552,000 of them.
  @Test func hydraHarpT2OfBothVersions() throws {
    for (version, period, unit) in [("1.0", Int64(33_552_000), 0.5e-12), ("2.0", 2 * 33_554_432, 1e-12)] {
      var file = OlderPicoQuantFile(version: version, mode: 2)
      file.records = [t2(1, 7), t2(63, 2, special: 1), t2(0, 8, special: 1), t2(2, 9)]
      let recording = try load(file.harpBytes)
      #expect(
        recording.tags == [
          TimeTag(macroTime: 7, channel: 1), TimeTag(macroTime: period + 8, channel: 0, kind: .sync),
          TimeTag(macroTime: period + 9, channel: 2),
        ])
      #expect(recording.header.format == "HT2")
      #expect(recording.header.macroTimeUnitSeconds == unit)
      #expect(recording.header.nanotimeUnitSeconds == nil)
    }
  }

  @Test func timeHarp260() throws {
    var file = OlderPicoQuantFile(identity: "TimeHarp 260", version: "1.0", baseResolution: 25, inputs: 2)
    file.records = [t3(1, 3, 4), t3(63, 0, 2, special: 1), t3(0, 5, 6)]
    var recording = try load(file.harpBytes)
    #expect(recording.header.recordType == .timeHarp260PT3)
    #expect(recording.header.hardware == "TimeHarp 260 P")
    #expect(recording.tags.map(\.macroTime) == [4, 2054])
    file.mode = 2
    file.records = [t2(1, 3)]
    recording = try load(file.harpBytes)
    #expect(recording.header.recordType == .timeHarp260PT2)
    #expect(abs(recording.header.macroTimeUnitSeconds - 25e-12) < 1e-24)
  }

  @Test func picoHarpT2() throws {
    var file = OlderPicoQuantFile(identity: "PicoHarp 300", mode: 2)
    file.records = [0x0000_0007, 0xF000_0000, 0x1000_0009, 0xF000_0013]
    let recording = try load(file.picoHarpBytes)
    #expect(
      recording.tags == [
        TimeTag(macroTime: 7, channel: 0), TimeTag(macroTime: 210_698_240 + 9, channel: 1),
        TimeTag(macroTime: 210_698_240 + 16, channel: 3, kind: .marker),
      ])
    #expect(recording.header.format == "PT2")
    #expect(recording.header.macroTimeUnitSeconds == 4e-12)
    #expect(recording.header.acquisitionTimeSeconds == 9.876)
  }

  @Test func refusals() throws {
    var file = OlderPicoQuantFile(version: "3.0")
    #expect(message(file.harpBytes) == "x is a HydraHarp file of the format version 3.0; 1.0 and 2.0 are read")
    file = OlderPicoQuantFile(mode: 0)
    #expect(message(file.harpBytes) == "x is a HydraHarp file of the measurement mode 0, neither T2 nor T3")
    file = OlderPicoQuantFile(inputs: .max)
    #expect(
      message(file.harpBytes) == "x is corrupt: its header announces 2147483647 inputs; no instrument has them")
    file = OlderPicoQuantFile(syncRate: -1)
    #expect(message(file.harpBytes) == "x is corrupt: its header states no sync rate or no resolution")
    for resolution in [0, -1, .nan, .infinity, 1e300] {
      file = OlderPicoQuantFile(resolution: resolution)
      #expect(message(file.harpBytes) == "x is corrupt: its header states no sync rate or no resolution")
    }
    for words in [-1, Int32.max] {
      file = OlderPicoQuantFile(imagingWords: words)
      #expect(message(file.harpBytes) == "x: the file ends inside its imaging header of \(words) words; truncated?")
    }
    file = OlderPicoQuantFile(announced: .max, records: [1])
    #expect(message(file.harpBytes).hasPrefix("x: the header announces \(Int64.max) records, the file holds 1;"))
    let whole = OlderPicoQuantFile().harpBytes
    #expect(
      message(Array(whole.prefix(500))) == "x: the file ends inside its header of more than 696 bytes; truncated?")
    #expect(
      message(Array(whole.prefix(700))) == "x: the file ends inside its header, before the measurement; truncated?")
    // without an announced number: to the end of the file
    #expect(try load(OlderPicoQuantFile(announced: -1, records: [1, 2]).harpBytes).tags.count == 2)
  }
}
