import CHDF5

/// An HDF5 file being read: numbers and texts by their paths.
final class HDF5InputFile {
  let path: String
  private let file: HDF5Handle
  private let sentence: HDF5Faults.FileSentence

  /// - Throws: ``TimeTagError/truncated(path:reason:)`` when HDF5 cannot open it: the signature has been seen before.
  init(path: String) throws(TimeTagError) {
    HDF5.silence()
    self.path = path
    sentence = HDF5Faults.FileSentence(path: path)
    let id = HDF5Faults.reading(sentence) { H5Fopen(path, ch5_ACC_RDONLY(), hid_t(H5P_DEFAULT)) }
    guard id >= 0 else {
      HDF5.forgetFailure()
      throw .truncated(path: path, reason: "HDF5 cannot open the file")
    }
    file = try HDF5Handle(id, path: path, doing: "opening the file", close: H5Fclose)
  }

  deinit { HDF5.forgetFailure() }

  /// Whether there is an object at `name`, an absolute path.
  func holds(_ name: String) -> Bool {
    var soFar = ""
    for part in name.split(separator: "/") {
      soFar += "/" + part
      guard H5Lexists(file.id, soFar, hid_t(H5P_DEFAULT)) > 0 else { return false }
    }
    return true
  }

  /// The one-dimensional dataset at `name`, open; `nil` when there is none.
  func column(_ name: String) throws(TimeTagError) -> HDF5InputColumn? {
    guard let dataset = try dataset(name) else { return nil }
    return try HDF5InputColumn(dataset, name: name, path: path, sentence)
  }

  /// The most that HDF5 may hold of a dataset at once, in bytes.
  static let largestChunk = 1 << 26

  /// The dataset at `name`, open; `nil` when there is none.
  ///
  /// - Throws: ``TimeTagError/corrupt(path:reason:)`` when HDF5 cannot open it, when its chunks have no edge for each of its
  ///   dimensions, or when they are so large that reading one would fill the memory.
  private func dataset(_ name: String) throws(TimeTagError) -> HDF5Handle? {
    guard holds(name) else { return nil }
    let id = HDF5Faults.reading(sentence) { H5Dopen2(file.id, name, hid_t(H5P_DEFAULT)) }
    guard id >= 0 else {
      HDF5.forgetFailure()
      throw .corrupt(path: path, reason: "HDF5 cannot open \(name)")
    }
    let dataset = try HDF5Handle(id, path: path, doing: "opening \(name)", close: H5Dclose)
    let type = try HDF5Handle(H5Dget_type(dataset.id), path: path, doing: name, close: H5Tclose)
    let properties = try HDF5Handle(H5Dget_create_plist(dataset.id), path: path, doing: name, close: H5Pclose)
    var edges = [hsize_t](repeating: 0, count: 32)
    let dimensions = Int(H5Pget_chunk(properties.id, 32, &edges))
    // HDF5 would look for pieces without an edge for ever.
    let space = try HDF5Handle(H5Dget_space(dataset.id), path: path, doing: name, close: H5Sclose)
    guard
      H5Pget_layout(properties.id) != H5D_CHUNKED
        || dimensions == H5Sget_simple_extent_ndims(space.id) && edges.prefix(dimensions).allSatisfy({ $0 > 0 })
    else { throw .corrupt(path: path, reason: "\(name) is stored in pieces of no size") }
    let bytes = edges.prefix(max(dimensions, 0)).reduce(Double(H5Tget_size(type.id))) { $0 * Double($1) }
    guard bytes <= Double(Self.largestChunk) else {
      throw .corrupt(path: path, reason: "\(name) is stored in pieces of \(bytes) bytes; up to 64 MiB are read")
    }
    return dataset
  }

  /// The number at `name`, the first of an array; `nil` when there is none.
  func number(_ name: String) throws(TimeTagError) -> Double? {
    guard let dataset = try dataset(name) else { return nil }
    let space = try HDF5Handle(H5Dget_space(dataset.id), path: path, doing: name, close: H5Sclose)
    let count = H5Sget_simple_extent_npoints(space.id)
    guard count > 0, count < 1 << 20 else { return nil }
    var values = [Double](repeating: 0, count: Int(count))
    let status = H5Dread(
      dataset.id, ch5_H5T_NATIVE_DOUBLE(), hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), &values)
    return status < 0 ? nil : values[0]
  }

  /// The text at `name`, fixed or variable in length; `nil` when there is none.
  func text(_ name: String) throws(TimeTagError) -> String? {
    guard let dataset = try dataset(name) else { return nil }
    let type = try HDF5Handle(H5Dget_type(dataset.id), path: path, doing: name, close: H5Tclose)
    let space = try HDF5Handle(H5Dget_space(dataset.id), path: path, doing: name, close: H5Sclose)
    guard H5Tget_class(type.id) == H5T_STRING, H5Sget_simple_extent_npoints(space.id) == 1 else { return nil }
    let all = hid_t(H5S_ALL)
    if H5Tis_variable_str(type.id) > 0 {
      var start: UnsafeMutablePointer<CChar>?
      guard H5Dread(dataset.id, type.id, all, all, hid_t(H5P_DEFAULT), &start) >= 0, let start else { return nil }
      defer { H5free_memory(start) }
      return String(cString: start)
    }
    let length = H5Tget_size(type.id)
    guard length < 1 << 20 else { return nil }
    var bytes = [UInt8](repeating: 0, count: length)
    guard H5Dread(dataset.id, type.id, all, all, hid_t(H5P_DEFAULT), &bytes) >= 0 else { return nil }
    return [UInt8].text(bytes[...])
  }

  /// The texts of fixed length at `name`, in one list whatever their shape; `nil` when there are none.
  func texts(_ name: String) throws(TimeTagError) -> [String]? {
    guard let dataset = try dataset(name) else { return nil }
    let type = try HDF5Handle(H5Dget_type(dataset.id), path: path, doing: name, close: H5Tclose)
    let space = try HDF5Handle(H5Dget_space(dataset.id), path: path, doing: name, close: H5Sclose)
    let (count, length) = (Int(H5Sget_simple_extent_npoints(space.id)), H5Tget_size(type.id))
    guard H5Tget_class(type.id) == H5T_STRING, H5Tis_variable_str(type.id) == 0, count >= 0, count < 1 << 24,
      count * length < Self.largestChunk
    else { return nil }
    var bytes = [UInt8](repeating: 0, count: count * length)
    if count > 0 {
      let all = hid_t(H5S_ALL)
      try HDF5.check(
        H5Dread(dataset.id, type.id, all, all, hid_t(H5P_DEFAULT), &bytes), path: path, doing: "reading \(name)")
    }
    return (0..<count).map {
      String(decoding: bytes[$0 * length..<($0 + 1) * length].prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  /// A whole-number attribute of the object at `name`; `nil` when there is none.
  func wholeNumber(attribute: String, of name: String) throws(TimeTagError) -> Int64? {
    guard H5Aexists_by_name(file.id, name, attribute, hid_t(H5P_DEFAULT)) > 0 else { return nil }
    let found = try HDF5Handle(
      H5Aopen_by_name(file.id, name, attribute, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT)), path: path, doing: name,
      close: H5Aclose)
    let space = try HDF5Handle(H5Aget_space(found.id), path: path, doing: name, close: H5Sclose)
    let type = try HDF5Handle(H5Aget_type(found.id), path: path, doing: name, close: H5Tclose)
    guard H5Tget_class(type.id) == H5T_INTEGER, H5Sget_simple_extent_npoints(space.id) == 1 else { return nil }
    var value = Int64(0)
    return H5Aread(found.id, Int64.memoryType, &value) < 0 ? nil : value
  }
}

/// A one-dimensional dataset of whole numbers, read block by block.
final class HDF5InputColumn {
  /// The number of values.
  let count: Int
  /// The most values that what the file stores of them can hold: deflate packs at best 1032 to 1. Only a lie has more.
  let largestCount: Int
  private let dataset: HDF5Handle
  private let name: String
  private let path: String
  /// The values of a chunk; 0 when the dataset is stored in one piece.
  private let chunk: Int
  private let sentence: HDF5Faults.FileSentence

  init(
    _ dataset: HDF5Handle, name: String, path: String, _ sentence: HDF5Faults.FileSentence
  ) throws(TimeTagError) {
    self.sentence = sentence
    self.dataset = dataset
    self.name = name
    self.path = path
    let space = try HDF5Handle(H5Dget_space(dataset.id), path: path, doing: name, close: H5Sclose)
    let type = try HDF5Handle(H5Dget_type(dataset.id), path: path, doing: name, close: H5Tclose)
    guard H5Sget_simple_extent_ndims(space.id) == 1, H5Tget_class(type.id) == H5T_INTEGER else {
      throw .corrupt(path: path, reason: "\(name) is not a list of whole numbers")
    }
    count = Int(H5Sget_simple_extent_npoints(space.id))
    let properties = try HDF5Handle(H5Dget_create_plist(dataset.id), path: path, doing: name, close: H5Pclose)
    var edge = hsize_t(0)
    chunk = H5Pget_chunk(properties.id, 1, &edge) == 1 ? Int(clamping: edge) : 0
    let stored = Int(clamping: H5Dget_storage_size(dataset.id))
    largestCount =
      stored.multipliedReportingOverflow(by: 1100).overflow ? .max : stored * 1100 / max(1, H5Tget_size(type.id))
  }

  /// Fills `buffer` with the values from `start` on; HDF5 converts, and clips what does not fit.
  func read<Number: HDF5Number>(_ buffer: UnsafeMutableBufferPointer<Number>, from start: Int) throws(TimeTagError) {
    try checkChunks(from: start, to: start + buffer.count)
    var start = [hsize_t(start)]
    var count = [hsize_t(buffer.count)]
    let source = try HDF5Handle(H5Dget_space(dataset.id), path: path, doing: name, close: H5Sclose)
    let target = try HDF5Handle(H5Screate_simple(1, &count, nil), path: path, doing: name, close: H5Sclose)
    try HDF5.check(
      H5Sselect_hyperslab(source.id, H5S_SELECT_SET, &start, nil, &count, nil), path: path, doing: name)
    let status = HDF5Faults.reading(sentence) {
      H5Dread(dataset.id, Number.memoryType, target.id, source.id, hid_t(H5P_DEFAULT), buffer.baseAddress)
    }
    try HDF5.check(status, path: path, doing: "reading \(name)")
  }

  /// So many values from `start` on, in an array of their own.
  func values<Number: HDF5Number & FixedWidthInteger>(from start: Int, count: Int) throws(TimeTagError) -> [Number] {
    var values = [Number](repeating: 0, count: count)
    var result = Result<Void, TimeTagError>.success(())
    if count > 0 {
      values.withUnsafeMutableBufferPointer { buffer in
        result = Result { () throws(TimeTagError) in try read(buffer, from: start) }
      }
    }
    try result.get()
    return values
  }

  /// HDF5 believes what the file says about the length of a packed chunk, and takes that much memory.
  private func checkChunks(from start: Int, to end: Int) throws(TimeTagError) {
    guard chunk > 0 else { return }
    for first in stride(from: start / chunk * chunk, to: end, by: chunk) {
      var offset = hsize_t(first)
      var bytes = hsize_t(0)
      guard H5Dget_chunk_storage_size(dataset.id, &offset, &bytes) >= 0 else { continue }
      guard bytes <= HDF5InputFile.largestChunk else {
        throw .corrupt(path: path, reason: "\(name) has a packed piece of \(bytes) bytes; up to 64 MiB are read")
      }
    }
  }
}
