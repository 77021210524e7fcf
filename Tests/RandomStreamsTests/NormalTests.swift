import CGSL
import RandomStreams
import Testing

@Suite("Normal of the ziggurat, false-alarm probability 1e-6 per comparison")
struct NormalTests {
  let ziggurat = Ziggurat()
  /// One side of the normal law.
  let half = Law(below: { gsl_sf_erf($0 * 0.5.squareRoot()) }, above: { 2 * gsl_cdf_ugaussian_Q($0) })

  /// A hundred million draws, each side by itself: beyond 5.25 standard deviations are eight of them on either.
  @Test func bodyAndFarTailOnBothSides() {
    var random = testStream(3)
    var sides = [Sample.numbers(), Sample.numbers()]
    var negative = 0
    let draws = 100_000_000
    for _ in 0..<draws {
      let x = ziggurat.normal(&random)
      let side = x < 0 ? 1 : 0
      negative += side
      sides[side].count(x.magnitude)
    }
    let sign = 2 * (Double(negative) - Double(draws) / 2) / Double(draws).squareRoot()
    #expect(gsl_cdf_ugaussian_Q(abs(sign)) > falseAlarm / 2)
    for side in sides {
      #expect(side.comparison(with: half).agrees)
      // From 4 the tail alone; 3.640625 is the last edge before the ziggurat's base layer ends.
      for start in [3.640625, 4] { #expect(side.comparison(with: half, from: start).agrees) }
      for start in [3.75, 4, 4.5, 5, 5.25] {
        #expect(isLikely(side.split(at: start).above, expected: Double(draws) / 2 * half.above(start)))
      }
    }
  }

  /// The code behind the base layer, which one draw in 3 900 reaches: streams whose first word lies there. Bit 8 is the
  /// sign.
  @Test(arguments: [1.0, -1]) func beyondTheBaseLayer(sign: Double) {
    var random = testStream(sign > 0 ? 4 : 5)
    var sample = Sample.numbers()
    for _ in 0..<10_000_000 {
      var stream = RandomStream(firstWord: ~0x7FF | (sign < 0 ? 0x100 : 0), from: &random)
      sample.count(sign * ziggurat.normal(&stream))
    }
    let tail = half.above(3.6541528853610088)
    #expect(sample.comparison(with: Law(above: { min(1, half.above($0) / tail) })).agrees)
  }
}
