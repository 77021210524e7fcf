import CGSL
import RandomStreams
import Testing

@Suite("Choice among outcomes, false-alarm probability 1e-6 per comparison")
struct DiscreteLawTests {
  func check(_ weights: [Double], draws: Int, entity: UInt32) {
    var random = testStream(entity)
    let drawn = DiscreteLaw(weights: weights)
    var sample = Sample.integers(below: weights.count)
    for _ in 0..<draws { sample.count(drawn.draw(&random)) }
    let total = weights.reduce(0, +)
    func share(_ range: Range<Int>) -> Double { weights[range].reduce(0, +) / total }
    let law = Law(
      below: { share(0..<min(Int($0), weights.count)) }, above: { share(min(Int($0), weights.count)..<weights.count) })
    #expect(sample.comparison(with: law).agrees)
  }

  @Test func someOutcomesImpossibleAndOneRare() {
    // Thirty expected draws of the rarest.
    check([0, 3, 1e-5, 0, 5, 2, 0.1], draws: 30_000_000, entity: 30)
  }

  @Test func aThousandOutcomesOverSixDecades() {
    check((0..<1000).map { PortableMath.exp(-0.014 * Double($0)) }, draws: 30_000_000, entity: 31)
  }

  @Test func oneOutcome() {
    var random = testStream(32)
    let law = DiscreteLaw(weights: [0.3])
    #expect((0..<1000).allSatisfy { _ in law.draw(&random) == 0 })
  }
}
