import CLibdeflate
import Glibc

/// How far a file was written, and a checksum of its last 64 KiB by which it is known again.
struct FileEnd: Sendable, Codable, Equatable {
  var length: Int
  var stable: Int
  var start: Int
  var checksum: UInt32
}

/// The CRC-32 of some bytes, or of these after others whose CRC-32 is given.
func crc32(_ bytes: [UInt8], after checksum: UInt32 = 0) -> UInt32 {
  libdeflate_crc32(checksum, bytes, bytes.count)
}

/// A file that appears under its name only when it is whole: written as `path.part`, renamed by ``commit()``.
///
/// Released without ``commit()`` or ``keep(length:)``, it removes the `.part` file.
final class OutputFile {
  let path: String
  /// The name while the file is being written.
  let partPath: String
  private var descriptor: Int32
  private var isCommitted = false
  /// Whether it is under ``partPath``.
  private var isPart = true

  /// Creates or empties `path.part`, or a file of another ending.
  ///
  /// - Throws: ``TimeTagError/cannotCreate(path:reason:)``.
  init(path: String, ending: String = ".part") throws(TimeTagError) {
    self.path = path
    partPath = path + ending
    descriptor = open(partPath, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      isCommitted = true  // nothing of ours to remove
      throw .cannotCreate(path: path, reason: systemMessage())
    }
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw .cannotCreate(path: path, reason: "it is a directory")
    }
  }

  /// Goes on with `path.part` or, where a run was interrupted and its files were finished as partial, with the file itself,
  /// which becomes `path.part` again. What is behind `end` is cut off.
  ///
  /// - Throws: ``TimeTagError/noSuchInput(path:reason:)`` or ``TimeTagError/corrupt(path:reason:)`` when the file is not the
  ///   one that `end` was taken of; it is then left as it is.
  convenience init(path: String, goingOnAt end: FileEnd) throws(TimeTagError) {
    try self.init(path: path, asItWasAt: end)
    try goOn(at: end)
  }

  /// Opens what ``goOn(at:)`` goes on with, and leaves it as it is; throws as ``init(path:goingOnAt:)`` does.
  init(path: String, asItWasAt end: FileEnd) throws(TimeTagError) {
    self.path = path
    partPath = path + ".part"
    isCommitted = true  // not ours to remove until it is known to be the right one
    isPart = access(partPath, F_OK) == 0
    let present = isPart ? partPath : path
    descriptor = open(present, O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw .noSuchInput(path: present, reason: systemMessage()) }
    var status = stat()
    guard min(end.length, end.stable, end.start) >= 0, fstat(descriptor, &status) == 0, status.st_size >= end.length,
      isPart || end.length > 0,
      try self.end(at: end.length, stable: end.stable, from: end.start) == end
    else {
      throw .corrupt(path: present, reason: "it is not as it was when the checkpoint was written")
    }
  }

  /// Cuts off what is behind `end`; a file that had its name already is `path.part` again.
  func goOn(at end: FileEnd) throws(TimeTagError) {
    guard isPart || rename(path, partPath) == 0, ftruncate(descriptor, off_t(end.length)) == 0 else {
      throw .inputOutput(path: isPart ? partPath : path, reason: "it cannot be changed: \(systemMessage())")
    }
    isPart = true
  }

  /// Opens `path.part` to read it.
  init(reading path: String) throws(TimeTagError) {
    self.path = path
    partPath = path + ".part"
    isCommitted = true
    descriptor = open(partPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .noSuchInput(path: partPath, reason: systemMessage()) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isCommitted { unlink(partPath) }
  }

  /// From now on the `.part` file stays, whatever happens: there is something to go on from.
  func keep() { isCommitted = true }

  /// What it was for is done, if it has not become the file itself.
  func remove() {
    keep()
    if descriptor >= 0 { unlink(partPath) }
  }

  /// The file stays as `path.part`, cut to this length.
  func keep(length: Int) {
    cut(to: length)
    keep()
  }

  /// Cuts the file, or makes it longer by zeros.
  func cut(to length: Int) { ftruncate(descriptor, off_t(length)) }

  /// What tells at which length this file was, and that it was this file.
  ///
  /// - Parameters:
  ///   - length: the length in bytes.
  ///   - stable: so many bytes at the beginning never change.
  ///   - start: from here on no byte changes.
  func end(at length: Int, stable: Int = 0, from start: Int = 0) throws(TimeTagError) -> FileEnd {
    let tail = max(start, length - 1 << 16)
    let checksum = crc32(try read(0..<min(stable, length)))
    return FileEnd(
      length: length, stable: stable, start: start,
      checksum: crc32(try read(min(tail, length)..<length), after: checksum))
  }

  /// The bytes of a range; fewer at the end of the file.
  func read(_ range: Range<Int>) throws(TimeTagError) -> [UInt8] {
    var failure: TimeTagError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { bytes, done in
      while done < range.count {
        let count = pread(descriptor, bytes.baseAddress! + done, range.count - done, off_t(range.lowerBound + done))
        if count < 0 {
          if errno == EINTR { continue }
          failure = .inputOutput(path: path, reason: "reading failed: \(systemMessage())")
        }
        if count <= 0 { break }
        done += count
      }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Writes all bytes at `offset`.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(TimeTagError) {
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let count = pwrite(descriptor, start + done, bytes.count - done, off_t(offset + done))
      if count < 0 {
        if errno == EINTR { continue }
        throw .inputOutput(path: path, reason: "writing failed: \(systemMessage())")
      }
      done += count
    }
  }

  /// Writes all bytes at `offset`; see ``write(_:at:)-(UnsafeRawBufferPointer,_)``.
  func write(_ bytes: [UInt8], at offset: Int) throws(TimeTagError) {
    try bytes.span.bytes.withUnsafeBytes { bytes throws(TimeTagError) in try write(bytes, at: offset) }
  }

  /// Closes the file and gives it its name, replacing an older file.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  func commit() throws(TimeTagError) {
    if descriptor >= 0 {
      let failed = close(descriptor) != 0
      descriptor = -1
      if failed { throw .inputOutput(path: path, reason: "closing failed: \(systemMessage())") }
    }
    guard rename(partPath, path) == 0 else {
      throw .inputOutput(path: path, reason: "renaming from \(partPath) failed: \(systemMessage())")
    }
    isCommitted = true
  }
}
