import Glibc

/// A file that appears under its name only when it is whole: written as `path.part`, renamed by ``commit()``.
///
/// Released without ``commit()``, it removes the `.part` file.
final class OutputFile {
  let path: String
  /// The name while the file is being written.
  let partPath: String
  private var descriptor: Int32
  private var isCommitted = false

  /// Creates or empties `path.part`.
  ///
  /// - Throws: ``TimeTagError/cannotCreate(path:reason:)``.
  init(path: String) throws(TimeTagError) {
    self.path = path
    partPath = path + ".part"
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

  deinit {
    if descriptor >= 0 { close(descriptor) }
    if !isCommitted { unlink(partPath) }
  }

  /// Gives up the descriptor, so that a library can open ``partPath`` itself; `commit()` still renames.
  func releaseDescriptor() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
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
