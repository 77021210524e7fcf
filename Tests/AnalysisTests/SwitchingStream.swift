import CGSL
import Glibc
import TimeTags

/// A stream of photons whose rate switches between levels at known instants; made for tests of intermittency.
struct SwitchingStream {
  /// Arrival times in ticks of 1/16 ps.
  var times: [Int64] = []
  /// The true instants of switching, in ticks.
  var switches: [Int64] = []
  /// The complete stays with their levels, in seconds.
  var stays: [(level: Int, seconds: Double)] = []

  static let ticksPerSecond = 16e12
  /// Records of 1/16 ps, so that tags hold the times exactly.
  static let header = RecordingHeader(
    format: "test", mode: .t2, recordType: nil, macroTimeUnitSeconds: 62.5e-15)

  /// - Parameters:
  ///   - ratesHz: of the levels, taken in turn.
  ///   - stay: draws how long the next stay lasts.
  init(ratesHz: [Double], seconds: Double, seed: UInt, stay: (OpaquePointer, Int) -> Double) {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    let source = OpaquePointer(rng)
    var begin = 0.0
    var level = 0
    while begin < seconds {
      let length = stay(source, level)
      let end = min(begin + length, seconds)
      var time = begin
      while true {
        time += gsl_ran_exponential(rng, 1 / ratesHz[level])
        if time >= end { break }
        times.append(Int64(time * Self.ticksPerSecond))
      }
      stays.append((level, end - begin))
      if end < seconds { switches.append(Int64(end * Self.ticksPerSecond)) }
      begin = end
      level = (level + 1) % ratesHz.count
    }
  }

  /// The records of one channel.
  var tags: [TimeTag] { times.map { TimeTag(macroTime: $0, channel: 0) } }

  /// A dwell time with p(t) ∝ t^(−m) e^(−t/cutoff) from `shortest` on, by rejection.
  static func powerLaw(_ rng: OpaquePointer, exponent: Double, shortest: Double, cutoff: Double) -> Double {
    let rng = UnsafeMutablePointer<gsl_rng>(rng)
    while true {
      let t = shortest * pow(1 - gsl_rng_uniform(rng), -1 / (exponent - 1))
      if gsl_rng_uniform(rng) < exp(-(t - shortest) / cutoff) { return t }
    }
  }
}
