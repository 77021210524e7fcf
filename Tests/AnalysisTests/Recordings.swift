import Analysis
import Glibc
import TimeTags

/// The real recordings beside the package; tests on them are disabled where they are missing.
enum Recordings {
  static let folder: String = {
    if let given = getenv("ANTIBUNCH_RECORDINGS") { return String(cString: given) }
    // …/Tests/AnalysisTests/Recordings.swift, three levels above the package's neighbour "shared"
    let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    let beside = parts.dropLast(4).joined(separator: "/") + "/shared/recordings"
    return access(beside, R_OK) == 0 ? beside : "../shared/recordings"
  }()
  static let areMissing = access(folder + "/picoharp_v30_t2.ptu", R_OK) != 0
  static let notice = "no recordings at ../shared/recordings (or ANTIBUNCH_RECORDINGS)"
}

/// A small PTU decoder for tests only, independent of the product's reader.
struct TestRecording {
  var header: RecordingHeader
  var tags: [TimeTag] = []
  var overflows = 0

  init(_ name: String) {
    let file = fopen(Recordings.folder + "/" + name, "rb")!
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    rewind(file)
    let data = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
    defer { data.deallocate() }
    precondition(fread(data.baseAddress, 1, size, file) == size)
    var integers: [String: Int64] = [:]
    var floats: [String: Double] = [:]
    var offset = 16
    while true {
      let tag = String(decoding: data[offset..<offset + 32].prefix { $0 != 0 }, as: UTF8.self)
      let type = data.loadUnaligned(fromByteOffset: offset + 36, as: UInt32.self)
      let value = data.loadUnaligned(fromByteOffset: offset + 40, as: Int64.self)
      offset += 48
      integers[tag] = value
      if type == 0x2000_0008 { floats[tag] = Double(bitPattern: UInt64(bitPattern: value)) }
      if [0x2001_FFFF, 0x4001_FFFF, 0x4002_FFFF, 0xFFFF_FFFF].contains(type) { offset += Int(value) }
      if tag == "Header_End" { break }
    }
    let type = RecordType(rawValue: UInt32(truncatingIfNeeded: integers["TTResultFormat_TTTRRecType"]!))!
    let isT3 = type.mode == .t3
    header = RecordingHeader(
      format: "PTU", mode: type.mode, recordType: type, macroTimeUnitSeconds: floats["MeasDesc_GlobalResolution"]!,
      nanotimeUnitSeconds: isT3 ? floats["MeasDesc_Resolution"] : nil,
      syncRateHz: integers["TTResult_SyncRate"].map(Double.init))
    var base: Int64 = 0
    for i in 0..<(size - offset) / 4 {
      let r = data.loadUnaligned(fromByteOffset: offset + 4 * i, as: UInt32.self)
      switch type {
      case .picoHarp300T2:
        let (channel, time) = (r >> 28, Int64(r & 0x0FFF_FFFF))
        if channel != 15 {
          tags.append(TimeTag(macroTime: base + time, channel: UInt8(channel)))
        } else if time & 15 == 0 {
          (base, overflows) = (base + 210_698_240, overflows + 1)
        } else {
          tags.append(TimeTag(macroTime: base + time & ~15, channel: UInt8(time & 15), kind: .marker))
        }
      case .hydraHarpV2T2:
        let (special, channel, time) = (r >> 31, (r >> 25) & 63, Int64(r & 0x1FF_FFFF))
        if special == 0 || channel == 0 {
          tags.append(
            TimeTag(macroTime: base + time, channel: UInt8(channel), kind: special == 0 ? .photon : .sync))
        } else if channel == 63 {
          (base, overflows) = (base + 33_554_432 * max(time, 1), overflows + 1)
        }
      case .hydraHarpV2T3:
        let (special, channel, sync) = (r >> 31, (r >> 25) & 63, Int64(r & 1023))
        if special == 0 {
          tags.append(
            TimeTag(macroTime: base + sync, nanotime: UInt16((r >> 10) & 0x7FFF), channel: UInt8(channel)))
        } else if channel == 63 {
          (base, overflows) = (base + 1024 * max(sync, 1), overflows + 1)
        }
      default: fatalError("not a type of these tests")
      }
    }
  }

  func replay(_ body: (TagBlock) throws -> Void) throws { try play(tags, blocks: 65536, body) }
}

/// Plays an array in blocks of a given size.
func play(_ tags: [TimeTag], blocks: Int, _ body: (TagBlock) throws -> Void) throws {
  try tags.withUnsafeBufferPointer { all in
    var start = 0
    while start < all.count {
      let end = min(start + blocks, all.count)
      try body(UnsafeBufferPointer(rebasing: all[start..<end]))
      start = end
    }
  }
}
