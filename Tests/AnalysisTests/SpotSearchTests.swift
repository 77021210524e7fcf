import Analysis
import CGSL
import Glibc
import Testing

/// Images drawn pixel by pixel from Poisson laws.
private struct Sky {
  var columns = 40
  var rows = 40
  var step = 0.5
  var fwhm = 0.6
  var spots: [(x: Double, y: Double, counts: Double)] = []
  var background: (_ x: Double, _ y: Double) -> Double = { _, _ in 20 }

  func mean(_ column: Int, _ row: Int) -> Double {
    let (x, y) = (Double(column) * step, Double(row) * step)
    return spots.reduce(background(x, y)) { sum, spot in
      let square = (x - spot.x) * (x - spot.x) + (y - spot.y) * (y - spot.y)
      return sum + spot.counts * exp(-4 * M_LN2 * square / (fwhm * fwhm))
    }
  }
}

/// GSL's generator with a fixed seed, for the length of a closure.
private func withRandom<Result>(_ seed: UInt, _ body: (UnsafeMutablePointer<gsl_rng>) throws -> Result) rethrows
  -> Result
{
  let random = gsl_rng_alloc(cgsl_rng_mt19937())!
  defer { gsl_rng_free(random) }
  gsl_rng_set(random, seed)
  return try body(random)
}

extension Sky {
  fileprivate func draw(_ random: UnsafeMutablePointer<gsl_rng>) -> CountImage {
    CountImage(
      columns: columns,
      counts: (0..<(rows * columns)).map { Int(gsl_ran_poisson(random, mean($0 % columns, $0 / columns))) },
      stepMicrometers: step, dwellSeconds: 0.01)
  }
}

@Suite("Spots in count images")
struct SpotSearchTests {
  /// A guide and a strip on dim glass, as in a scan.
  private static func structured(_ x: Double, _ y: Double) -> Double {
    5 + (abs(x - 10) < 1.25 ? 40 : 0) + (abs(x - 10) < 0.3 && y > 4 && y < 16 ? 60 : 0)
  }

  /// No more false spots than promised, over even light, edges, a band and a strip with ends. The number over 1,500
  /// images is Poisson with mean 0.2 × 1,500 at most: a false-alarm probability of 1e-6 from above.
  @Test(arguments: [true, false])
  func falseAlarms(isStructured: Bool) throws {
    var sky = Sky()
    if isStructured { sky.background = Self.structured }
    let images = 1_500
    let options = SpotOptions(fwhmMicrometers: 0.6, falseAlarmsPerImage: 0.2)
    let found = try withRandom(1) { random in
      try (0..<images).reduce(0) { sum, _ in try sum + findSpots(in: sky.draw(random), options: options).count }
    }
    #expect(gsl_cdf_poisson_Q(UInt32(max(0, found - 1)), 0.2 * Double(images)) > 1e-6, "\(found) false spots")
  }

  /// A spot ten standard deviations above its surroundings is found wherever it lies, also on the strip and at an edge.
  @Test(arguments: [(10.1, 10.2), (10.1, 15.8), (3.3, 6.2), (0.1, 9.9), (19.4, 19.4)])
  func brightSpotsAreFound(_ place: (x: Double, y: Double)) throws {
    var sky = Sky()
    sky.background = Self.structured
    sky.spots = [(place.x, place.y, 250)]
    let spots = try withRandom(2) { try findSpots(in: sky.draw($0), options: SpotOptions(fwhmMicrometers: 0.6)) }
    #expect(spots.count == 1)
    let spot = try #require(spots.first)
    #expect(abs(spot.x.value - place.x) < 5 * spot.x.uncertainty)
    #expect(abs(spot.y.value - place.y) < 5 * spot.y.uncertainty)
    #expect(abs(spot.countsPerSecond.value - 25_000) < 5 * spot.countsPerSecond.uncertainty)
    #expect(spot.x.uncertainty < 0.1)
    #expect(spot.falseAlarmProbability < 0.01 / 1600)
  }

  /// Precision of the centre against Mortensen et al., Nat. Methods 7, 377 (2010), eq. (5) without the pixels' own width
  /// (a scan's pixels are points): σ² = s²/N (1 + ∫₀¹ ln t/(1 + t/τ) dt)⁻¹, τ = 2π s² b/(N a²), N photons of a spot of
  /// standard deviation s, b counts of background per pixel of side a; larger than Thompson, Larson and Webb's of 2002, a
  /// lower limit. The fit's background is free in every line, which costs the rest.
  @Test(arguments: [(60.0, 1.0), (30.0, 10.0)])
  func precision(_ peak: Double, _ background: Double) throws {
    var sky = Sky(columns: 33, rows: 33, step: 0.15)
    sky.background = { _, _ in background }
    let (s, a) = (0.6 / 2.3548200450309493, 0.15)
    let n = peak * 2 * Double.pi * s * s / (a * a)
    let tau = 2 * Double.pi * s * s * background / (n * a * a)
    // By the midpoint rule in u = −ln t.
    let integral = (0..<40_000).reduce(0.0) { sum, i in
      let u = (Double(i) + 0.5) * 1e-3
      return sum - u * exp(-u) / (1 + exp(-u) / tau) * 1e-3
    }
    let theory = s * s / n / (1 + integral)
    let thompson = s * s / n + 8 * Double.pi * s * s * s * s * background / (a * a * n * n)
    let images = 600
    var squares = (x: 0.0, y: 0.0)
    var pulls = [0.0, 0.0, 0.0, 0.0]
    try withRandom(3) { random in
      for i in 0..<images {
        // Everywhere within a pixel.
        sky.spots = [(2.4 + 0.15 * Double(i % 7) / 7, 2.4 + 0.15 * Double(i % 11) / 11, peak)]
        let spots = try findSpots(in: sky.draw(random), options: SpotOptions(fwhmMicrometers: 0.6))
        let spot = try #require(spots.first)
        #expect(spots.count == 1 && spot.chi2Reduced != nil)
        squares.x += (spot.x.value - sky.spots[0].x) * (spot.x.value - sky.spots[0].x)
        squares.y += (spot.y.value - sky.spots[0].y) * (spot.y.value - sky.spots[0].y)
        for (k, pull) in [
          (spot.x.value - sky.spots[0].x) / spot.x.uncertainty, (spot.y.value - sky.spots[0].y) / spot.y.uncertainty,
          (spot.fwhm.value - 0.6) / spot.fwhm.uncertainty,
          (spot.countsPerSecond.value - peak / 0.01) / spot.countsPerSecond.uncertainty,
        ].enumerated() { pulls[k] += pull * pull }
      }
    }
    // A sample variance of n normal numbers scatters by √(2/n); 4.9 of it for a probability of 1e-6.
    let scatter = 4.9 * (2 / Double(images)).squareRoot()
    let variance = (squares.x + squares.y) / Double(2 * images)
    let pooled = scatter / 2.0.squareRoot()
    #expect(variance > theory * (1 - pooled), "\(variance), theory \(theory)")
    #expect(variance < theory * 1.35 * (1 + pooled), "\(variance), theory \(theory)")
    #expect(thompson < theory)
    for pull in pulls {
      #expect(abs(pull / Double(images) - 1) < scatter + 0.08, "squared pull \(pull / Double(images))")
    }
  }

  @Test func neighboursAreToldApart() throws {
    var sky = Sky(columns: 60, rows: 60, step: 0.2)
    sky.spots = [(5, 5, 400), (6.6, 5.2, 100), (5.1, 8, 60)]
    let spots = try withRandom(4) { try findSpots(in: sky.draw($0), options: SpotOptions(fwhmMicrometers: 0.6)) }
    #expect(spots.count == 3)
    for (spot, truth) in zip(spots, sky.spots) {
      #expect(abs(spot.x.value - truth.x) < 5 * spot.x.uncertainty)
      #expect(abs(spot.y.value - truth.y) < 5 * spot.y.uncertainty)
      #expect(abs(spot.fwhm.value - 0.6) < 5 * spot.fwhm.uncertainty)
    }
  }

  /// Pixels without a measurement are no zeros: a scan cut short finds what it saw.
  @Test func interruptedImage() throws {
    var sky = Sky()
    sky.spots = [(10, 5, 300), (10, 15, 300)]
    var image = withRandom(5) { sky.draw($0) }
    for i in (24 * 40)..<1600 { image.counts[i] = -1 }
    let spots = try findSpots(in: image, options: SpotOptions(fwhmMicrometers: 0.6))
    #expect(spots.count == 1)
    #expect(abs(spots[0].y.value - 5) < 0.2)
  }

  @Test func oddImages() throws {
    let options = SpotOptions(fwhmMicrometers: 0.6)
    func spots(_ columns: Int, _ counts: [Int], step: Double = 0.5) throws -> Int {
      try findSpots(
        in: CountImage(columns: columns, counts: counts, stepMicrometers: step, dwellSeconds: 1), options: options
      ).count
    }
    #expect(try spots(1, [5]) == 0)
    #expect(try spots(5, [Int](repeating: 0, count: 25)) == 0)
    #expect(try spots(5, [Int](repeating: -1, count: 25)) == 0)
    // Steps wider than the spot: a single pixel is all there is of it.
    var wide = [Int](repeating: 3, count: 900)
    wide[455] = 80
    #expect(try spots(30, wide, step: 5) == 1)
    #expect(throws: AnalysisError.self) {
      try findSpots(
        in: CountImage(columns: 1, counts: [1], stepMicrometers: 1, dwellSeconds: 1),
        options: SpotOptions(fwhmMicrometers: 0))
    }
  }
}
