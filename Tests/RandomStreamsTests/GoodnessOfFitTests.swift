import CGSL
import RandomStreams
import Testing

@Suite("The comparison itself")
struct GoodnessOfFitTests {
  let exponential = Law(below: { gsl_cdf_exponential_P($0, 1) }, above: { gsl_cdf_exponential_Q($0, 1) })

  func comparison(from start: Double = 0, _ variate: (Double) -> Double) -> Comparison {
    var random = testStream(100)
    var sample = Sample.numbers()
    for _ in 0..<1_000_000 { sample.count(variate(random.uniformAboveZero())) }
    return sample.comparison(with: exponential, from: start)
  }

  @Test func passesTheLaw() {
    #expect(comparison { -PortableMath.log($0) }.agrees)
    #expect(comparison(from: 5) { -PortableMath.log($0) }.agrees)
  }

  @Test func noticesAScaleOnePercentOff() {
    #expect(comparison { -1.01 * PortableMath.log($0) }.kolmogorov < falseAlarm)
  }

  @Test func noticesAMissingTail() {
    #expect(comparison { min(9, -PortableMath.log($0)) }.upper < falseAlarm / 2)
    #expect(!comparison(from: 5) { min(9, -PortableMath.log($0)) }.agrees)
  }

  /// Forty-five draws of a million are elsewhere: a chi-square over thousands of cells does not mind.
  @Test func noticesTheLastFewDrawsMissing() {
    let short = comparison {
      let x = -PortableMath.log($0)
      return x < 10 ? x : 1
    }
    #expect(short.upper > falseAlarm && short.kolmogorov > falseAlarm)
    #expect(!short.agrees)
  }

  @Test func noticesASampleThatIsTooEven() {
    var sample = Sample.numbers()
    for i in 0..<1_000_000 { sample.count(-PortableMath.log((Double(i) + 0.5) / 1e6)) }
    #expect(sample.comparison(with: exponential).lower < falseAlarm / 2)
  }

  @Test func noticesNumbersThatCannotBe() {
    var random = testStream(101)
    var sample = Sample.numbers()
    for _ in 0..<100_000 { sample.count(-PortableMath.log(random.uniformAboveZero())) }
    #expect(sample.comparison(with: exponential).agrees)
    for wrong in [-1, .nan, .infinity] {
      var spoilt = sample
      spoilt.count(wrong)
      #expect(!spoilt.comparison(with: exponential).agrees)
    }
  }
}
