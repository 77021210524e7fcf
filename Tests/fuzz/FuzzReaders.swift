import Glibc
import TimeTags

// One fuzz target for all that reads files. FUZZ_FORMAT (ptu, pt3, ht3, h5, spc, set, csv, part) is the ending of the file's
// name: what the input is taken for where its content does not say. What can be repaired is repaired, and must be whole then.
// A `.set` file is read as what stands beside a sound `.spc` file.

private let format = getenv("FUZZ_FORMAT").map { String(cString: $0) } ?? "ptu"

/// A file in memory whose content is replaced for every input.
private struct Input {
  let path: String
  private let descriptor: Int32

  init(named name: String) {
    path = name
    descriptor = open(name, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { fatalError("cannot create \(name)") }
  }

  func replace(_ bytes: UnsafeRawBufferPointer) {
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes.baseAddress, bytes.count, 0) == bytes.count else {
      fatalError("cannot write \(path)")
    }
  }
}

private let input: Input = {
  atexit {
    unlink(input.path)
    if format == "part" { unlink(rest.path) }
    if recording != input.path { unlink(recording) }
  }
  return Input(named: "/dev/shm/antibunch-fuzz-\(getpid())." + (format == "part" ? "h5.part" : format))
}()

/// What is beside a journal.
private let rest = Input(named: String(input.path.dropLast(4)) + "rest.part")

nonisolated(unsafe) private var tags: [TimeTag] = []

/// What is read with the input: the `.spc` file that a `.set` file belongs to, with ten photons, or the input itself.
private let recording: String = {
  guard format == "set" else { return input.path }
  let recording = Input(named: String(input.path.dropLast(3)) + "spc")
  // The first record gives the macro clock, in tenths of a nanosecond.
  let records: [UInt32] = [0x8000_0000 | 125] + (1...10).map { $0 << 16 | 100 * $0 }
  records.withUnsafeBytes(recording.replace)
  return recording.path
}()

/// The photons of a recording, against what the reader of two channels finds that goes without tags.
private struct Photons {
  var all = 0
  var first: [Int64] = []
  var second: [Int64] = []
  var isSorted = true
  var last = Int64.min

  mutating func append(_ tags: [TimeTag]) {
    for tag in tags where tag.kind == .photon {
      all += 1
      if tag.macroTime < last { isSorted = false }
      last = tag.macroTime
      if tag.channel == 0 { first.append(tag.macroTime) }
      if tag.channel == 1 { second.append(tag.macroTime) }
    }
  }

  func compare(with blocks: RecordBlocks, usesVectors: Bool) throws(TimeTagError) {
    guard let reader = RankedBlockReader(blocks, first: 0, second: 1, usesVectors: usesVectors) else { return }
    var (before, seen, one, two) = (Int64(0), 0, 0, 0)
    while let span = try reader.next() {
      guard reader.isSound else { return }
      let found = reader.photons
      for i in 0..<found.firstCount where first[one + i] != before + found.first[i] { fatalError("another time") }
      for i in 0..<found.secondCount where second[two + i] != before + found.second[i] { fatalError("another time") }
      (seen, one, two) = (seen + reader.photonCount, one + found.firstCount, two + found.secondCount)
      _ = try reader.readOn(reach: 1000, limit: 1 << 10)
      guard reader.isSound else { return }
      before += span.passed
    }
    guard isSorted, seen == all, one == first.count, two == second.count else { fatalError("other photons") }
  }
}

/// Reads a file to its end; every outcome but a ``TimeTagError`` is a finding.
///
/// - Returns: the records read; `nil` when the file was refused.
private func readAll(_ path: String, allowTruncated: Bool) -> Int? {
  do throws(TimeTagError) {
    let reader = try RecordingReader(path: path, allowTruncated: allowTruncated)
    var count = 0
    var photons = Photons()
    while try reader.read(into: &tags, maximum: 1 << 8) > 0 {
      count += tags.count
      photons.append(tags)
    }
    if let blocks = reader.blocks() {
      try photons.compare(with: blocks, usesVectors: true)
      try photons.compare(with: blocks.fromBeginning(), usesVectors: false)
    }
    // No more tags than records, no more records than the file can hold.
    guard count <= reader.recordsRead else { fatalError("\(count) tags of \(reader.recordsRead) records") }
    for warning in reader.warnings where warning.isEmpty { fatalError("an empty warning") }
    guard reader.ptuHeader?.tags.allSatisfy({ $0.value.description.utf8.count < 1 << 26 }) ?? true else {
      fatalError("a tag is longer than its file")
    }
    return reader.recordsRead
  } catch {
    check(error)
    return nil
  }
}

private func check(_ error: TimeTagError) {
  guard !error.description.isEmpty, [65, 66, 73, 74].contains(error.exitCode) else { fatalError("\(error)") }
}

/// Repairs a file. What comes of it reads as strictly as any, with the records that the repair counted.
private func repair(_ path: String) {
  do throws(TimeTagError) {
    guard let repair = try repairRecording(at: path) else { return }
    let records = readAll(repair.path, allowTruncated: false)
    if repair.path != path { unlink(repair.path) }
    guard records == repair.records else {
      fatalError("\(repair.records) records were repaired, \(records.map(String.init) ?? "none") read")
    }
  } catch {
    check(error)
  }
}

/// Makes both files of a journal of the input; the second begins with its magic, and gets the identification of the first.
private func replaceJournal(_ bytes: [UInt8]) {
  let magic = Array("ABTREST".utf8)
  let starts = bytes.indices.filter { bytes[$0] == magic[0] && bytes[$0...].starts(with: magic) }
  var photons = Array(bytes[..<(starts.first ?? bytes.count)])
  var beside = Array(bytes[photons.count...])
  if beside.count >= 16, photons.count >= 16 { beside.replaceSubrange(8..<16, with: photons[8..<16]) }
  correctChecksums(&photons)
  correctChecksums(&beside)
  photons.withUnsafeBytes { input.replace($0) }
  beside.withUnsafeBytes { rest.replace($0) }
}

/// Makes the checksums of a journal's frames right: chance would never find one.
private func correctChecksums(_ journal: inout [UInt8]) {
  // Behind the room for HDF5's head
  var place = 128
  while place + 16 <= journal.count {
    let length = (0..<4).reduce(0) { $0 | Int(journal[place + 8 + $1]) << (8 * $1) }
    guard place + 16 + length <= journal.count else { return }
    var sum: UInt32 = .max
    for byte in journal[place + 16..<place + 16 + length] {
      sum = checksumTable[Int(UInt8(truncatingIfNeeded: sum) ^ byte)] ^ sum >> 8
    }
    for i in 0..<4 { journal[place + 12 + i] = UInt8(truncatingIfNeeded: ~sum >> UInt32(8 * i)) }
    place += 16 + length
  }
}

/// CRC-32 of each byte.
private let checksumTable: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1) * 0xEDB8_8320 }
}

/// Reads the input, strictly and as far as it goes, and repairs it where that is possible.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: data, count: size)
  if format == "part" {
    replaceJournal(Array(bytes))
    repair(input.path)
    return 0
  }
  input.replace(bytes)
  if readAll(recording, allowTruncated: false) == nil { _ = readAll(recording, allowTruncated: true) }
  if format == "ptu" || format == "pt3" { repair(input.path) }
  return 0
}
