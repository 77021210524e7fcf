import CGSL
import Glibc
import RandomStreams
import Testing

@Suite("Elementary functions with portable bits")
struct PortableMathTests {
  /// Units in the last place between two results.
  func ulps(_ a: Double, _ b: Double) -> Double { abs(a - b) / b.ulp }

  @Test func logAgreesWithTheCLibraryToOneUlp() {
    var stream = RandomStream(seed: 5, purpose: .emission, entity: 0, block: 0)
    for _ in 0..<200_000 {
      let x = Glibc.exp((stream.uniform() - 0.5) * 1400)
      #expect(ulps(PortableMath.log(x), Glibc.log(x)) <= 1)
    }
    for x in [1.0, 0.5, 2.0, 1 - 0x1p-53, 1 + 0x1p-52, 0x1p-53, 0.7071067811865476] {
      #expect(ulps(PortableMath.log(x), Glibc.log(x)) <= 1 || PortableMath.log(x) == Glibc.log(x))
    }
  }

  @Test func expAgreesWithTheCLibraryToOneUlp() {
    var stream = RandomStream(seed: 6, purpose: .emission, entity: 0, block: 0)
    for _ in 0..<200_000 {
      let x = (stream.uniform() - 0.5) * 1400
      #expect(ulps(PortableMath.exp(x), Glibc.exp(x)) <= 1)
    }
    #expect(PortableMath.exp(0) == 1)
    #expect(PortableMath.exp(-800) == 0)
    #expect(PortableMath.exp(800) == .infinity)
  }

  @Test func smallArgumentsKeepTheirDigits() {
    for x in [1e-12, 3e-7, -2e-5, 0.01, -0.3, 1e-18] {
      #expect(abs(PortableMath.logOnePlus(x) - Glibc.log1p(x)) <= 4 * Glibc.log1p(x).ulp)
      #expect(abs(PortableMath.expMinusOne(x) - Glibc.expm1(x)) <= 4 * Glibc.expm1(x).magnitude.ulp)
    }
    #expect(abs(PortableMath.power(3, 2.5) - 15.588457268119896) < 1e-13)
  }
}
