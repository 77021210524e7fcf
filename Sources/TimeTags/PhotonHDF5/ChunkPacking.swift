import CLibdeflate

/// Packs a chunk as readers of HDF5's filters "shuffle" and "deflate" expect it: all first bytes of the values, all second
/// bytes and so on, as one stream of zlib.
///
/// Shuffled numbers are planes of a few kinds: one value throughout, long runs, few values, noise. Each becomes one block of
/// what suits it (``DeflateWriter``); a general compressor searches every plane for repetitions and takes ten times as long.
///
/// Source: "HDF5 File Format Specification Version 2.0", IV.A.2.l, filters 1 and 2; RFC 1950 (Deutsch and Gailly, 1996).
///
/// - Parameters:
///   - values: the numbers of the chunk, one after the other; at least one.
///   - size: bytes per number: 1, 2, 4 or 8.
///   - usesVectors: whether vectors are used where the processor has them; the bytes are the same.
package func packed(_ values: UnsafeRawBufferPointer, size: Int, usesVectors: Bool = true) -> [UInt8] {
  var differences = ByteDifferences(size: size)
  differences.append(values)
  return packed(values, differences, usesVectors: usesVectors)
}

/// Packs a chunk of which the differences are known.
func packed(
  _ values: UnsafeRawBufferPointer, _ differences: ByteDifferences, usesVectors: Bool = true
) -> [UInt8] {
  let size = differences.size
  let count = values.count / size
  let planes = BytePlanes(values, differences, usesVectors: usesVectors)
  return [UInt8](unsafeUninitializedCapacity: DeflateWriter.room(planes: size, of: count)) { bytes, length in
    var writer = DeflateWriter(bytes)
    var checksum = Adler32()
    // Deflate with a window of 32 KiB, fastest
    writer.append(bits: 0x0178, count: 16)
    for byte in 0..<size {
      let isLast = byte == size - 1
      switch planes[byte] {
      case .constant(let value):
        checksum.append(repeating: value, count: count)
        writer.append(repeating: value, count: count, isLast: isLast)
      case .bytes(let plane):
        checksum.append(plane)
        writer.append(plane, changes: changes(plane), isLast: isLast)
      }
    }
    length = writer.finish(checksum: checksum.value)
  }
}

/// The values of a packed chunk; `nil` when it is none.
package func unpacked(_ bytes: [UInt8], count: Int, size: Int) -> [UInt8]? {
  guard let decompressor = libdeflate_alloc_decompressor() else { return nil }
  defer { libdeflate_free_decompressor(decompressor) }
  var shuffled = [UInt8](repeating: 0, count: count * size)
  let result = libdeflate_zlib_decompress(decompressor, bytes, bytes.count, &shuffled, shuffled.count, nil)
  guard result == LIBDEFLATE_SUCCESS else { return nil }
  var values = [UInt8](repeating: 0, count: count * size)
  for byte in 0..<size {
    for i in 0..<count { values[i * size + byte] = shuffled[byte * count + i] }
  }
  return values
}

/// About how often a byte differs from the one before it, from every eighth sixteen of them.
private func changes(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  guard bytes.count > 16, let start = bytes.baseAddress else { return bytes.count }
  var changes = 0
  var looked = 0
  var i = 0
  while i + 16 < bytes.count {
    // Sixteen counters of a byte each, emptied before they are full.
    var counters = SIMD16<UInt8>()
    let end = min(bytes.count - 16, i + 255 * 128)
    while i < end {
      let here = UnsafeRawPointer(start + i).loadUnaligned(as: SIMD16<UInt8>.self)
      let next = UnsafeRawPointer(start + i + 1).loadUnaligned(as: SIMD16<UInt8>.self)
      counters.replace(with: counters &+ 1, where: here .!= next)
      looked += 16
      i += 128
    }
    for lane in 0..<16 { changes += Int(counters[lane]) }
  }
  return changes * bytes.count / looked
}
