import RandomStreams
import Testing

@Suite("Generators: known answers")
struct GeneratorTests {
  /// Random123's `tests/kat_vectors`, lines "philox4x32 10": counter, key, output.
  static let philoxVectors: [(counter: [UInt32], key: [UInt32], output: [UInt32])] = [
    ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    (
      [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
      [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
    ),
    (
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ]

  @Test(arguments: philoxVectors.indices)
  func philoxGivesItsKnownAnswers(_ i: Int) {
    let vector = Self.philoxVectors[i]
    let block = Philox4x32.block(
      counter: SIMD4(vector.counter[0], vector.counter[1], vector.counter[2], vector.counter[3]),
      key: SIMD2(vector.key[0], vector.key[1]))
    #expect([block.x, block.y, block.z, block.w] == vector.output)
  }

  /// The authors' reference code with state 1, 2, 3, 4.
  @Test func xoshiroGivesItsKnownAnswers() {
    var stream = RandomStream(state: (1, 2, 3, 4))
    let expected: [UInt64] = [
      41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386, 9_228_616_714_210_784_205,
      9_973_669_472_204_895_162, 14_011_001_112_246_962_877, 12_406_186_145_184_390_807,
      15_849_039_046_786_891_736, 10_450_023_813_501_588_000,
    ]
    #expect(expected.map { _ in stream.next() } == expected)
  }

  @Test func everyPartOfAnAddressMatters() {
    func first(_ seed: UInt64, _ purpose: RandomStream.Purpose, _ entity: UInt32, _ block: UInt64) -> UInt64 {
      var stream = RandomStream(seed: seed, purpose: purpose, entity: entity, block: block)
      return stream.next()
    }
    let words = [
      first(1, .emission, 0, 0), first(2, .emission, 0, 0), first(1 << 40, .emission, 0, 0),
      first(1, .detector, 0, 0), first(1, .emission, 1, 0), first(1, .emission, 0, 1),
      first(1, .emission, 0, 1 << 40),
    ]
    #expect(Set(words).count == words.count)
    #expect(words[0] == first(1, .emission, 0, 0))
  }
}
