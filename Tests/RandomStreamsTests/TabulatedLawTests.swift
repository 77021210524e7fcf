import CGSL
import RandomStreams
import Testing

@Suite("Laws given by a table")
struct TabulatedLawTests {
  /// Kolmogorov and Smirnov, two-sided, 1e-6: a rising, a falling and a flat stretch, and one of density zero.
  @Test func followsTheTable() {
    let law = TabulatedLaw(x: [-1, 0, 1, 2, 4], densities: [0, 2, 0, 0, 1])
    var stream = RandomStream(seed: 11, purpose: .detector, entity: 0, block: 0)
    let n = 200_000
    let draws = (0..<n).map { _ in law.draw(&stream) }.sorted()
    var distance = 0.0
    for (i, x) in draws.enumerated() {
      // Areas 1, 1, 0 and 1.
      let expected =
        switch x {
        case ..<0: (x + 1) * (x + 1) / 3
        case ..<1: (2 - (1 - x) * (1 - x)) / 3
        case ..<2: 2.0 / 3
        default: (2 + (x - 2) * (x - 2) / 4) / 3
        }
      distance = max(distance, expected - Double(i) / Double(n), Double(i + 1) / Double(n) - expected)
    }
    #expect(distance < (gsl_sf_log(2 / 1e-6) / (2 * Double(n))).squareRoot())
    #expect(!draws.contains { 1 < $0 && $0 < 2 })
  }
}
