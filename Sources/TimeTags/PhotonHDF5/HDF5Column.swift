import CHDF5

/// A one-dimensional dataset that grows by whole chunks, compressed with shuffle and deflate 1.
///
/// Values collect in memory until a chunk is full, so the file does not depend on how calls split the stream.
final class HDF5Column<Number: HDF5Number> {
  /// Values per chunk: at most 512 KiB, half of HDF5's chunk cache.
  static var chunk: Int { 1 << 16 }

  private let dataset: HDF5Handle
  private let name: String
  private let path: String
  private let buffer: UnsafeMutableBufferPointer<Number>
  private var buffered = 0
  private var written = 0

  init(_ dataset: HDF5Handle, name: String, path: String) {
    self.dataset = dataset
    self.name = name
    self.path = path
    buffer = .allocate(capacity: Self.chunk)
  }

  deinit { buffer.deallocate() }

  /// The number of values appended.
  var count: Int { written + buffered }

  /// Appends one value; writes when the chunk is full.
  @inline(__always)
  func append(_ value: Number) throws(TimeTagError) {
    buffer[buffered] = value
    buffered &+= 1
    if buffered == Self.chunk { try flush() }
  }

  /// Writes what has collected.
  func flush() throws(TimeTagError) {
    guard buffered > 0 else { return }
    var length = [hsize_t(written + buffered)]
    var start = [hsize_t(written)]
    var count = [hsize_t(buffered)]
    try HDF5.check(H5Dset_extent(dataset.id, &length), path: path, doing: "growing \(name)")
    let target = try HDF5Handle(H5Dget_space(dataset.id), path: path, doing: name, close: H5Sclose)
    let source = try HDF5Handle(H5Screate_simple(1, &count, nil), path: path, doing: name, close: H5Sclose)
    try HDF5.check(
      H5Sselect_hyperslab(target.id, H5S_SELECT_SET, &start, nil, &count, nil), path: path, doing: name)
    try HDF5.check(
      H5Dwrite(dataset.id, Number.memoryType, source.id, target.id, hid_t(H5P_DEFAULT), buffer.baseAddress),
      path: path, doing: "writing \(name)")
    written += buffered
    buffered = 0
  }
}
