import Glibc

/// Numbers that look random and are the same every time, for pictures in tests only (splitmix64).
struct Noise: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A normal variate.
  mutating func normal() -> Double {
    sqrt(-2 * log(Double.random(in: 1e-12..<1, using: &self))) * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
  }

  /// About a Poisson variate: a rounded normal one, exact enough to look at.
  mutating func counts(_ mean: Double) -> Double { max(0, (mean + sqrt(mean) * normal()).rounded()) }
}
