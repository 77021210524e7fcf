/// The runs of equal bytes in a plane, and how often each symbol of deflate stands for them.
struct Runs {
  struct Run {
    var byte: UInt8
    var length: UInt32
  }

  private(set) var all: [Run] = []
  /// Literal bytes, the end of the block, lengths of repetitions.
  private(set) var counts = [Int](repeating: 0, count: 286)
  /// Bits besides the symbols: further bits of lengths, and one for every distance.
  private(set) var furtherBits = 0

  /// - Parameter changes: how often a byte differs from the one before it.
  init(_ plane: UnsafeBufferPointer<UInt8>, changes: Int) {
    all.reserveCapacity(changes + 1)
    counts[256] = 1
    var i = 0
    while i < plane.count {
      let byte = plane[i]
      let end = endOfRun(plane, from: i + 1, of: byte)
      append(byte, length: end - i)
      i = end
    }
  }

  /// A single one.
  init(repeating byte: UInt8, count: Int) {
    counts[256] = 1
    append(byte, length: count)
  }

  private mutating func append(_ byte: UInt8, length: Int) {
    all.append(Run(byte: byte, length: UInt32(length)))
    var rest = length - 1
    while rest >= RepetitionLength.shortest {
      let (symbol, _, bits) = RepetitionLength.symbol(min(rest, RepetitionLength.longest))
      counts[symbol] += 1
      furtherBits += bits + 1
      rest -= min(rest, RepetitionLength.longest)
    }
    counts[Int(byte)] += 1 + rest
  }

  /// Where another byte begins; 32 at a time, then eight.
  private func endOfRun(_ plane: UnsafeBufferPointer<UInt8>, from start: Int, of byte: UInt8) -> Int {
    let eight = UInt64(byte) &* 0x0101_0101_0101_0101
    var i = start
    while i &+ 32 <= plane.count {
      let words = UnsafeRawPointer(plane.baseAddress! + i).loadUnaligned(as: SIMD4<UInt64>.self)
      let differing = words ^ SIMD4(repeating: eight)
      if differing[0] | differing[1] | differing[2] | differing[3] != 0 { break }
      i &+= 32
    }
    while i &+ 8 <= plane.count {
      let word = UnsafeRawPointer(plane.baseAddress! + i).loadUnaligned(as: UInt64.self).littleEndian
      if word != eight { return i &+ (word ^ eight).trailingZeroBitCount / 8 }
      i &+= 8
    }
    while i < plane.count && plane[i] == byte { i += 1 }
    return i
  }
}

/// The lengths of a repetition, as deflate writes them.
///
/// Source: RFC 1951 (Deutsch, 1996), section 3.2.5.
enum RepetitionLength {
  static let shortest = 3
  static let longest = 258

  /// The symbol, the further bits, and how many they are.
  static func symbol(_ length: Int) -> (symbol: Int, further: Int, bits: Int) {
    if length == longest { return (285, 0, 0) }
    let beyond = length - shortest
    if beyond < 8 { return (257 + beyond, 0, 0) }
    let bits = Int.bitWidth - 3 - beyond.leadingZeroBitCount
    return (257 + 4 * bits + beyond >> bits, beyond & (1 << bits - 1), bits)
  }
}
