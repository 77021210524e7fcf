import Analysis
import Glibc
import Testing

@Test("eight logarithms at a time are those of the C library, to two units in the last place")
func logarithms() {
  var worst = 0.0
  // from the smallest normal numbers to the largest, and close to 1, where the logarithm is small
  for k in 0..<20_000 {
    var x = SIMD8<Double>()
    for lane in 0..<8 {
      x[lane] = lane < 4 ? exp(-700 + 0.07 * (Double(k) + Double(lane) / 4)) : 0.5 + Double(k * 4 + lane) / 5e4
    }
    let found = logarithm(x)
    for lane in 0..<8 {
      let expected = log(x[lane])
      if expected == 0 { #expect(found[lane] == 0) }
      worst = max(worst, abs(found[lane] - expected) / max(expected.ulp, 1e-16))
    }
  }
  #expect(worst <= 2.5, "\(worst) units")
}
