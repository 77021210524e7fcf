import Testing
import TimeTags

@Suite struct PhotonHDF5Tests {
  private let directory = TestDirectory()
  private static let origins = OriginTable([
    .init(kind: .emission, name: "nanocrystal/neutral/X→0", emitter: 0), .init(kind: .dark, name: "dark counts"),
    .init(kind: .afterpulse, name: "afterpulses"),
  ])

  private func settings(_ mode: MeasurementMode, origins: OriginTable? = origins) -> PhotonHDF5Settings {
    PhotonHDF5Settings(
      mode: mode, macroTimeUnitSeconds: mode == .t3 ? 1 / 5e6 : 4e-12, nanotimeUnitSeconds: mode == .t3 ? 64e-12 : nil,
      laserRepetitionRateHz: 5e6,
      detectors: [.init(channel: 1, name: "A", darkCountRateHz: 100), .init(channel: 2, name: "B")],
      creationTime: CreationTime(unixSeconds: 1_000_000_000), comment: "a test", origins: origins,
      states: [["neutral", "charged"].map { StateDescription(name: $0, slowState: $0) }])
  }

  private func photons(_ mode: MeasurementMode, count: Int) -> (tags: [TimeTag], truths: [RecordTruth]) {
    var tags: [TimeTag] = []
    var truths: [RecordTruth] = []
    for index in 0..<count {
      let nanotime: UInt16 = mode == .t3 ? UInt16(index % 3000) : 0
      tags.append(TimeTag(macroTime: Int64(index * 37), nanotime: nanotime, channel: index % 2 == 0 ? 1 : 2))
      let parent: Int64 = index % 3 == 2 ? Int64(index - 1) : -1
      let time = Int64(index)
      truths.append(
        RecordTruth(origin: UInt16(index % 3), emissionTime: time, detectionTime: time + 5, parent: parent))
    }
    return (tags, truths)
  }

  @Test(arguments: [MeasurementMode.t2, .t3], [0, 1, 65_536, 200_001])
  func roundTrip(_ mode: MeasurementMode, _ count: Int) throws {
    let (tags, truths) = photons(mode, count: count)
    let writer = try PhotonHDF5Writer(path: directory.file("a.h5"), settings: settings(mode))
    try writer.append(tags: tags, truths: truths)
    try writer.append(stateChanges: [StateChange(time: 3, emitter: 0, state: 1)])
    #expect(directory.names == ["a.h5.part"])
    try writer.finish(acquisitionTimeSeconds: 2.5)
    #expect(directory.names == ["a.h5"])
    let recording = try Recording.load(directory.file("a.h5"))
    #expect(recording.tags == tags)
    // A file without photons has no nanotimes to tell it from T2, but the dataset is there all the same.
    #expect(recording.header.mode == mode)
    #expect(recording.header.format == "Photon-HDF5")
    #expect(recording.header.macroTimeUnitSeconds == (mode == .t3 ? 2e-7 : 4e-12))
    #expect(recording.header.nanotimeUnitSeconds == (mode == .t3 ? 64e-12 : nil))
    #expect(recording.header.laserRepetitionRateHz == 5e6)
    #expect(recording.header.acquisitionTimeSeconds == 2.5)
    #expect(recording.header.comment == "a test")
    #expect(recording.header.creator == "Antibunch 1.0")
    #expect(!recording.header.isPartial)
    let truth = try #require(try RecordedTruth(path: directory.file("a.h5")))
    #expect(try truth.truths(from: 0, count: truth.count) == truths)
    #expect(try truth.truths(from: count / 2, count: count - count / 2) == Array(truths[(count / 2)...]))
    #expect(try truth.changes(from: 0, count: truth.changeCount) == [StateChange(time: 3, emitter: 0, state: 1)])
    #expect(truth.origins.origins == Self.origins.origins)
    #expect(truth.states == settings(mode).states)
  }

  /// The same photons give the same bytes, at another time, split into other calls and packed by more threads.
  @Test(arguments: [(4999, 1), (150_000, 3), (70_000, 8)])
  func reproducible(_ step: Int, _ threads: Int) throws {
    let (tags, truths) = photons(.t3, count: 450_000)
    for (name, step, threads) in [("a.h5", tags.count, 1), ("b.h5", step, threads)] {
      let writer = try PhotonHDF5Writer(path: directory.file(name), settings: settings(.t3), threads: threads)
      for start in stride(from: 0, to: tags.count, by: step) {
        let end = min(start + step, tags.count)
        try writer.append(tags: Array(tags[start..<end]), truths: Array(truths[start..<end]))
      }
      try writer.finish(acquisitionTimeSeconds: 1)
    }
    // Not compared within #expect, which would look for the shortest difference of megabytes.
    let isSame = contents(directory.file("a.h5")) == contents(directory.file("b.h5"))
    #expect(isSame)
  }

  @Test func partial() throws {
    let writer = try PhotonHDF5Writer(path: directory.file("a.h5"), settings: settings(.t2))
    try writer.finish(acquisitionTimeSeconds: 0.75, partial: "interrupted")
    let header = try RecordingReader(path: directory.file("a.h5")).header
    #expect(header.isPartial)
    #expect(header.comment == "PARTIAL: interrupted. a test")
    #expect(header.acquisitionTimeSeconds == 0.75)
  }

  @Test func abandonedFileLeavesNothing() throws {
    do {
      let writer = try PhotonHDF5Writer(path: directory.file("a.h5"), settings: settings(.t2))
      let (tags, truths) = photons(.t2, count: 100_000)
      try writer.append(tags: tags, truths: truths)
    }
    #expect(directory.names.isEmpty)
  }

  @Test func withoutTruth() throws {
    let writer = try PhotonHDF5Writer(path: directory.file("a.h5"), settings: settings(.t2, origins: nil))
    try writer.append(tags: photons(.t2, count: 10).tags)
    #expect(throws: TimeTagError.self) {
      try writer.append(stateChanges: [StateChange(time: 3, emitter: 0, state: 1)])
    }
    try writer.finish(acquisitionTimeSeconds: 1)
    #expect(try Recording.load(directory.file("a.h5")).tags.count == 10)
    #expect(try RecordedTruth(path: directory.file("a.h5")) == nil)
  }

  @Test func refusals() throws {
    let truth = RecordTruth(origin: 0, emissionTime: 0, detectionTime: 0)
    let cases: [([TimeTag], [RecordTruth], String)] = [
      (
        [TimeTag(macroTime: 5, channel: 1), TimeTag(macroTime: 4, channel: 1)], [truth, truth],
        "tag 1: time 4 comes after 5"
      ),
      ([TimeTag(macroTime: 5, channel: 0)], [truth], "tag 0: channel 0 belongs to no detector"),
      ([TimeTag(macroTime: 5, nanotime: 4096, channel: 1)], [truth], "tag 0: nanotime 4096 is not one of 4096 bins"),
      ([TimeTag(macroTime: 5, channel: 1, kind: .marker)], [truth], "tag 0: a marker is no photon"),
      ([TimeTag(macroTime: 5, channel: 1)], [], "0 truths came with 1 tags, not 1"),
      (
        [TimeTag(macroTime: 5, channel: 1)], [RecordTruth(origin: 3, emissionTime: 0, detectionTime: 0)],
        "the truth of record 0 has origin 3 of 3, parent -1"
      ),
    ]
    for (tags, truths, reason) in cases {
      let writer = try PhotonHDF5Writer(path: directory.file("a.h5"), settings: settings(.t3))
      let error = #expect(throws: TimeTagError.self) { try writer.append(tags: tags, truths: truths) }
      #expect(error == .cannotEncode(path: directory.file("a.h5"), reason: reason))
    }
    var nothing = settings(.t3)
    nothing.laserRepetitionRateHz = nil
    #expect(throws: TimeTagError.self) { try PhotonHDF5Writer(path: directory.file("a.h5"), settings: nothing) }
    let error = #expect(throws: TimeTagError.self) {
      try PhotonHDF5Writer(path: directory.file("no/such/a.h5"), settings: settings(.t2))
    }
    #expect(error?.exitCode == 73)
    #expect(directory.names.isEmpty)
  }

  /// An interrupted copy of an HDF5 file is an error, not a crash.
  @Test func truncated() throws {
    let (tags, truths) = photons(.t2, count: 10_000)
    let writer = try PhotonHDF5Writer(path: directory.file("a.h5"), settings: settings(.t2))
    try writer.append(tags: tags, truths: truths)
    try writer.finish(acquisitionTimeSeconds: 1)
    let bytes = contents(directory.file("a.h5"))
    write(Array(bytes.prefix(bytes.count / 2)), to: directory.file("b.h5"))
    let error = #expect(throws: TimeTagError.self) { try Recording.load(directory.file("b.h5")) }
    #expect(error?.exitCode == 65)
  }
}
