import Glibc

/// A file opened for reading, with reads at absolute offsets.
final class InputFile: Sendable {
  let path: String
  /// Length in bytes when the file was opened.
  let size: Int
  private let descriptor: Int32

  /// - Throws: ``TimeTagError/noSuchInput(path:reason:)`` when it cannot be opened or is a directory.
  init(path: String) throws(TimeTagError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .noSuchInput(path: path, reason: systemMessage()) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = systemMessage()
      close(descriptor)
      throw .noSuchInput(path: path, reason: reason)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .noSuchInput(path: path, reason: "it is not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    self.size = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Reads into `buffer` from `offset` on until it is full or the file ends.
  ///
  /// - Returns: the number of bytes read.
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(TimeTagError) -> Int {
    guard let start = buffer.baseAddress else { return 0 }
    var done = 0
    while done < buffer.count {
      let count = pread(descriptor, start + done, buffer.count - done, off_t(offset + done))
      if count < 0 {
        if errno == EINTR { continue }
        throw .inputOutput(path: path, reason: "reading failed: \(systemMessage())")
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// At most `count` bytes from `offset` on; fewer at the end of the file.
  func bytes(at offset: Int, count: Int) throws(TimeTagError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(0, min(count, size - offset)))
    let done = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(TimeTagError) in try read(into: buffer, at: offset) }
    }
    bytes.removeLast(bytes.count - (try done.get()))
    return bytes
  }
}
