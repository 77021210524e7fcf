import Testing
import TimeTags

/// Writes the files that `Tests/interoperability` reads, when `ANTIBUNCH_WRITE_FILES` names a directory: the same
/// photons as T2 and T3, PTU and Photon-HDF5. The Python tests usually take the program's own files instead.
@Suite(.enabled(if: environment("ANTIBUNCH_WRITE_FILES") != nil, "set ANTIBUNCH_WRITE_FILES to write files"))
struct InteroperabilityFiles {
  private static let rate = 5e6
  private static let created = CreationTime(unixSeconds: 1_700_000_000)

  @Test(arguments: [RecordType.picoHarp300T2, .picoHarp300T3]) func write(_ type: RecordType) throws {
    guard let directory = environment("ANTIBUNCH_WRITE_FILES") else { return }
    let isT3 = type.mode == .t3
    let name = directory + (isT3 ? "/stream-t3" : "/stream-t2")
    let (tags, truths) = photons(type.mode)
    let ptu = try PTUWriter(
      path: name + ".ptu", recordType: type,
      settings: PTUWriterSettings(
        creationTime: Self.created, identifier: (1, 2), syncRateHz: Self.rate, laserRepetitionRateHz: Self.rate,
        nanotimeUnitPicoseconds: 64, comment: "interoperability, 3 µW"))
    try ptu.append(tags)
    try ptu.finish(acquisitionTimeSeconds: 5)
    let first: UInt8 = isT3 ? 1 : 0
    let hdf5 = try PhotonHDF5Writer(
      path: name + ".h5",
      settings: PhotonHDF5Settings(
        mode: type.mode, macroTimeUnitSeconds: isT3 ? 1 / Self.rate : 4e-12, nanotimeUnitSeconds: isT3 ? 64e-12 : nil,
        laserRepetitionRateHz: Self.rate, excitationWavelengthMeters: 485e-9, detectionWavelengthMeters: 617e-9,
        detectors: [
          .init(channel: first, name: "A", darkCountRateHz: 100, afterpulsingProbability: 0.01),
          .init(channel: first + 1, name: "B", darkCountRateHz: 50, afterpulsingProbability: 0.02),
        ],
        creationTime: Self.created, comment: "interoperability, 3 µW",
        origins: OriginTable([
          .init(kind: .emission, name: "nanocrystal/neutral/X→0", emitter: 0), .init(kind: .dark, name: "dark counts"),
        ]), states: [["neutral", "charged"].map { StateDescription(name: $0, slowState: $0) }]))
    try hdf5.append(tags: tags, truths: truths)
    try hdf5.append(stateChanges: [
      StateChange(time: 0, emitter: 0, state: 0), StateChange(time: 99, emitter: 0, state: 1),
    ])
    try hdf5.finish(acquisitionTimeSeconds: 5)
  }

  /// The same photons in either mode: about 40 kHz for 5 s, pulses of 5 MHz, delays of 1 to 150 ns.
  private func photons(_ mode: MeasurementMode) -> ([TimeTag], [RecordTruth]) {
    var state: UInt64 = 42
    func next(_ limit: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((state >> 33) % limit)
    }
    var tags: [TimeTag] = []
    var truths: [RecordTruth] = []
    var pulse: Int64 = 0
    while true {
      pulse += 1 + next(250)
      guard pulse < 24_999_999 else { return (tags, truths) }
      let picoseconds = 1000 + next(149_000)
      let channel = UInt8(next(2))
      let tag =
        mode == .t3
        ? TimeTag(macroTime: pulse, nanotime: UInt16(picoseconds / 64), channel: channel + 1)
        : TimeTag(macroTime: (pulse * 200_000 + picoseconds) / 4, channel: channel)
      tags.append(tag)
      let time = (pulse * 200_000 + picoseconds) * 16
      truths.append(RecordTruth(origin: UInt16(next(20) == 0 ? 1 : 0), emissionTime: time - 8000, detectionTime: time))
    }
  }
}
