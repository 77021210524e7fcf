import Testing
import TimeTags

/// The real recordings against what independent programs read from them (`reference_values.json` beside them).
@Suite(.enabled(if: RealRecordings.arePresent, "the real recordings are not on this machine; set ANTIBUNCH_RECORDINGS"))
struct RealRecordingTests {
  /// What ptufile, phconvert, tttrlib or libpicoquant agree on.
  struct Reference: Sendable, CustomTestStringConvertible {
    var name: String
    var type: RecordType
    var records: Int
    var photons: [UInt8: Int]
    var first: Int64
    var last: Int64
    var nanotimeSum = 0
    var nanotimeZero = 0
    var markers = 0
    var overflowRecords: Int
    var unit: Double
    var nanotimeUnit: Double?
    var acquisitionTime: Double?
    var testDescription: String { name }
  }

  static let references = [
    Reference(
      name: "picoharp_v30_t2.ptu", type: .picoHarp300T2, records: 929_254, photons: [0: 531_477, 1: 388_700],
      first: 32_486_569, last: 1_912_597_668_189, nanotimeZero: 920_177, overflowRecords: 9077, unit: 4e-12,
      acquisitionTime: 7.652),
    Reference(
      name: "hydraharp_t3_80MHz_hbt.ptu", type: .hydraHarpV2T3, records: 561_879,
      photons: [0: 160_953, 1: 235_373], first: 13_049, last: 400_137_390, nanotimeSum: 120_761_307,
      overflowRecords: 165_553, unit: 1.2495520355952392e-08, nanotimeUnit: 1.6e-11, acquisitionTime: 5),
    Reference(
      name: "hydraharp_t3_320MHz_pathological.ptu", type: .hydraHarpV2T3, records: 456_812,
      photons: [0: 186_647, 1: 266_616], first: 9, last: 3_634_264, nanotimeSum: 7_352_938_249, nanotimeZero: 9,
      overflowRecords: 3549, unit: 1.2512587663189168e-08, nanotimeUnit: 1.6e-11, acquisitionTime: 10),
    Reference(
      name: "hydraharp_v20_t2.ptu", type: .hydraHarpV2T2, records: 435_319, photons: [0: 305_565],
      first: 24_433_765, last: 4_999_964_931_763, nanotimeZero: 305_565, overflowRecords: 129_754, unit: 1e-12,
      acquisitionTime: 5),
    Reference(
      name: "picoharp_t3_hazelnut_first900k.ptu", type: .picoHarp300T3, records: 900_000, photons: [1: 899_476],
      first: 9386, last: 16_877_513, nanotimeSum: 23_141_171, nanotimeZero: 236, markers: 267, overflowRecords: 257,
      unit: 1.281722635221738e-08, nanotimeUnit: 9.696969697e-11),
    Reference(
      name: "Point_1.pt3", type: .picoHarp300T3, records: 229_458, photons: [1: 191_790], first: 8919,
      last: 599_926_616, nanotimeSum: 97_309_678, nanotimeZero: 8, markers: 28_514, overflowRecords: 9154,
      unit: 5.0002172594399225e-08, nanotimeUnit: 1.5999999936067155e-11),
    Reference(
      name: "Point_2.pt3", type: .picoHarp300T3, records: 211_153, photons: [1: 173_487], first: 7676,
      last: 599_916_693, nanotimeSum: 86_287_515, nanotimeZero: 7, markers: 28_512, overflowRecords: 9154,
      unit: 5.0002405115686066e-08, nanotimeUnit: 1.5999999936067155e-11),
    Reference(
      name: "topfluorPE_2_1_1_1.pt3", type: .picoHarp300T3, records: 986_400, photons: [1: 482_775, 2: 490_562],
      first: 1488, last: 856_104_147, nanotimeSum: 286_997_410, nanotimeZero: 350, overflowRecords: 13_063,
      unit: 1.279868269814303e-08, nanotimeUnit: 1.5999999936067155e-11),
  ]

  @Test(arguments: references) func agreesWithOtherPrograms(_ reference: Reference) throws {
    let recording = try Recording.load(RealRecordings.path(reference.name))
    let photons = recording.tags.filter { $0.kind == .photon }
    #expect(recording.header.recordType == reference.type)
    #expect(recording.records == reference.records)
    #expect(Dictionary(grouping: photons, by: \.channel).mapValues(\.count) == reference.photons)
    #expect(photons.first?.macroTime == reference.first)
    #expect(photons.last?.macroTime == reference.last)
    #expect(photons.reduce(0) { $0 + Int($1.nanotime) } == reference.nanotimeSum)
    #expect(photons.count { $0.nanotime == 0 } == reference.nanotimeZero)
    #expect(recording.markers == reference.markers)
    #expect(recording.tags.count == photons.count + reference.markers)
    #expect(recording.overflowRecords == reference.overflowRecords)
    #expect(recording.header.macroTimeUnitSeconds == reference.unit)
    // .pt3 files store the unit in single precision, and programs round it differently.
    if let unit = reference.nanotimeUnit {
      #expect(abs((recording.header.nanotimeUnitSeconds ?? 0) / unit - 1) < 1e-7)
    } else {
      #expect(recording.header.nanotimeUnitSeconds == nil)
    }
    if let time = reference.acquisitionTime { #expect(recording.header.acquisitionTimeSeconds == time) }
    #expect(recording.warnings.isEmpty)
    #expect(zip(photons, photons.dropFirst()).allSatisfy { $0.macroTime <= $1.macroTime })
  }

  /// Written again with our own writer, a real recording stays the same.
  @Test(arguments: ["picoharp_v30_t2.ptu", "hydraharp_t3_80MHz_hbt.ptu", "topfluorPE_2_1_1_1.pt3"])
  func survivesRewriting(_ name: String) throws {
    let directory = TestDirectory()
    let original = try Recording.load(RealRecordings.path(name))
    guard let type = original.header.recordType else { return }
    try writePTU(original.tags, as: type, to: directory.file("copy.ptu"))
    #expect(try Recording.load(directory.file("copy.ptu")).tags == original.tags)
  }
}
