import Glibc

/// A file being written from its beginning, in pieces.
final class GrowingFile {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>

  init(_ path: String) throws {
    guard let file = fopen(path, "wb") else {
      throw Failure(.cannotCreate, "error: \(path) cannot be created: \(systemMessage())")
    }
    (self.path, self.file) = (path, file)
  }

  deinit { fclose(file) }

  func write(_ bytes: [UInt8]) throws {
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else { throw cannotWrite() }
  }

  /// Writes over the beginning, and brings everything to the file.
  func finish(beginning bytes: [UInt8] = []) throws {
    guard fseek(file, 0, SEEK_SET) == 0 else { throw cannotWrite() }
    try write(bytes)
    guard fflush(file) == 0 else { throw cannotWrite() }
  }

  private func cannotWrite() -> Failure {
    Failure(.inputOutput, "error: \(path) cannot be written: \(systemMessage())")
  }
}
