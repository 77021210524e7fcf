import Glibc

/// The signed root of the Poisson deviance, r = sign(d − m) √(2(m − d + d ln(d/m))), and its derivative with respect to m.
///
/// Its sum of squares is −2 ln of the likelihood ratio, so that least squares in it is maximum likelihood (Baker & Cousins,
/// NIM 221, 437 (1984); as a least-squares problem Laurence & Chromy, Nature Methods 7, 338 (2010)).
///
/// - Parameters:
///   - d: the count.
///   - m: the expected count, above 0.
@inline(__always)
func signedRootDeviance(_ d: Double, _ m: Double) -> (r: Double, slope: Double) {
  let x = (d - m) / m
  if abs(x) < 1e-4 {
    let root = (m * (1 - x / 3 + x * x / 6)).squareRoot()
    return (x * root, -1 / root)
  }
  let h = d > 0 ? (1 + x) * log1p(x) - x : 1
  let q = (2 * m * h).squareRoot()
  return (x < 0 ? -q : q, -abs(x) / q)
}
