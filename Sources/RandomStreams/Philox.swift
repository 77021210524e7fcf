/// The counter-based generator Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC11, 2011).
///
/// A pure function of counter and key: any block of any stream is available at once, so what a part of a run
/// draws depends neither on the number of threads nor on the order in which the parts are computed.
public enum Philox4x32 {
  /// A 128-bit counter or output block, as four 32-bit words.
  public typealias Block = SIMD4<UInt32>

  /// The ten-round bijection.
  ///
  /// - Parameters:
  ///   - counter: which block.
  ///   - key: which stream family (two words).
  /// - Returns: four random words; equal arguments give equal words for ever.
  public static func block(counter: Block, key: SIMD2<UInt32>) -> Block {
    var c = counter
    var k = key
    for round in 0..<10 {
      if round > 0 { k = k &+ SIMD2(0x9E37_79B9, 0xBB67_AE85) }
      let product0 = UInt64(c.x) &* 0xD251_1F53
      let product1 = UInt64(c.z) &* 0xCD9E_8D57
      c = Block(
        UInt32(truncatingIfNeeded: product1 &>> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: product1),
        UInt32(truncatingIfNeeded: product0 &>> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: product0))
    }
    return c
  }
}
