import Analysis
import CGSL
import Glibc
import Testing
import TimeTags

/// Memory between stays: none where there is none, and the right amount at the right place where there is some.
@Suite struct DwellMemoryTests {
  /// Stays in turn, on first; each a function of standard normal deviates.
  static func stays(_ pairs: Int, seed: UInt, _ next: (UnsafeMutablePointer<gsl_rng>) -> (on: Double, off: Double))
    -> DwellTimes
  {
    let rng = gsl_rng_alloc(cgsl_rng_mt19937())!
    defer { gsl_rng_free(rng) }
    gsl_rng_set(rng, seed)
    var dwells = DwellTimes()
    for _ in 0..<pairs {
      let (on, off) = next(rng)
      dwells.append(isOn: true, seconds: on)
      dwells.append(isOn: false, seconds: off)
    }
    return dwells
  }

  @Test("without memory: mean 0 and mean square 1/(pairs − 1), which are exact (20 000 sets, false alarm 1e-6 each)")
  func none() throws {
    var toOff: [Double] = []
    var toOn: [Double] = []
    for seed in 1...20_000 as ClosedRange<UInt> {
      let dwells = Self.stays(15, seed: seed) { rng in
        (exp(2 * gsl_ran_gaussian_ziggurat(rng, 1)), exp(gsl_ran_gaussian_ziggurat(rng, 1)))
      }
      let memory = DwellMemory(dwells)
      let off = try #require(memory.onToNextOff)
      let on = try #require(memory.offToNextOn)
      // between the first stay and the last lie 14 of each kind, an off time first: 13 and 14 pairs
      toOff.append(off.value / off.uncertainty)
      toOn.append(on.value / on.uncertainty)
    }
    for pulls in [toOff, toOn] {
      let n = Double(pulls.count)
      let mean = pulls.reduce(0, +) / n
      let square = pulls.reduce(0) { $0 + $1 * $1 } / n
      print("memory, none: mean pull \(mean), mean square \(square)")
      #expect(abs(mean) < 4.89 / n.squareRoot())
      // a rank correlation has lighter tails than a normal law, so that its square scatters by less than √2
      #expect(abs(square - 1) < 4.89 * (2 / n).squareRoot())
    }
  }

  /// Spearman's correlation of two normal deviates with correlation r.
  static func spearman(_ r: Double) -> Double { 6 / .pi * asin(r / 2) }

  @Test("with memory: the rank correlation of the law that drew the stays, in the right one of the four places")
  func some() throws {
    // each off time knows the on time before it
    let follows = DwellMemory(
      Self.stays(6000, seed: 1) { rng in
        let first = gsl_ran_gaussian_ziggurat(rng, 1)
        let second = 0.6 * first + 0.8 * gsl_ran_gaussian_ziggurat(rng, 1)
        return (exp(first), exp(2 * second))
      })
    try expect(follows, Self.spearman(0.6), 0, 0, 0)
    // each on time knows the one before it, at r = −0.5
    var state = 0.0
    let alternates = DwellMemory(
      Self.stays(6000, seed: 2) { rng in
        state = -0.5 * state + 0.75.squareRoot() * gsl_ran_gaussian_ziggurat(rng, 1)
        return (exp(state), exp(gsl_ran_gaussian_ziggurat(rng, 1)))
      })
    try expect(alternates, 0, 0, Self.spearman(-0.5), 0)
    // each on time knows the off time before it, and each off time the one before
    var offState = 0.0
    let both = DwellMemory(
      Self.stays(6000, seed: 3) { rng in
        let on = 0.7 * offState + 0.51.squareRoot() * gsl_ran_gaussian_ziggurat(rng, 1)
        offState = 0.8 * offState + 0.6 * gsl_ran_gaussian_ziggurat(rng, 1)
        return (exp(on), exp(offState))
      })
    // on → off: on = 0.7 of the off time before, off = 0.8 of the same; on → on: 0.7 · 0.8 · 0.7
    try expect(both, Self.spearman(0.56), Self.spearman(0.7), Self.spearman(0.392), Self.spearman(0.8))
  }

  /// Within 4.89 standard deviations (false alarm 1e-6 each); serial correlation widens them by less than 1.8.
  func expect(
    _ memory: DwellMemory, _ onToNextOff: Double, _ offToNextOn: Double, _ onToNextOn: Double, _ offToNextOff: Double
  ) throws {
    for (found, truth) in [
      (memory.onToNextOff, onToNextOff), (memory.offToNextOn, offToNextOn), (memory.onToNextOn, onToNextOn),
      (memory.offToNextOff, offToNextOff),
    ] {
      let found = try #require(found)
      print("memory: \(found.value) for \(truth)")
      #expect(abs(found.value - truth) < 4.89 * 1.8 * found.uncertainty)
    }
  }

  @Test("memory of on times survives photons and change points; off times have none (false alarm 1e-6 each)")
  func throughPhotons() throws {
    var state = 0.0
    let stream = SwitchingStream(ratesHz: [100_000, 4000], seconds: 20, seed: 4) { rng, level in
      let rng = UnsafeMutablePointer<gsl_rng>(rng)
      let normal = gsl_ran_gaussian_ziggurat(rng, 1)
      if level == 0 {
        state = 0.8 * state + 0.6 * normal
        return 0.01 * exp(0.7 * state)
      }
      return 0.01 * exp(0.7 * normal)
    }
    let tags = stream.tags
    let result = try analyzeBlinking(header: SwitchingStream.header) { try play(tags, blocks: 65536, $0) }
    let memory = try #require(result.memory)
    let on = try #require(memory.onToNextOn)
    let off = try #require(memory.offToNextOff)
    let between = try #require(memory.onToNextOff)
    print(
      "memory through photons: \(on.value) for \(Self.spearman(0.8)), \(off.value), \(between.value) ± \(off.uncertainty)"
    )
    #expect(abs(on.value - Self.spearman(0.8)) < 4.89 * on.uncertainty)
    #expect(abs(off.value) < 4.89 * off.uncertainty)
    #expect(abs(between.value) < 4.89 * between.uncertainty)
  }
}
