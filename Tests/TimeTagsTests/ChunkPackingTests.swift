import Testing
import TimeTags

/// Packed chunks are streams of zlib; `unpacked` has libdeflate take them apart.
@Suite struct ChunkPackingTests {
  private static let count = 1 << 16

  /// Planes of bytes of every kind that the writer of blocks tells apart, and of those on their borders.
  private static let planes: [String: @Sendable (Int) -> UInt8] = [
    "zeros": { _ in 0 },
    "ones": { _ in 255 },
    "noise": { noise($0) },
    "two values": { noise($0) & 1 },
    "five bits": { noise($0) & 31 },
    "little to save": { noise($0) == 0 ? 7 : noise($0) },
    "counting": { UInt8(truncatingIfNeeded: $0) },
    "long runs": { UInt8(truncatingIfNeeded: $0 / 1000) },
    "runs of 2 to 300": { UInt8(truncatingIfNeeded: runNumber($0)) },
    "a run of all but one": { $0 == 0 ? 1 : 0 },
    "one at the end": { $0 == 65_535 ? 1 : 0 },
    // Of every 128 the first seventeen tell what a plane is taken for.
    "seemingly a run": { $0 % 128 < 17 ? 7 : noise($0) },
    "seemingly noise": { $0 % 128 < 17 ? noise($0) : 7 },
    // As many as Fibonacci's numbers: the deepest code there is
    "rare and rarer": { i in UInt8((0..<22).first { i < fibonacciSums[$0] } ?? 22) },
    // The same, mixed, so that there are no runs
    "rare and rarer, mixed": { i in UInt8((0..<22).first { i * 40_503 % 65_536 < fibonacciSums[$0] } ?? 22) },
  ]

  private static func noise(_ i: Int) -> UInt8 {
    var x = UInt64(i) &* 0x9E37_79B9_7F4A_7C15
    x = (x ^ x >> 31) &* 0xBF58_476D_1CE4_E5B9
    return UInt8(truncatingIfNeeded: x >> 40)
  }

  /// The number of the run in which a place is, where the first run has two places, the next three and so on up to 300.
  private static func runNumber(_ i: Int) -> Int {
    var (number, end) = (0, 2)
    while i % 45_149 >= end {
      number += 1
      end += number + 2
    }
    return number
  }

  private static let fibonacciSums: [Int] = {
    var sums = [1]
    var (a, b) = (1, 1)
    while sums.count < 22 {
      (a, b) = (b, a + b)
      sums.append(sums.last! + a)
    }
    return sums
  }()

  @Test(arguments: planes.keys.sorted(), [1, 2, 8])
  func roundTrip(_ name: String, _ size: Int) throws {
    let plane = try #require(Self.planes[name])
    let names = Self.planes.keys.sorted()
    let others = (0..<size).map { Self.planes[names[($0 + 3) % names.count]]! }
    // The plane first and last, because the last block of a stream is told apart.
    for place in Set([0, size - 1]) {
      let values = (0..<Self.count * size).map { i in
        i % size == place ? plane(i / size) : others[i % size](i / size)
      }
      let bytes = values.withUnsafeBytes { packed($0, size: size) }
      #expect(unpacked(bytes, count: Self.count, size: size) == values)
      let isSame = bytes == values.withUnsafeBytes { packed($0, size: size, usesVectors: false) }
      #expect(isSame, "without vectors")
      #expect(bytes.count <= Self.count * size + 16 * size)
    }
  }

  /// Fewer values than a code takes to write down.
  @Test(arguments: [1, 2, 7, 50, 300, 2690], [1, 8]) func shortPlanes(_ count: Int, _ size: Int) {
    for (name, plane) in Self.planes {
      let values = (0..<count * size).map { plane($0) }
      let bytes = values.withUnsafeBytes { packed($0, size: size) }
      #expect(unpacked(bytes, count: count, size: size) == values, "\(name)")
      #expect(
        bytes == values.withUnsafeBytes { packed($0, size: size, usesVectors: false) }, "\(name), without vectors")
    }
  }

  /// Numbers of which only some bytes vary, in the first and in the last of many, too.
  @Test(
    arguments: [0, 0xFF, 0xFFFF_FFFF, 0xFF00_0000, 0x1_0000_0000, 0xFF00_0000_0000_0000, .max] as [UInt64],
    [-1, 0, 1 << 16 - 1])
  func constantBytes(_ mask: UInt64, _ onlyAt: Int) {
    let values = (0..<Self.count).map { i in
      let noise = UInt64(i + 1) &* 0x9E37_79B9_7F4A_7C15
      return 0x0123_4567_89AB_CDEF ^ (onlyAt < 0 || i == onlyAt ? noise | 1 << 32 : 0) & mask
    }
    let bytes = values.withUnsafeBytes { packed($0, size: 8) }
    #expect(unpacked(bytes, count: Self.count, size: 8) == values.withUnsafeBytes { Array($0) })
  }

  /// What the kinds of blocks are for: bytes per value, not much above what the entropy says. Two values and the end of the
  /// block are three symbols, hence one and a half bits for values of one.
  @Test(arguments: [
    ("zeros", 0.003), ("two values", 0.189), ("five bits", 0.63), ("long runs", 0.01), ("noise", 1.001),
    ("rare and rarer", 0.006), ("rare and rarer, mixed", 0.34),
  ])
  func size(_ name: String, _ most: Double) throws {
    let plane = try #require(Self.planes[name])
    let bytes = (0..<Self.count).map(plane).withUnsafeBytes { packed($0, size: 1) }
    #expect(Double(bytes.count) / Double(Self.count) < most)
  }

  /// A checksum that is wrong is seen.
  @Test func checksum() {
    let values = (0..<Self.count).map(Self.noise)
    var bytes = values.withUnsafeBytes { packed($0, size: 1) }
    bytes[1000] ^= 1
    #expect(unpacked(bytes, count: Self.count, size: 1) == nil)
  }
}
