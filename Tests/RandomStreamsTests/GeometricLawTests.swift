import CGSL
import RandomStreams
import Testing

@Suite("Geometric law, false-alarm probability 1e-6 per comparison")
struct GeometricLawTests {
  let ziggurat = Ziggurat()

  /// GSL counts the trials, this law the failures before the last of them.
  func law(_ success: Double) -> Law {
    Law(upTo: { gsl_cdf_geometric_P($0 + 1, success) }, beyond: { gsl_cdf_geometric_Q($0 + 1, success) })
  }

  @Test(arguments: [0.999, 0.9, 0.5, 0.1, 0.02])
  func integerByInteger(success: Double) {
    var random = testStream(10)
    let drawn = GeometricLaw(success: success)
    var sample = Sample.integers(below: 2000)
    for _ in 0..<20_000_000 { sample.count(Int(drawn.draw(ziggurat, &random))) }
    #expect(sample.comparison(with: law(success)).agrees)
  }

  @Test(arguments: [1e-3, 1e-5, 1e-7])
  func rareSuccess(success: Double) {
    var random = testStream(11)
    let drawn = GeometricLaw(success: success)
    var sample = Sample.numbers()
    let draws = 100_000_000
    for _ in 0..<draws { sample.count(Double(drawn.draw(ziggurat, &random))) }
    #expect(sample.comparison(with: law(success)).agrees)
    #expect(sample.comparison(with: law(success), inTailOf: 1e-3).agrees)
    // A power of two between eight and sixteen mean waits.
    let far = (16 / success).binade
    #expect(isLikely(sample.split(at: far).above, expected: Double(draws) * law(success).above(far)))
  }

  /// With a limit the draw is the smaller of both, from the same random words.
  @Test(arguments: [1, 0.5, 0.02, 1e-5, 0])
  func upToALimit(success: Double) {
    let law = GeometricLaw(success: success)
    for limit: Int64 in [0, 1, 3, 1_000, 1 << 50] {
      var (random, same) = (testStream(13), testStream(13))
      for _ in 0..<1_000 {
        #expect(law.draw(ziggurat, &random, limit: limit) == min(limit, law.draw(ziggurat, &same)))
      }
    }
  }

  @Test func certainAndImpossibleSuccess() {
    var random = testStream(12)
    #expect(GeometricLaw(success: 1).draw(ziggurat, &random) == 0)
    #expect(GeometricLaw(success: 0).draw(ziggurat, &random) == 1 << 62)
  }
}
