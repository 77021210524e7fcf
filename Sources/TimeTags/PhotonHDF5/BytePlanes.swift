import CVectors

/// The first bytes of some numbers, then their second bytes, and so on.
final class BytePlanes {
  /// One byte of every number.
  enum Plane {
    /// The same byte in all of them.
    case constant(UInt8)
    case bytes(UnsafeBufferPointer<UInt8>)
  }

  private let count: Int
  /// A little more than a plane: planes a power of two apart would be in each other's way in the processor's cache.
  private let stride: Int
  private let bytes: UnsafeMutablePointer<UInt8>
  private let first: [UInt8]
  private let varies: [Bool]

  /// - Parameters:
  ///   - values: the numbers, one after the other; at least one.
  ///   - differences: of all of them.
  ///   - usesVectors: whether loops of ``CVectors`` may be taken; the planes are the same.
  init(_ values: UnsafeRawBufferPointer, _ differences: ByteDifferences, usesVectors: Bool) {
    let size = differences.size
    count = values.count / size
    stride = count + 64
    bytes = .allocate(capacity: stride * size)
    first = Array(values[..<size])
    varies = differences.varies
    guard let last = varies.lastIndex(of: true) else { return }
    var i = 0
    switch size {
    case 1:
      bytes.update(from: values.bindMemory(to: UInt8.self).baseAddress!, count: count)
      i = count
    case 2: while i + 16 <= count { i = transposeTwos(values, at: i) }
    case 8 where usesVectors && vectors_are_there():
      let start = values.bindMemory(to: UInt8.self).baseAddress
      i = Int(vectors_planes_of_eights(start, Int64(count), bytes, Int64(stride)))
    case 8 where last < 4: while i + 16 <= count { i = transposeEights(values, lowerHalf: true, at: i) }
    case 8: while i + 16 <= count { i = transposeEights(values, lowerHalf: false, at: i) }
    default: break
    }
    while i < count {
      for byte in 0..<size { bytes[byte * stride + i] = values[i * size + byte] }
      i += 1
    }
  }

  deinit { bytes.deallocate() }

  /// All bytes of one place in the numbers.
  subscript(byte: Int) -> Plane {
    varies[byte] ? .bytes(UnsafeBufferPointer(start: bytes + byte * stride, count: count)) : .constant(first[byte])
  }

  /// Sixteen numbers of two bytes.
  @inline(__always)
  private func transposeTwos(_ values: UnsafeRawBufferPointer, at i: Int) -> Int {
    let a = values.loadUnaligned(fromByteOffset: i &* 2, as: SIMD16<UInt8>.self)
    let b = values.loadUnaligned(fromByteOffset: i &* 2 &+ 16, as: SIMD16<UInt8>.self)
    store(SIMD16(lowHalf: a.evenHalf, highHalf: b.evenHalf), plane: 0, at: i)
    store(SIMD16(lowHalf: a.oddHalf, highHalf: b.oddHalf), plane: 1, at: i)
    return i &+ 16
  }

  /// Twice eight numbers of eight bytes, or of the lower four of these: matrices whose quarters change sides, then the quarters'
  /// quarters, then theirs. The numbers of even and of odd places are a matrix each.
  @inline(__always)
  private func transposeEights(_ values: UnsafeRawBufferPointer, lowerHalf: Bool, at i: Int) -> Int {
    func words(_ k: Int) -> Words { values.loadUnaligned(fromByteOffset: (i &+ k) &* 8, as: Words.self) }
    var a = (words(0), words(2), words(4), words(6))
    var b = (words(8), words(10), words(12), words(14))
    exchange(&a.0, &b.0, by: 32, 0x0000_0000_FFFF_FFFF)
    exchange(&a.1, &b.1, by: 32, 0x0000_0000_FFFF_FFFF)
    exchange(&a.2, &b.2, by: 32, 0x0000_0000_FFFF_FFFF)
    exchange(&a.3, &b.3, by: 32, 0x0000_0000_FFFF_FFFF)
    storeTransposed(&a, plane: 0, at: i)
    if !lowerHalf { storeTransposed(&b, plane: 4, at: i) }
    return i &+ 16
  }

  @inline(__always)
  private func storeTransposed(_ a: inout (Words, Words, Words, Words), plane: Int, at i: Int) {
    exchange(&a.0, &a.2, by: 16, 0x0000_FFFF_0000_FFFF)
    exchange(&a.1, &a.3, by: 16, 0x0000_FFFF_0000_FFFF)
    exchange(&a.0, &a.1, by: 8, 0x00FF_00FF_00FF_00FF)
    exchange(&a.2, &a.3, by: 8, 0x00FF_00FF_00FF_00FF)
    store(evenAndOdd(a.0), plane: plane, at: i)
    store(evenAndOdd(a.1), plane: plane &+ 1, at: i)
    store(evenAndOdd(a.2), plane: plane &+ 2, at: i)
    store(evenAndOdd(a.3), plane: plane &+ 3, at: i)
  }

  /// The bytes of two words in turn.
  @inline(__always)
  private func evenAndOdd(_ words: Words) -> SIMD16<UInt8> {
    let bytes = unsafeBitCast(words, to: SIMD16<UInt8>.self)
    var inTurn = SIMD16<UInt8>()
    inTurn.evenHalf = bytes.lowHalf
    inTurn.oddHalf = bytes.highHalf
    return inTurn
  }

  /// Exchanges the upper parts of words with the lower parts of others.
  @inline(__always)
  private func exchange(_ a: inout Words, _ b: inout Words, by shift: UInt64, _ lower: UInt64) {
    let difference = ((a &>> Words(repeating: shift)) ^ b) & Words(repeating: lower)
    a ^= difference &<< Words(repeating: shift)
    b ^= difference
  }

  @inline(__always)
  private func store(_ vector: SIMD16<UInt8>, plane: Int, at i: Int) {
    UnsafeMutableRawPointer(bytes + (plane &* stride &+ i)).storeBytes(of: vector, as: SIMD16<UInt8>.self)
  }
}

private typealias Words = SIMD2<UInt64>

/// In which bytes numbers differ.
struct ByteDifferences {
  /// Bytes per number: 1, 2, 4 or 8.
  let size: Int
  /// As often as it fits into a vector.
  private var first: Words?
  private var differing = Words()

  init(size: Int) {
    precondition(16 % size == 0, "a vector holds whole numbers")
    self.size = size
  }

  /// Whether each byte is not the same in all numbers.
  var varies: [Bool] {
    let bytes = unsafeBitCast(differing, to: SIMD16<UInt8>.self)
    return (0..<size).map { byte in stride(from: byte, to: 16, by: size).contains { bytes[$0] != 0 } }
  }

  /// Looks at further numbers.
  mutating func append(_ values: UnsafeRawBufferPointer) {
    guard !values.isEmpty else { return }
    let first = first ?? repeated(values)
    self.first = first
    var differing = differing
    var i = 0
    func difference(_ offset: Int) -> Words {
      values.loadUnaligned(fromByteOffset: i &+ offset, as: Words.self) ^ first
    }
    while i &+ 64 <= values.count {
      differing |= (difference(0) | difference(16)) | (difference(32) | difference(48))
      i &+= 64
    }
    while i &+ 16 <= values.count {
      differing |= difference(0)
      i &+= 16
    }
    var differences = unsafeBitCast(differing, to: SIMD16<UInt8>.self)
    let firstBytes = unsafeBitCast(first, to: SIMD16<UInt8>.self)
    while i < values.count {
      differences[i % 16] |= values[i] ^ firstBytes[i % 16]
      i += 1
    }
    self.differing = unsafeBitCast(differences, to: Words.self)
  }

  /// The first number as often as it fits.
  private func repeated(_ values: UnsafeRawBufferPointer) -> Words {
    var bytes = SIMD16<UInt8>()
    for place in 0..<16 { bytes[place] = values[place % size] }
    return unsafeBitCast(bytes, to: Words.self)
  }
}
