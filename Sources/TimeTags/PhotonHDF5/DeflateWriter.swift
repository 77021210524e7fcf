/// Writes planes of bytes as a stream of deflate, a block for each plane: stored where they are noise, in a Huffman code of
/// their own where some bytes are more frequent than others, with repetitions of the byte before where there are runs.
///
/// Source: RFC 1951 (Deutsch, 1996).
struct DeflateWriter {
  /// More than enough bytes for so many planes of `count` bytes.
  static func room(planes: Int, of count: Int) -> Int {
    planes * (count + 5 * (count / longestStored + 2) + longestHead) + 32
  }

  /// Of a stored block.
  private static let longestStored = 65_535
  /// Of a block in a code of its own: five bits for each of 287 lengths, and 74 before them. Few bytes are shorter than it.
  private static let longestHead = 200
  private static let endOfBlock = 256

  private let bytes: UnsafeMutablePointer<UInt8>
  private var length = 0
  /// What is not yet a whole byte, the first bit lowest.
  private var pending: UInt64 = 0
  private var pendingBits: UInt64 = 0
  /// Of the last plane in which all bytes are the same: often the next is like it.
  private var repetition: Repetition?

  private struct Repetition {
    var byte: UInt8
    var count: Int
    var run: Runs
    var code: HuffmanCode
  }

  /// - Parameter bytes: where to write; ``room(planes:of:)`` bytes.
  init(_ bytes: UnsafeMutableBufferPointer<UInt8>) { self.bytes = bytes.baseAddress! }

  /// Appends up to 50 bits, the lowest first.
  @inline(__always)
  mutating func append(bits: UInt64, count: Int) {
    put(bits, UInt64(count))
    writeWholeBytes()
  }

  @inline(__always)
  private mutating func put(_ bits: UInt64, _ count: UInt64) {
    pending |= bits &<< pendingBits
    pendingBits &+= count
  }

  @inline(__always)
  private mutating func put(_ code: UInt32) { put(UInt64(code & 0xFFFF), UInt64(code &>> 16)) }

  @inline(__always)
  private mutating func writeWholeBytes() {
    UnsafeMutableRawPointer(bytes + length).storeBytes(of: pending.littleEndian, as: UInt64.self)
    length &+= Int(pendingBits &>> 3)
    pending &>>= pendingBits & 56
    pendingBits &= 7
  }

  /// Appends a plane.
  ///
  /// - Parameter changes: how often a byte differs from the one before it.
  mutating func append(_ plane: UnsafeBufferPointer<UInt8>, changes: Int, isLast: Bool) {
    if changes < plane.count / 4 {
      let runs = Runs(plane, changes: changes)
      let code = HuffmanCode(runs.counts)
      guard saves(bits: code.bits(runs.counts) + runs.furtherBits, of: plane.count) else {
        return appendStored(plane, isLast)
      }
      append(runs, code, isLast)
    } else {
      appendCoded(plane, isLast)
    }
  }

  /// Appends a plane of which all bytes are the same.
  mutating func append(repeating byte: UInt8, count: Int, isLast: Bool) {
    if repetition?.byte != byte || repetition?.count != count {
      let run = Runs(repeating: byte, count: count)
      repetition = Repetition(byte: byte, count: count, run: run, code: HuffmanCode(run.counts))
    }
    if let repetition { append(repetition.run, repetition.code, isLast) }
  }

  /// Ends the stream; its length in bytes.
  mutating func finish(checksum: UInt32) -> Int {
    append(bits: 0, count: Int(8 &- pendingBits) & 7)
    append(bits: UInt64(checksum.byteSwapped), count: 32)
    return length
  }

  private mutating func appendStored(_ plane: UnsafeBufferPointer<UInt8>, _ isLast: Bool) {
    var start = 0
    while start < plane.count {
      let count = min(Self.longestStored, plane.count - start)
      append(bits: isLast && start + count == plane.count ? 1 : 0, count: 3)
      append(bits: 0, count: Int(8 &- pendingBits) & 7)
      append(bits: UInt64(count) | UInt64(~UInt16(count)) << 16, count: 32)
      (bytes + length).update(from: plane.baseAddress! + start, count: count)
      length += count
      start += count
    }
  }

  private mutating func appendCoded(_ plane: UnsafeBufferPointer<UInt8>, _ isLast: Bool) {
    guard !isNoise(plane) else { return appendStored(plane, isLast) }
    var counts = histogram(plane, every: 1)
    counts.append(1)
    let code = HuffmanCode(counts)
    guard saves(bits: code.bits(counts), of: plane.count) else { return appendStored(plane, isLast) }
    appendHead(code, isLast)
    code.codes.withUnsafeBufferPointer { codes in
      var i = 0
      while i + 4 <= plane.count {
        put(codes[Int(plane[i])])
        put(codes[Int(plane[i &+ 1])])
        put(codes[Int(plane[i &+ 2])])
        put(codes[Int(plane[i &+ 3])])
        writeWholeBytes()
        i &+= 4
      }
      while i < plane.count {
        put(codes[Int(plane[i])])
        writeWholeBytes()
        i &+= 1
      }
      put(codes[Self.endOfBlock])
      writeWholeBytes()
    }
  }

  /// Whether so many bits are worth the time it takes to read them: a saving of less than a thirty-second is not.
  private func saves(bits: Int, of bytes: Int) -> Bool { bits < bytes * 8 / 32 * 31 }

  private mutating func append(_ runs: Runs, _ code: HuffmanCode, _ isLast: Bool) {
    appendHead(code, isLast)
    for run in runs.all {
      let literal = code.codes[Int(run.byte)]
      put(literal)
      var rest = Int(run.length) - 1
      while rest >= RepetitionLength.shortest {
        let length = min(rest, RepetitionLength.longest)
        let (symbol, further, bits) = RepetitionLength.symbol(length)
        put(code.codes[symbol])
        // The further bits of the length, and the only distance: one bit, 0
        put(UInt64(further), UInt64(bits &+ 1))
        writeWholeBytes()
        rest -= length
      }
      for _ in 0..<rest { put(literal) }
      writeWholeBytes()
    }
    append(bits: UInt64(code.codes[Self.endOfBlock] & 0xFFFF), count: Int(code.lengths[Self.endOfBlock]))
  }

  /// The head of a block in a code of its own.
  ///
  /// The lengths of the code are themselves in a code, here always the same: one bit for "11 to 138 zeros", five for each
  /// of the lengths 0 to 15.
  private mutating func appendHead(_ code: HuffmanCode, _ isLast: Bool) {
    append(bits: (isLast ? 1 : 0) | 2 << 1, count: 3)
    let distances = 1
    append(
      bits: UInt64(code.lengths.count - 257) | UInt64(distances - 1) << 5 | UInt64(19 - 4) << 10, count: 14)
    // In the standard's order: 16, 17, 18, 0, 8, 7, 9, …
    for symbol in 0..<19 { append(bits: symbol < 2 ? 0 : symbol == 2 ? 1 : 5, count: 3) }
    let lengths = code.lengths + [1]
    var i = 0
    while i < lengths.count {
      let zeros = min(138, lengths[i...].prefix { $0 == 0 }.count)
      if zeros >= 11 {
        append(bits: UInt64(zeros - 11) << 1, count: 8)
        i += zeros
      } else {
        // Codes of five bits begin with a one; their first bit is the lowest.
        let n = UInt64(lengths[i])
        append(bits: 1 | (n & 8) >> 2 | (n & 4) | (n & 2) << 2 | (n & 1) << 4, count: 5)
        i += 1
      }
    }
  }

  /// Whether an eighth of the bytes says that all values are about as frequent. The sum of the squares of the frequencies is then
  /// 1/256 and, as chance has it, one over their number more: of 8,192 three hundredths, and 0.3 of a hundredth up or down.
  private func isNoise(_ plane: UnsafeBufferPointer<UInt8>) -> Bool {
    let counts = histogram(plane, every: 8)
    let count = (plane.count + 7) / 8
    return counts.reduce(0) { $0 + $1 * $1 } * 240 <= count * count
  }

  /// How often each byte occurs among every so many.
  private func histogram(_ plane: UnsafeBufferPointer<UInt8>, every step: Int) -> [Int] {
    // Four in turn, because the same byte often comes twice.
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 1024) { counts in
      counts.initialize(repeating: 0)
      var i = 0
      while i &+ 3 &* step < plane.count {
        counts[Int(plane[i])] &+= 1
        counts[256 &+ Int(plane[i &+ step])] &+= 1
        counts[512 &+ Int(plane[i &+ 2 &* step])] &+= 1
        counts[768 &+ Int(plane[i &+ 3 &* step])] &+= 1
        i &+= 4 &* step
      }
      while i < plane.count {
        counts[Int(plane[i])] &+= 1
        i &+= step
      }
      return (0..<256).map { byte in
        let inTurn = (counts[byte], counts[256 + byte], counts[512 + byte], counts[768 + byte])
        return Int(inTurn.0 + inTurn.1 + inTurn.2 + inTurn.3)
      }
    }
  }
}
