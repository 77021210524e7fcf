/// Elementary functions whose bits do not depend on the processor.
///
/// The C library chooses implementations with or without fused multiply-add at run time, so its `log` and `exp` give
/// other last bits on other machines. Whatever decides a random draw goes through these instead. Goals, in order: the
/// same bits everywhere; an error below 1 ulp where the result is a normal number; speed.
///
/// `log` and `exp` use the argument reductions and minimax coefficients of fdlibm (Sun Microsystems, 1993:
/// `e_log.c`, `e_exp.c`); the `…MinusOne` and `…OnePlus` forms are Kahan's corrections of them.
public enum PortableMath {
  /// The natural logarithm of a positive, normal number. Zero and subnormal arguments give a number below −708.
  @inlinable
  public static func log(_ x: Double) -> Double {
    let bits = x.bitPattern
    // Exponent chosen so that the remaining factor lies in [√½, √2).
    let shifted = bits &- 0x3FE6_A09E_667F_3BCD
    let k = Int64(bitPattern: shifted) &>> 52
    let m = Double(bitPattern: bits &- (UInt64(bitPattern: k) &<< 52))
    let f = m - 1.0
    let s = f / (2.0 + f)
    let z = s * s
    let w = z * z
    let odd =
      z
      * (6.666666666666735130e-01 + w
        * (2.857142874366239149e-01
          + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)))
    let even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    let halfSquare = 0.5 * f * f
    let dk = Double(k)
    return dk * 6.93147180369123816490e-01
      - ((halfSquare - (s * (halfSquare + odd + even) + dk * 1.90821492927058770002e-10)) - f)
  }

  /// e to the power x; 0 below −745, infinite above 709.78.
  @inlinable
  public static func exp(_ x: Double) -> Double {
    if x > 709.78 { return .infinity }
    if x < -745 { return 0 }
    // Adding and subtracting 1.5·2⁵² rounds to the nearest integer.
    let k = (x * 1.44269504088896338700 + 0x1.8p52) - 0x1.8p52
    let high = x - k * 6.93147180369123816490e-01
    let low = k * 1.90821492927058770002e-10
    let r = high - low
    let t = r * r
    let c =
      r - t
      * (1.66666666666666019037e-01 + t
        * (-2.77777777770155933842e-03
          + t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))))
    let y = 1.0 - ((low - (r * c) / (2.0 - c)) - high)
    let n = Int(k)
    // Two factors so that results near the ends of the range scale without overflow.
    return y * powerOfTwo(n / 2) * powerOfTwo(n - n / 2)
  }

  /// log(1 + x) without loss of digits for small x.
  @inlinable
  public static func logOnePlus(_ x: Double) -> Double {
    let u = 1.0 + x
    return u == 1.0 ? x : log(u) * (x / (u - 1.0))
  }

  /// exp(x) − 1 without loss of digits for small x.
  @inlinable
  public static func expMinusOne(_ x: Double) -> Double {
    let u = exp(x)
    if u == 1.0 { return x }
    if u == 0 || u == .infinity || x < -36 || x > 36 { return u - 1.0 }
    return (u - 1.0) * (x / log(u))
  }

  /// x to the power y, for positive x.
  @inlinable
  public static func power(_ x: Double, _ y: Double) -> Double {
    exp(y * log(x))
  }

  @usableFromInline
  static func powerOfTwo(_ n: Int) -> Double {
    Double(bitPattern: UInt64(bitPattern: Int64(n + 1023)) &<< 52)
  }
}
