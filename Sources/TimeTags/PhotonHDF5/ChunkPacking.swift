import CZlib

/// Packs a chunk as HDF5's filters shuffle and deflate 1 do: all first bytes of the values, all second bytes and so on, as
/// one stream of zlib.
///
/// Source: "HDF5 File Format Specification Version 2.0", IV.A.2.l, filters 1 and 2.
func packed(_ values: UnsafeRawBufferPointer, size: Int) -> [UInt8] {
  let count = values.count / size
  let shuffled = [UInt8](unsafeUninitializedCapacity: values.count) { bytes, length in
    for byte in 0..<size {
      let plane = byte * count
      for i in 0..<count { bytes[plane &+ i] = values[i &* size &+ byte] }
    }
    length = values.count
  }
  return [UInt8](unsafeUninitializedCapacity: Int(compressBound(uLong(shuffled.count)))) { bytes, length in
    var written = uLong(bytes.count)
    let status = compress2(bytes.baseAddress, &written, shuffled, uLong(shuffled.count), 1)
    precondition(status == Z_OK, "zlib has the room it asks for")
    length = Int(written)
  }
}

/// The values of a packed chunk; `nil` when it is none.
func unpacked(_ bytes: [UInt8], count: Int, size: Int) -> [UInt8]? {
  var written = uLong(count * size)
  var shuffled = [UInt8](repeating: 0, count: count * size)
  guard uncompress(&shuffled, &written, bytes, uLong(bytes.count)) == Z_OK, written == uLong(count * size) else {
    return nil
  }
  var values = [UInt8](repeating: 0, count: count * size)
  for byte in 0..<size {
    for i in 0..<count { values[i * size + byte] = shuffled[byte * count + i] }
  }
  return values
}
