import CHDF5
import Glibc

/// A file that holds chunks already, and in which HDF5 makes a whole file around them: it lays down what else there is behind
/// them, and of the chunks only learns where they are.
///
///     head | chunks and what belongs to a journal | groups, tables, last chunks, lists of chunks
///
/// The head, which makes an HDF5 file of it, is written last of all.
final class ChunkFile {
  /// So much room for HDF5's head (its superblock) is at the beginning.
  static let headRoom = 128

  private let file: OutputFile
  /// Where HDF5 begins to write.
  private let begin: Int
  private let chunks: [PhotonJournal.Column: [Range<Int>]]
  /// Behind everything; 0 until HDF5 has placed its head.
  fileprivate var end = 0
  /// The chunk that HDF5 places next, and the one that it placed last.
  private var next: Range<Int>?
  private var placed: Range<Int>?
  private var head = [UInt8](repeating: 0, count: ChunkFile.headRoom)
  /// Why writing failed, of which HDF5 only tells that it did.
  private(set) var failure: TimeTagError?
  private var isWhole = false

  /// - Parameters:
  ///   - file: the file, which becomes what it is to be called when all is there.
  ///   - length: how long it is.
  ///   - chunks: where the packed chunks of columns are.
  init(_ file: OutputFile, length: Int, chunks: [PhotonJournal.Column: [Range<Int>]]) {
    self.file = file
    begin = length
    self.chunks = chunks
  }

  var path: String { file.path }

  /// Where a chunk is; `nil` for one that has to be written.
  func chunk(_ number: Int, of column: PhotonJournal.Column) -> Range<Int>? {
    guard let places = chunks[column], number < places.count else { return nil }
    return places[number]
  }

  /// Writes the head and gives the file its name.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``.
  func commit() throws(TimeTagError) {
    if let failure { throw failure }
    try file.write(head, at: 0)
    isWhole = true
    try file.commit()
  }

  /// Takes away what HDF5 has written, unless the file is whole and only could not be given its name.
  func revert() {
    if !isWhole { file.cut(to: begin) }
  }

  /// Lets HDF5 write a dataset's next chunk, which is there.
  ///
  /// - Returns: whether it took it.
  func place(_ chunk: Range<Int>, _ write: (UnsafeRawPointer) -> herr_t) -> Bool {
    next = chunk
    // The bytes are not looked at.
    let status = withUnsafePointer(to: 0) { write($0) }
    defer { next = nil }
    return status >= 0 && next == nil
  }

  /// Where HDF5 gets so many bytes.
  fileprivate func allocate(_ kind: H5FD_mem_t, _ size: Int) -> Int? {
    if let place = next, kind == H5FD_MEM_DRAW, size == place.count {
      (placed, next) = (place, nil)
      return place.lowerBound
    }
    guard end > 0 else {
      end = begin
      return size <= Self.headRoom ? 0 : nil
    }
    end += size
    return end - size
  }

  fileprivate func setEnd(_ address: Int) {
    if address > 0 { end = max(begin, address) }
  }

  /// - Returns: whether it was written, or is there; nothing else in front of ``begin`` may be written.
  fileprivate func write(_ bytes: UnsafeRawBufferPointer, at address: Int) -> Bool {
    let range = address..<address + bytes.count
    if address >= begin {
      do throws(TimeTagError) {
        try file.write(bytes, at: address)
      } catch {
        failure = error
        return false
      }
    } else if range.upperBound <= Self.headRoom {
      head.replaceSubrange(range, with: bytes)
    } else {
      return range == placed
    }
    return true
  }

  fileprivate func read(_ bytes: UnsafeMutableRawBufferPointer, at address: Int) -> Bool {
    if address + bytes.count <= Self.headRoom {
      bytes.copyBytes(from: head[address..<address + bytes.count])
      return true
    }
    guard let read = try? file.read(address..<address + bytes.count), read.count == bytes.count else { return false }
    bytes.copyBytes(from: read)
    return true
  }

  fileprivate func cut() { file.cut(to: end) }
}

/// HDF5's way into a ``ChunkFile``: a driver of its virtual file layer.
///
/// Source: "HDF5 Virtual File Layer" (The HDF Group), with the functions of H5FDpublic.h, 1.10.
enum ChunkFileDriver {
  /// A list of access properties that leads to the file, and the driver, which must live as long.
  static func properties(
    for file: ChunkFile
  ) throws(TimeTagError) -> (properties: HDF5Handle, driver: HDF5Handle) {
    let driver = try HDF5Handle(
      withUnsafePointer(to: functions()) { H5FDregister($0) }, path: file.path, doing: "preparing the file",
      close: H5FDunregister)
    let properties = try HDF5Handle(
      H5Pcreate(ch5_H5P_FILE_ACCESS()), path: file.path, doing: "preparing the file", close: H5Pclose)
    let status = withUnsafePointer(to: Unmanaged.passUnretained(file)) { H5Pset_driver(properties.id, driver.id, $0) }
    try HDF5.check(status, path: file.path, doing: "preparing the file")
    return (properties, driver)
  }

  /// What HDF5 knows of an open file: what all drivers have, then what is ours.
  private struct OpenFile {
    var common = H5FD_t()
    var file: Unmanaged<ChunkFile>
  }

  private static let name: StaticString = "chunks"

  private static func functions() -> H5FD_class_t {
    var functions = H5FD_class_t()
    functions.name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    functions.maxaddr = haddr_t(Int64.max)
    functions.fc_degree = H5F_CLOSE_STRONG
    functions.fapl_size = MemoryLayout<Unmanaged<ChunkFile>>.size
    functions.open = { _, _, properties, _ in
      guard let file = H5Pget_driver_info(properties) else { return nil }
      let open = UnsafeMutablePointer<OpenFile>.allocate(capacity: 1)
      open.initialize(to: OpenFile(file: file.load(as: Unmanaged<ChunkFile>.self)))
      return UnsafeMutableRawPointer(open).assumingMemoryBound(to: H5FD_t.self)
    }
    functions.close = { file in
      file?.withMemoryRebound(to: OpenFile.self, capacity: 1) { $0.deallocate() }
      return 0
    }
    functions.alloc = { file, kind, _, size in
      ChunkFileDriver.file(file).allocate(kind, Int(size)).map { haddr_t($0) } ?? haddr_t.max
    }
    functions.get_eoa = { file, _ in haddr_t(ChunkFileDriver.file(file).end) }
    functions.set_eoa = { file, _, address in
      ChunkFileDriver.file(file).setEnd(Int(address))
      return 0
    }
    functions.get_eof = { file, _ in haddr_t(ChunkFileDriver.file(file).end) }
    functions.read = { file, _, _, address, size, start in
      let bytes = UnsafeMutableRawBufferPointer(start: start, count: size)
      return ChunkFileDriver.file(file).read(bytes, at: Int(address)) ? 0 : -1
    }
    functions.write = { file, _, _, address, size, start in
      let bytes = UnsafeRawBufferPointer(start: start, count: size)
      return ChunkFileDriver.file(file).write(bytes, at: Int(address)) ? 0 : -1
    }
    functions.truncate = { file, _, _ in
      ChunkFileDriver.file(file).cut()
      return 0
    }
    return functions
  }

  private static func file(_ file: UnsafePointer<H5FD_t>?) -> ChunkFile {
    UnsafeRawPointer(file!).assumingMemoryBound(to: OpenFile.self).pointee.file.takeUnretainedValue()
  }
}
