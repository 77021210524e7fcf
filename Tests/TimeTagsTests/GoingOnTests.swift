import Foundation
import Testing
import TimeTags

/// Writers that are left behind like those of a killed program, and others that go on from their checkpoints.
@Suite("Going on with files, and repairing them")
struct GoingOnTests {
  private let directory = TestDirectory()

  enum Kind: CaseIterable { case ptuT2, ptuT3, pt3, csv, hdf5 }

  /// Any of the writers.
  private enum Writer {
    case ptu(PTUWriter)
    case csv(CSVWriter)
    case hdf5(PhotonHDF5Writer)

    func append(_ range: Range<Int>, _ tags: [TimeTag]) throws {
      let tags = Array(tags[range])
      switch self {
      case .ptu(let writer): try writer.append(tags)
      case .csv(let writer): try writer.append(tags)
      case .hdf5(let writer):
        try writer.append(
          tags: tags,
          truths: range.map {
            RecordTruth(origin: UInt16($0 % 2), emissionTime: Int64($0), detectionTime: Int64($0 + 1), parent: -1)
          })
        try writer.append(
          stateChanges: range.filter { $0 % 3 == 0 }.map { StateChange(time: Int64($0), emitter: 0, state: 1) })
        try writer.append(
          lost: range.map { LostEvent(time: Int64($0), origin: 0, place: UInt16($0 % 2)) },
          emitted: [Int64(2 * range.count), Int64(range.count)])
      }
    }

    func finish() throws {
      switch self {
      case .ptu(let writer): try writer.finish(acquisitionTimeSeconds: 0.2)
      case .csv(let writer): try writer.finish()
      case .hdf5(let writer): try writer.finish(acquisitionTimeSeconds: 0.2)
      }
    }

    /// A checkpoint as it is after a stay in a file.
    func checkpoint() throws -> Data {
      switch self {
      case .ptu(let writer): try JSONEncoder().encode(writer.checkpoint())
      case .csv(let writer): try JSONEncoder().encode(writer.checkpoint())
      case .hdf5(let writer): try JSONEncoder().encode(writer.checkpoint())
      }
    }
  }

  private func writer(_ kind: Kind, _ path: String, from position: Data? = nil) throws -> Writer {
    func decoded<Value: Decodable>(_ type: Value.Type) throws -> Value? {
      try position.map { try JSONDecoder().decode(type, from: $0) }
    }
    var settings = PTUWriterSettings.forTests(comment: "a test")
    switch kind {
    case .ptuT2:
      return .ptu(
        try PTUWriter(
          path: path, recordType: .picoHarp300T2, settings: settings, from: decoded(PTUWriter.Position.self)))
    case .ptuT3, .pt3:
      settings.nanotimeUnitPicoseconds = 64
      return .ptu(
        try PTUWriter(
          path: path, recordType: .picoHarp300T3, settings: settings, container: kind == .pt3 ? .pt3 : .ptu,
          from: decoded(PTUWriter.Position.self)))
    case .csv:
      return .csv(try CSVWriter(path: path, mode: .t2, unitPicoseconds: 4, from: decoded(CSVWriter.Position.self)))
    case .hdf5:
      return .hdf5(
        try PhotonHDF5Writer(
          path: path,
          settings: PhotonHDF5Settings(
            mode: .t2, macroTimeUnitSeconds: 4e-12,
            detectors: [.init(channel: 0, name: "A"), .init(channel: 1, name: "B")],
            creationTime: CreationTime(unixSeconds: 1_000_000_000),
            origins: OriginTable([.init(kind: .emission, name: "dot", emitter: 0), .init(kind: .dark, name: "dark")]),
            states: [[.init(name: "neutral", slowState: "neutral"), .init(name: "charged", slowState: "charged")]],
            lossPlaces: LossPlaceTable([.init(kind: .coupling, name: "coupling"), .init(kind: .filter, name: "filter")])
          ),
          from: decoded(PhotonHDF5Writer.Position.self)))
    }
  }

  private static let count = 400_000

  private func tags(_ kind: Kind) -> [TimeTag] {
    (0..<Self.count).map { i in
      // An overflow now and then, and at some places many at once.
      let time = Int64(i) * 4001 + Int64(i / 100_000) * 1_000_000_000
      return kind == .ptuT3 || kind == .pt3
        ? TimeTag(macroTime: time / 5000, nanotime: UInt16(i % 3000), channel: UInt8(1 + i % 2))
        : TimeTag(macroTime: time, channel: UInt8(i % 2))
    }
  }

  @Test(arguments: Kind.allCases) func sameBytes(_ kind: Kind) throws {
    let tags = tags(kind)
    let whole = directory.file("whole")
    let uninterrupted = try writer(kind, whole)
    try uninterrupted.append(0..<Self.count, tags)
    try uninterrupted.finish()

    let path = directory.file("killed")
    var chance = FixedGenerator(state: 5)
    // What killed programs leave is what these have in their files.
    var left = [try writer(kind, path)]
    var (done, position) = (0, Data?.none)
    while true {
      for _ in 0..<3 where done < Self.count {
        let next = min(Self.count, done + Int.random(in: 0...70_000, using: &chance))
        try left.last!.append(done..<next, tags)
        position = try left.last!.checkpoint()
        done = next
      }
      if done == Self.count { break }
      // Written behind the checkpoint, and lost.
      try left.last!.append(done..<min(Self.count, done + Int.random(in: 0...300_000, using: &chance)), tags)
      left.append(try writer(kind, path, from: position))
    }
    #expect(left.count > 3)
    try left.last!.finish()
    #expect(directory.names == ["killed", "whole"])
    let isSame = contents(path) == contents(whole)
    #expect(isSame)
  }

  /// A recording that was finished as partial becomes an unfinished one again, and then the whole one.
  @Test(arguments: [Kind.ptuT2, .pt3, .csv, .hdf5], [100, 70_000]) func partialGoesOn(_ kind: Kind, _ count: Int) throws
  {
    let tags = tags(kind)
    let whole = directory.file("whole")
    let uninterrupted = try writer(kind, whole)
    try uninterrupted.append(0..<100_000, tags)
    try uninterrupted.finish()
    let path = directory.file("a")
    let first = try writer(kind, path)
    try first.append(0..<count, tags)
    let position = try first.checkpoint()
    switch first {
    case .ptu(let writer): try writer.finish(acquisitionTimeSeconds: 10, partial: "interrupted")
    case .csv(let writer): try writer.finish()
    case .hdf5(let writer): try writer.finish(acquisitionTimeSeconds: 10, partial: "interrupted", keepingJournal: true)
    }
    #expect(try Recording.load(path).tags.count == count)
    let second = try writer(kind, path, from: position)
    try second.append(count..<100_000, tags)
    try second.finish()
    #expect(directory.names == ["a", "whole"])
    let isSame = contents(path) == contents(whole)
    #expect(isSame)
  }

  @Test(arguments: Kind.allCases) func anotherFileIsLeftAlone(_ kind: Kind) throws {
    let path = directory.file("a")
    let first = try writer(kind, path)
    try first.append(0..<1000, tags(kind))
    let position = try first.checkpoint()
    for change in [{ (bytes: inout [UInt8]) in bytes[bytes.count - 5] ^= 1 }, { $0.removeLast(3) }] {
      var bytes = contents(path + ".part")
      let before = bytes
      change(&bytes)
      write(bytes, to: path + ".part")
      #expect(throws: TimeTagError.self) { try writer(kind, path, from: position) }
      #expect(contents(path + ".part") == bytes)
      write(before, to: path + ".part")
    }
    _ = try writer(kind, path, from: position)
  }

  /// A checkpoint is a file, too, and may say anything.
  @Test(arguments: Kind.allCases, ["length", "stable", "start"]) func absurdPositions(_ kind: Kind, _ name: String)
    throws
  {
    let path = directory.file("a")
    let first = try writer(kind, path)
    try first.append(0..<1000, tags(kind))
    let position = try #require(String(data: try first.checkpoint(), encoding: .utf8))
    let place = try #require(position.range(of: "\"\(name)\":"))
    let before = contents(path + ".part")
    for lie in ["-1", "\(Int.min)", "\(Int.max)"] where name == "length" || lie != "\(Int.max)" {
      let absurd = position.replacingCharacters(
        in: place.upperBound..<position[place.upperBound...].firstIndex { !$0.isNumber }!, with: lie)
      #expect(throws: TimeTagError.self) { try writer(kind, path, from: Data(absurd.utf8)) }
      #expect(contents(path + ".part") == before)
    }
  }

  /// What a journal needs besides the photons' chunks is looked at to its beginning, and so is the number of channels.
  @Test func damagedRest() throws {
    let path = directory.file("a.h5")
    let rest = directory.file("a.h5.rest.part")
    let first = try writer(.hdf5, path)
    try first.append(0..<30_000, tags(.hdf5))
    let position = try first.checkpoint()
    let before = contents(rest)
    #expect(before.count > 1 << 20)
    var bytes = before
    bytes[300] ^= 1
    write(bytes, to: rest)
    #expect(throws: TimeTagError.self) { try writer(.hdf5, path, from: position) }
    write(before, to: rest)
    let text = try #require(String(data: position, encoding: .utf8))
    let counts = text.replacingOccurrences(of: "\"photonsPerChannel\":[", with: "\"photonsPerChannel\":[1,")
    #expect(counts != text)
    #expect(throws: TimeTagError.self) { try writer(.hdf5, path, from: Data(counts.utf8)) }
    _ = try writer(.hdf5, path, from: position)
  }

  /// Of two files of which one is another, the other is left alone, too.
  @Test(arguments: [true, false]) func bothAreLeftAlone(_ isRest: Bool) throws {
    let path = directory.file("a.h5")
    let parts = [path + ".part", directory.file("a.h5.rest.part")]
    let first = try writer(.hdf5, path)
    try first.append(0..<70_000, tags(.hdf5))
    let position = try first.checkpoint()
    try first.append(70_000..<200_000, tags(.hdf5))
    _ = try first.checkpoint()
    var other = contents(parts[isRest ? 1 : 0])
    // in front of the first checkpoint, within what is looked at
    other[parsedLength(position, ofRest: isRest) - 5] ^= 1
    write(other, to: parts[isRest ? 1 : 0])
    let before = parts.map(contents)
    #expect(throws: TimeTagError.self) { try writer(.hdf5, path, from: position) }
    #expect(directory.names == ["a.h5.part", "a.h5.rest.part"])
    let areSame = parts.map(contents) == before
    #expect(areSame)
  }

  /// How long one of a journal's files was at a checkpoint.
  private func parsedLength(_ position: Data, ofRest: Bool) -> Int {
    let all = (try? JSONSerialization.jsonObject(with: position)) as? [String: Any]
    let ends = all?["end"] as? [String: Any]
    return (ends?[ofRest ? "rest" : "photons"] as? [String: Any])?["length"] as? Int ?? 0
  }

  /// Of an earlier journal nothing is left when another begins; of one that is given up both files are.
  @Test func begunAndGivenUp() throws {
    let path = directory.file("a.h5")
    let first = try writer(.hdf5, path)
    try first.append(0..<1000, tags(.hdf5))
    _ = try first.checkpoint()
    #expect(directory.names == ["a.h5.part", "a.h5.rest.part"])
    do {
      guard case .hdf5(let second) = try writer(.hdf5, path) else { return }
      #expect(directory.names == ["a.h5.part"])
      // chunks of losses
      try Writer.hdf5(second).append(0..<80_000, tags(.hdf5))
      second.abandon()
    }
    #expect(directory.names == ["a.h5.part", "a.h5.rest.part"])
    #expect(try repairRecording(at: path + ".part")?.records == 65_536)
  }

  /// A recording without a photon is whole: there is nothing to repair. One that was cut to its header is repaired once.
  @Test(arguments: [Kind.ptuT3, .pt3]) func nothingToRepair(_ kind: Kind) throws {
    let path = directory.file(kind == .pt3 ? "a.pt3" : "a.ptu")
    guard case .ptu(let dark) = try writer(kind, path) else { return }
    try dark.finish(acquisitionTimeSeconds: 1e-6)
    let whole = contents(path)
    #expect(try Recording.load(path).tags.isEmpty)
    #expect(try repairRecording(at: path) == nil)
    #expect(contents(path) == whole)

    guard case .ptu(let bright) = try writer(kind, path) else { return }
    try bright.append(Array(tags(kind)[..<100]))
    try bright.finish(acquisitionTimeSeconds: 1e-3)
    write(Array(contents(path).dropLast(400)), to: path)
    #expect(try repairRecording(at: path)?.records == 0)
    #expect(try repairRecording(at: path) == nil)
  }

  /// A PTU file that ends anywhere is repaired to its last whole record; what is in front of that does not change.
  @Test(arguments: [Kind.ptuT2, .ptuT3, .pt3]) func repairInPlace(_ kind: Kind) throws {
    let tags = tags(kind)
    let path = directory.file("a.ptu.part")
    let first = try writer(kind, directory.file("a.ptu"))
    try first.append(0..<300_000, tags)
    _ = try first.checkpoint()
    try first.append(300_000..<390_000, tags)
    guard case .ptu(let ptu) = first else { return }
    _ = try ptu.checkpoint()
    let all = contents(path)
    let header = try RecordingReader(path: path).header
    #expect(header.isPartial)
    let start = all.count - 4 * (header.announcedRecords ?? 0)
    var chance = FixedGenerator(state: 9)
    for _ in 0..<5 {
      let length = Int.random(in: start + 1..<all.count, using: &chance)
      write(Array(all[..<length]), to: path)
      let done = try #require(try repairRecording(at: path))
      #expect(done.records == (length - start) / 4)
      #expect(done.announced == header.announcedRecords)
      let isUntouched = contents(path)[start...] == all[start..<(start + 4 * done.records)]
      #expect(isUntouched)
      let recording = try Recording.load(path)
      let isBeginning = recording.tags == Array(tags.prefix(recording.tags.count))
      #expect(isBeginning)
      #expect(recording.header.announcedRecords == done.records)
      let unit = recording.header.macroTimeUnitSeconds
      let last = Double(recording.tags.last?.macroTime ?? 0) * unit
      // .pt3 says it in milliseconds.
      #expect(abs((recording.header.acquisitionTimeSeconds ?? 0) - last) < (kind == .pt3 ? 0.0006 : 0.0011))
      #expect(try repairRecording(at: path) == nil)
    }
  }

  /// Killed between the last byte and the name: the file is whole.
  @Test func wholeFileIsNamed() throws {
    let path = directory.file("a.h5")
    let writer = try writer(.hdf5, path)
    try writer.append(0..<70_000, tags(.hdf5))
    try writer.finish()
    let whole = contents(path)
    rename(path, path + ".part")
    let done = try #require(try repairRecording(at: path + ".part"))
    #expect(done.path == path && done.records == 70_000)
    #expect(directory.names == ["a.h5"])
    let isSame = contents(path) == whole
    #expect(isSame)
    write(whole, to: path + ".part")
    #expect(throws: TimeTagError.self, "never over another file") { try repairRecording(at: path + ".part") }
  }

  /// The file does not depend on checkpoints, nor on whether the journal stays.
  @Test(arguments: [10_000, 70_000, 300_000]) func checkpointsLeaveNoTrace(_ count: Int) throws {
    let tags = tags(.hdf5)
    let paths = ["whole", "checkpoint", "staying"].map(directory.file)
    for path in paths {
      guard case .hdf5(let writer) = try self.writer(.hdf5, path) else { return }
      for start in stride(from: 0, to: count, by: 10_000) {
        try Writer.hdf5(writer).append(start..<start + 10_000, tags)
        if path == paths[1], start % 30_000 == 0 { _ = try writer.checkpoint() }
      }
      try writer.finish(acquisitionTimeSeconds: 1, keepingJournal: path == paths[2])
    }
    #expect(directory.names == ["checkpoint", "staying", "staying.rest.part", "whole"])
    let areSame = contents(paths[0]) == contents(paths[1]) && contents(paths[0]) == contents(paths[2])
    #expect(areSame)
  }

  /// Killed between HDF5's head and the name, or while HDF5 wrote in front of that: the run still goes on.
  @Test(arguments: [true, false]) func finishedTwice(_ isWhole: Bool) throws {
    let path = directory.file("a.h5")
    let tags = tags(.hdf5)
    let first = try writer(.hdf5, path)
    try first.append(0..<100_000, tags)
    let position = try first.checkpoint()
    let (photons, rest) = (contents(path + ".part"), contents(directory.file("a.h5.rest.part")))
    try first.append(100_000..<200_000, tags)
    try first.finish()
    let whole = contents(path)
    rename(path, path + ".part")
    if !isWhole { write(Array(photons[..<128] + whole[128...].dropLast(9)), to: path + ".part") }
    write(rest, to: directory.file("a.h5.rest.part"))
    let second = try writer(.hdf5, path, from: position)
    #expect(Array(contents(path + ".part")[..<16]) == Array(photons[..<16]), "a journal again")
    try second.append(100_000..<200_000, tags)
    try second.finish()
    #expect(directory.names == ["a.h5"])
    let isSame = contents(path) == whole
    #expect(isSame)
  }

  /// A journal whose files end anywhere becomes a file of the first photons with all their columns.
  @Test func repairJournal() throws {
    let tags = tags(.hdf5)
    let parts = ["a.h5.part", "a.h5.rest.part"].map(directory.file)
    let first = try writer(.hdf5, directory.file("a.h5"))
    for start in stride(from: 0, to: 300_000, by: 20_000) {
      try first.append(start..<start + 20_000, tags)
      if start % 60_000 == 0 { _ = try first.checkpoint() }
    }
    let all = parts.map(contents)
    #expect(throws: TimeTagError.self) { try RecordingReader(path: parts[0]) }
    var chance = FixedGenerator(state: 3)
    var found: Set<Int> = []
    for attempt in 0..<12 {
      for (part, all) in zip(parts, all) {
        // of the first the last frame torn
        let length =
          attempt > 1 ? Int.random(in: 5_000...all.count, using: &chance) : all.count - (part == parts[0] ? attempt : 0)
        write(Array(all[..<length]), to: part)
      }
      let done = try #require(try repairRecording(at: parts[0]))
      #expect(done.path == directory.file("a.h5"))
      let recording = try Recording.load(done.path)
      let isBeginning = recording.tags == Array(tags.prefix(done.records)) && recording.tags.count == done.records
      #expect(isBeginning)
      #expect(recording.header.isPartial)
      found.insert(done.records)
      #expect(throws: TimeTagError.self, "never over another file") { try repairRecording(at: parts[0]) }
      unlink(done.path)
    }
    // up to the last row of chunks, without it up to the last checkpoint
    #expect(found.isSuperset(of: [4 * 65_536, 260_000]) && found.count > 3, "\(found.sorted())")
  }
}

/// A generator with a fixed seed (SplitMix64).
struct FixedGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
