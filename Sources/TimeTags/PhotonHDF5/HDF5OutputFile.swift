import CHDF5

/// An HDF5 file being written: groups, scalars, arrays, texts and attributes, without any time stamp of its own, so
/// that the same calls give the same bytes.
///
/// Texts are fixed-length ASCII or UTF-8 bytes with the attributes CLASS and FLAVOR of PyTables, without which the
/// Python readers get arrays instead of texts; truth values are unsigned bytes, because tttrlib misreads HDF5's enum.
final class HDF5OutputFile {
  let path: String
  private var openFile: HDF5Handle?
  /// The file around whose chunks this one is made, and how HDF5 gets into it.
  private let around: (chunks: ChunkFile, driver: HDF5Handle)?
  private let groupProperties: HDF5Handle
  private let datasetProperties: HDF5Handle

  /// Creates the file at `partPath`; messages name `path`.
  ///
  /// - Throws: ``TimeTagError/cannotCreate(path:reason:)``.
  convenience init(partPath: String, path: String) throws(TimeTagError) {
    try self.init(partPath, hid_t(H5P_DEFAULT), around: nil, path: path)
  }

  /// Begins to make a file around chunks that are there.
  ///
  /// - Throws: ``TimeTagError/cannotCreate(path:reason:)``.
  convenience init(around chunks: ChunkFile) throws(TimeTagError) {
    HDF5.silence()
    let (properties, driver) = try ChunkFileDriver.properties(for: chunks)
    try self.init(chunks.path, properties.id, around: (chunks, driver), path: chunks.path)
  }

  private init(
    _ name: String, _ access: hid_t, around: (ChunkFile, HDF5Handle)?, path: String
  ) throws(TimeTagError) {
    HDF5.silence()
    self.path = path
    self.around = around
    let fileProperties = try Self.properties(ch5_H5P_FILE_CREATE(), path)
    groupProperties = try Self.properties(ch5_H5P_GROUP_CREATE(), path)
    datasetProperties = try Self.properties(ch5_H5P_DATASET_CREATE(), path)
    let id = H5Fcreate(name, ch5_ACC_TRUNC(), fileProperties.id, access)
    guard id >= 0 else {
      HDF5.forgetFailure()
      throw .cannotCreate(path: path, reason: "HDF5 cannot create \(name)")
    }
    openFile = try HDF5Handle(id, path: path, doing: "creating the file", close: H5Fclose)
  }

  private var file: HDF5Handle {
    guard let openFile else { preconditionFailure("the file is still open") }
    return openFile
  }

  /// A list of creation properties that turns off time stamps.
  private static func properties(_ kind: hid_t, _ path: String) throws(TimeTagError) -> HDF5Handle {
    let properties = try HDF5Handle(H5Pcreate(kind), path: path, doing: "preparing properties", close: H5Pclose)
    try HDF5.check(H5Pset_obj_track_times(properties.id, false), path: path, doing: "turning time stamps off")
    return properties
  }

  /// Creates a group with its official title.
  func group(_ name: String, title: String = "") throws(TimeTagError) {
    let id = H5Gcreate2(file.id, name, hid_t(H5P_DEFAULT), groupProperties.id, hid_t(H5P_DEFAULT))
    let group = try HDF5Handle(id, path: path, doing: "creating \(name)", close: H5Gclose)
    if !title.isEmpty { try attribute("TITLE", title, of: group.id) }
  }

  /// A single number.
  func scalar<Number: HDF5Number>(_ name: String, _ value: Number, title: String = "") throws(TimeTagError) {
    let space = try HDF5Handle(H5Screate(H5S_SCALAR), path: path, doing: name, close: H5Sclose)
    try dataset(name, Number.fileType, Number.memoryType, space, [value], title: title)
  }

  /// A list of numbers.
  func array<Number: HDF5Number>(_ name: String, _ values: [Number], title: String = "") throws(TimeTagError) {
    try dataset(name, Number.fileType, Number.memoryType, try space([values.count]), values, title: title)
  }

  /// A text.
  func text(_ name: String, _ value: String, title: String = "") throws(TimeTagError) {
    // An empty text cannot have its length as a type: a space instead, as phconvert does.
    let bytes = value.isEmpty ? [32] : Array(value.utf8)
    let space = try HDF5Handle(H5Screate(H5S_SCALAR), path: path, doing: name, close: H5Sclose)
    let type = try textType(length: bytes.count)
    try dataset(name, type.id, type.id, space, bytes, title: title) { [self] id throws(TimeTagError) in
      try attribute("CLASS", "ARRAY", of: id)
      try attribute("FLAVOR", "python", of: id)
    }
  }

  /// Texts in an array of the given shape, padded with zero bytes to the longest.
  func texts(_ name: String, _ values: [String], shape: [Int], title: String = "") throws(TimeTagError) {
    let length = max(1, values.map(\.utf8.count).max() ?? 1)
    var bytes: [UInt8] = []
    for value in values {
      bytes.append(contentsOf: value.utf8)
      bytes.append(contentsOf: repeatElement(0, count: length - value.utf8.count))
    }
    let type = try textType(length: length)
    try dataset(name, type.id, type.id, try space(shape), bytes, title: title)
  }

  /// A text attribute of the object at `name`.
  func attribute(_ attribute: String, _ value: String, ofObject name: String) throws(TimeTagError) {
    let object = try HDF5Handle(
      H5Oopen(file.id, name, hid_t(H5P_DEFAULT)), path: path, doing: "opening \(name)", close: H5Oclose)
    try self.attribute(attribute, value, of: object.id)
  }

  /// A whole-number attribute of the object at `name`.
  func attribute(_ attribute: String, _ value: Int64, ofObject name: String) throws(TimeTagError) {
    let object = try HDF5Handle(
      H5Oopen(file.id, name, hid_t(H5P_DEFAULT)), path: path, doing: "opening \(name)", close: H5Oclose)
    let space = try HDF5Handle(H5Screate(H5S_SCALAR), path: path, doing: attribute, close: H5Sclose)
    try writeAttribute(attribute, Int64.fileType, Int64.memoryType, space, [value], of: object.id)
  }

  /// A list of numbers in chunks, packed with shuffle and deflate 1 as they are in a journal.
  func column(
    _ name: String, _ column: PhotonJournal.Column, of journal: PhotonJournal, title: String = ""
  ) throws(TimeTagError) {
    let length = journal.count(column)
    let dataset = try chunkedColumn(name, type: column.fileType, length: length)
    if !title.isEmpty { try attribute("TITLE", title, of: dataset.id) }
    for (number, start) in stride(from: 0, to: length, by: PhotonJournal.chunk).enumerated() {
      if let around, let place = around.chunks.chunk(number, of: column) {
        var offset = hsize_t(start)
        let isPlaced = around.chunks.place(place) {
          H5Dwrite_chunk(dataset.id, hid_t(H5P_DEFAULT), 0, &offset, place.count, $0)
        }
        try HDF5.check(isPlaced ? 0 : -1, path: path, doing: "writing \(name)")
      } else {
        try write(packed: journal.packedChunk(number, of: column), to: dataset, from: start, name: name)
      }
    }
  }

  /// An empty list of numbers that ``append(packed:count:to:from:name:)`` makes longer, chunk by chunk.
  func growingColumn<Number: HDF5Number>(_ name: String, of type: Number.Type) throws(TimeTagError) -> HDF5Handle {
    try chunkedColumn(name, type: Number.fileType, length: 0)
  }

  /// Writes a packed chunk, of which `count` values count, behind the whole chunks that a growing column has.
  func append(
    packed bytes: [UInt8], count: Int, to dataset: HDF5Handle, from length: Int, name: String
  ) throws(TimeTagError) {
    var newLength = [hsize_t(length + count)]
    try HDF5.check(H5Dset_extent(dataset.id, &newLength), path: path, doing: "writing \(name)")
    try write(packed: bytes, to: dataset, from: length, name: name)
  }

  private func write(packed bytes: [UInt8], to dataset: HDF5Handle, from start: Int, name: String) throws(TimeTagError)
  {
    var offset = hsize_t(start)
    try HDF5.check(
      H5Dwrite_chunk(dataset.id, hid_t(H5P_DEFAULT), 0, &offset, bytes.count, bytes), path: path,
      doing: "writing \(name)")
  }

  /// A list of numbers in chunks that are packed with shuffle and deflate 1.
  private func chunkedColumn(_ name: String, type: hid_t, length: Int) throws(TimeTagError) -> HDF5Handle {
    let properties = try Self.properties(ch5_H5P_DATASET_CREATE(), path)
    var chunk = [hsize_t(PhotonJournal.chunk)]
    try HDF5.check(H5Pset_chunk(properties.id, 1, &chunk), path: path, doing: name)
    try HDF5.check(H5Pset_shuffle(properties.id), path: path, doing: name)
    try HDF5.check(H5Pset_deflate(properties.id, 1), path: path, doing: name)
    var lengths = [hsize_t(length)]
    var unlimited = [ch5_UNLIMITED()]
    let space = try HDF5Handle(H5Screate_simple(1, &lengths, &unlimited), path: path, doing: name, close: H5Sclose)
    let id = H5Dcreate2(file.id, name, type, space.id, hid_t(H5P_DEFAULT), properties.id, hid_t(H5P_DEFAULT))
    return try HDF5Handle(id, path: path, doing: "creating \(name)", close: H5Dclose)
  }

  /// Writes everything and closes the file.
  ///
  /// - Throws: ``TimeTagError/inputOutput(path:reason:)``, for example when the disk is full.
  func close() throws(TimeTagError) {
    try HDF5.check(H5Fflush(file.id, H5F_SCOPE_GLOBAL), path: path, doing: "writing to the disk")
    openFile = nil
  }

  private func space(_ shape: [Int]) throws(TimeTagError) -> HDF5Handle {
    var dimensions = shape.map { hsize_t($0) }
    return try HDF5Handle(
      H5Screate_simple(Int32(shape.count), &dimensions, nil), path: path, doing: "describing an array", close: H5Sclose)
  }

  private func textType(length: Int) throws(TimeTagError) -> HDF5Handle {
    let type = try HDF5Handle(H5Tcopy(ch5_H5T_C_S1()), path: path, doing: "describing a text", close: H5Tclose)
    try HDF5.check(H5Tset_size(type.id, length), path: path, doing: "describing a text")
    try HDF5.check(H5Tset_strpad(type.id, H5T_STR_NULLPAD), path: path, doing: "describing a text")
    return type
  }

  private func dataset<Element: BitwiseCopyable>(
    _ name: String, _ fileType: hid_t, _ memoryType: hid_t, _ space: HDF5Handle, _ values: [Element], title: String,
    furtherAttributes: (hid_t) throws(TimeTagError) -> Void = { _ throws(TimeTagError) in }
  ) throws(TimeTagError) {
    let id = H5Dcreate2(
      file.id, name, fileType, space.id, hid_t(H5P_DEFAULT), datasetProperties.id, hid_t(H5P_DEFAULT))
    let dataset = try HDF5Handle(id, path: path, doing: "creating \(name)", close: H5Dclose)
    if !values.isEmpty {
      let status = values.withUnsafeBytes {
        H5Dwrite(dataset.id, memoryType, hid_t(H5S_ALL), hid_t(H5S_ALL), hid_t(H5P_DEFAULT), $0.baseAddress)
      }
      try HDF5.check(status, path: path, doing: "writing \(name)")
    }
    if !title.isEmpty { try attribute("TITLE", title, of: dataset.id) }
    try furtherAttributes(dataset.id)
  }

  private func attribute(_ name: String, _ value: String, of object: hid_t) throws(TimeTagError) {
    let bytes = value.isEmpty ? [32] : Array(value.utf8)
    let type = try textType(length: bytes.count)
    let space = try HDF5Handle(H5Screate(H5S_SCALAR), path: path, doing: name, close: H5Sclose)
    try writeAttribute(name, type.id, type.id, space, bytes, of: object)
  }

  private func writeAttribute<Element: BitwiseCopyable>(
    _ name: String, _ fileType: hid_t, _ memoryType: hid_t, _ space: HDF5Handle, _ values: [Element],
    of object: hid_t
  ) throws(TimeTagError) {
    let id = H5Acreate2(object, name, fileType, space.id, hid_t(H5P_DEFAULT), hid_t(H5P_DEFAULT))
    let attribute = try HDF5Handle(id, path: path, doing: "creating the attribute \(name)", close: H5Aclose)
    let status = values.withUnsafeBytes { H5Awrite(attribute.id, memoryType, $0.baseAddress) }
    try HDF5.check(status, path: path, doing: "writing the attribute \(name)")
  }
}
