/// A stream of random words: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators",
/// ACM Trans. Math. Softw. 47, 36, 2021) whose starting state is a Philox block.
///
/// The state is drawn from the address (seed, purpose, entity, block), so one seed never serves two purposes, seeds are
/// never added, and there is no unseeded path.
@frozen
public struct RandomStream: RandomNumberGenerator, Sendable, Codable {
  @usableFromInline var s0: UInt64
  @usableFromInline var s1: UInt64
  @usableFromInline var s2: UInt64
  @usableFromInline var s3: UInt64

  /// The stream at an address.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - purpose: what the numbers are for.
  ///   - entity: which emitter, component or detector of that purpose.
  ///   - block: which block of simulated time; 0 where a stream runs through the whole recording.
  public init(seed: UInt64, purpose: Purpose, entity: UInt32, block: UInt64) {
    let key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed &>> 32))
    func words(_ half: UInt32) -> Philox4x32.Block {
      // The half sits in the top bit of the purpose word; block fills the low 64 bits, entity the third word.
      Philox4x32.block(
        counter: SIMD4(
          UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block &>> 32), entity,
          purpose.rawValue | half &<< 31), key: key)
    }
    let a = words(0)
    let b = words(1)
    self.init(
      state: (
        UInt64(a.x) | UInt64(a.y) &<< 32, UInt64(a.z) | UInt64(a.w) &<< 32,
        UInt64(b.x) | UInt64(b.y) &<< 32, UInt64(b.z) | UInt64(b.w) &<< 32
      ))
  }

  /// The generator with a given 256-bit state, which must not be all zero. For known-answer tests.
  public init(state: (UInt64, UInt64, UInt64, UInt64)) {
    (s0, s1, s2, s3) = state
  }

  /// What a stream is for. The numbers are part of the reproducibility promise: never reuse or renumber one.
  public enum Purpose: UInt32, Sendable {
    /// Absorption and detected photons of an emitter in the fast engine, by block.
    case emission = 1
    /// Slow states and dwells of an emitter, through the whole recording.
    case slowState = 2
    /// Background photons of one component at one detector, by block.
    case background = 3
    /// Jitter and afterpulses of a detector, through the whole recording.
    case detector = 4
    /// Times of a detector's dark counts, through the whole recording.
    case darkCounts = 5
    /// Every draw for an emitter in the reference engine, by block.
    case referenceEngine = 6
    /// The emitters of one site of a sample: number, kind, brightness.
    case placement = 7
    /// Wavelength of each photoelectron of a spectrum and its place on the sensor, through the whole recording.
    case spectrum = 10
    /// Dark current, cosmic rays and read noise of a camera, through the whole recording.
    case camera = 11
    /// The bin widths of a specimen of a time tagger; its seed is the specimen's, not the run's.
    case binWidths = 16
    /// Which clicks of a detector make others click, through the whole recording.
    case crosstalk = 20
    /// Sizes of a device and how its emitter lies, by device.
    case fabrication = 12
    /// Background photons that never get as far as those that the reference engine draws, by block.
    case lostBackground = 24
    /// The uniform number of each photon that several benches share, by source, detector and block.
    case sharedLight = 30
  }

  /// The next 64 random bits.
  @inlinable @inline(__always)
  public mutating func next() -> UInt64 {
    let sum = s0 &+ s3
    let result = ((sum &<< 23) | (sum &>> 41)) &+ s0
    let t = s1 &<< 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= t
    s3 = (s3 &<< 45) | (s3 &>> 19)
    return result
  }

  /// A uniform number in [0, 1) with 53 random bits.
  @inlinable @inline(__always)
  public mutating func uniform() -> Double {
    Double(next() &>> 11) * 0x1p-53
  }

  /// A uniform number in (0, 1] with 53 random bits: safe under a logarithm.
  @inlinable @inline(__always)
  public mutating func uniformAboveZero() -> Double {
    Double((next() &>> 11) &+ 1) * 0x1p-53
  }
}
