import Glibc
import TimeTags

/// A directory of its own for one test, removed at the end.
final class TestDirectory {
  let path: String

  init() {
    var template = Array("/tmp/antibunch-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { fatalError("cannot create a temporary directory") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in names { unlink(file(name)) }
    rmdir(path)
  }

  /// The path of the file `name`.
  func file(_ name: String) -> String { path + "/" + name }

  /// The names of all files here, sorted.
  var names: [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}

/// All bytes of a small file.
func contents(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "r") else { return [] }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var block = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = fread(&block, 1, block.count, file)
    if count == 0 { return bytes }
    bytes.append(contentsOf: block.prefix(count))
  }
}

/// Writes `bytes` to a file.
func write(_ bytes: [UInt8], to path: String) {
  guard let file = fopen(path, "w") else { fatalError("cannot write \(path)") }
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
}

/// The value of an environment variable.
func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// The real recordings: `ANTIBUNCH_RECORDINGS`, or `../shared/recordings` beside the package.
enum RealRecordings {
  static var directory: String {
    if let path = environment("ANTIBUNCH_RECORDINGS") { return path }
    return #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/shared/recordings"
  }

  static var arePresent: Bool { access(directory + "/picoharp_v30_t2.ptu", R_OK) == 0 }

  static func path(_ name: String) -> String { directory + "/" + name }
}

extension PTUWriterSettings {
  /// Settings for tests: 2001-09-09, a laser of 5 MHz, 64 ps.
  static func forTests(comment: String = "") -> PTUWriterSettings {
    PTUWriterSettings(
      creationTime: CreationTime(unixSeconds: 1_000_000_000),
      identifier: (0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210),
      syncRateHz: 5e6, laserRepetitionRateHz: 5e6, nanotimeUnitPicoseconds: 1000, comment: comment)
  }
}

/// Writes a PTU file in one go.
func writePTU(
  _ tags: [TimeTag], as recordType: RecordType, to path: String, acquisitionTimeSeconds: Double = 0,
  settings: PTUWriterSettings = .forTests()
) throws {
  let writer = try PTUWriter(path: path, recordType: recordType, settings: settings)
  try writer.append(tags)
  try writer.finish(acquisitionTimeSeconds: acquisitionTimeSeconds)
}
