/// The photons of a Photon-HDF5 file, block by block.
///
/// Source: "Photon-HDF5 format definition" 0.5. A file with nanotimes counts as T3, one without as T2.
final class PhotonHDF5Source: TagSource {
  let header: RecordingHeader
  let warnings: [String]
  let state = DecodingState()
  private(set) var recordsRead = 0

  private let path: String
  private let timestamps: HDF5InputColumn
  private let detectors: HDF5InputColumn?
  private let nanotimes: HDF5InputColumn?
  private let count: Int
  private let timeBuffer: UnsafeMutableBufferPointer<Int64>
  private let detectorBuffer: UnsafeMutableBufferPointer<Int32>
  private let nanotimeBuffer: UnsafeMutableBufferPointer<Int32>

  /// The bytes an HDF5 file begins with.
  static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let blockSize = 1 << 16

  /// - Throws: ``TimeTagError`` when HDF5 cannot open the file, or it is no Photon-HDF5 file of one measurement spot.
  init(path: String, allowTruncated: Bool) throws(TimeTagError) {
    let file = try HDF5InputFile(path: path)
    let group = file.holds("/photon_data") ? "/photon_data" : "/photon_data0"
    guard let timestamps = try file.column(group + "/timestamps") else {
      throw .notTimeTags(path: path, reason: "is an HDF5 file without /photon_data/timestamps: no Photon-HDF5")
    }
    guard let unit = try file.number(group + "/timestamps_specs/timestamps_unit"), unit > 0 else {
      throw .corrupt(path: path, reason: "\(group)/timestamps_specs/timestamps_unit is missing")
    }
    guard timestamps.count <= timestamps.largestCount else {
      throw .truncated(
        path: path, reason: "\(group)/timestamps announces \(timestamps.count) entries, more than the file can hold")
    }
    self.path = path
    self.timestamps = timestamps
    detectors = try file.column(group + "/detectors")
    nanotimes = try file.column(group + "/nanotimes")
    let lengths = [timestamps.count, detectors?.count ?? timestamps.count, nanotimes?.count ?? timestamps.count]
    count = lengths.min() ?? 0
    if Set(lengths).count > 1 {
      let reason = "timestamps, detectors and nanotimes have \(lengths[0]), \(lengths[1]) and \(lengths[2]) entries"
      guard allowTruncated else { throw .truncated(path: path, reason: reason) }
      warnings = [reason]
    } else if file.holds("/photon_data1") {
      warnings = ["the file holds several measurement spots; only the first is read"]
    } else {
      warnings = []
    }
    header = try Self.header(file, group: group, unit: unit, count: timestamps.count, hasNanotimes: nanotimes != nil)
    timeBuffer = .allocate(capacity: Self.blockSize)
    detectorBuffer = .allocate(capacity: Self.blockSize)
    nanotimeBuffer = .allocate(capacity: Self.blockSize)
    // where the file has none
    detectorBuffer.initialize(repeating: 0)
    nanotimeBuffer.initialize(repeating: 0)
  }

  deinit {
    timeBuffer.deallocate()
    detectorBuffer.deallocate()
    nanotimeBuffer.deallocate()
  }

  private static func header(
    _ file: HDF5InputFile, group: String, unit: Double, count: Int, hasNanotimes: Bool
  ) throws(TimeTagError) -> RecordingHeader {
    let nanotimeUnit = try file.number(group + "/nanotimes_specs/tcspc_unit")
    if hasNanotimes && !((nanotimeUnit ?? 0) > 0) {
      throw .corrupt(path: file.path, reason: "\(group)/nanotimes_specs/tcspc_unit is missing")
    }
    let rates = [
      try file.number(group + "/measurement_specs/laser_repetition_rate"),
      try file.number("/setup/laser_repetition_rates"),
    ]
    let laserRate = rates.compactMap { $0 }.first { $0 > 0 }
    let software = [try file.text("/identity/software"), try file.text("/identity/software_version")]
    let comment = try file.text("/description") ?? ""
    return RecordingHeader(
      format: "Photon-HDF5", mode: hasNanotimes ? .t3 : .t2, recordType: nil, macroTimeUnitSeconds: unit,
      nanotimeUnitSeconds: hasNanotimes ? nanotimeUnit : nil, syncRateHz: hasNanotimes ? laserRate : nil,
      laserRepetitionRateHz: laserRate, announcedRecords: count,
      acquisitionTimeSeconds: try file.number("/acquisition_duration"),
      creator: software.compactMap { $0 }.joined(separator: " "),
      hardware: try file.text("/provenance/hardware_name") ?? "", comment: comment.trimmed,
      isPartial: PartialMark.isPartial(comment: comment))
  }

  func read(into tags: UnsafeMutableBufferPointer<TimeTag>) throws(TimeTagError) -> Int {
    let wanted = min(count - recordsRead, min(tags.count, Self.blockSize))
    guard wanted > 0 else { return 0 }
    try timestamps.read(UnsafeMutableBufferPointer(rebasing: timeBuffer[..<wanted]), from: recordsRead)
    try detectors?.read(UnsafeMutableBufferPointer(rebasing: detectorBuffer[..<wanted]), from: recordsRead)
    try nanotimes?.read(UnsafeMutableBufferPointer(rebasing: nanotimeBuffer[..<wanted]), from: recordsRead)
    for index in 0..<wanted {
      let detector = detectorBuffer[index]
      let nanotime = nanotimeBuffer[index]
      guard 0...255 ~= detector, 0...65_535 ~= nanotime else {
        let photon = recordsRead + index
        throw .corrupt(
          path: path,
          reason: "photon \(photon) has detector \(detector), nanotime \(nanotime); up to 255 and 65535 are read")
      }
      tags[index] = TimeTag(
        macroTime: timeBuffer[index], nanotime: UInt16(truncatingIfNeeded: nanotime),
        channel: UInt8(truncatingIfNeeded: detector))
    }
    recordsRead += wanted
    return wanted
  }
}
