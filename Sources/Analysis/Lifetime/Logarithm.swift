/// The natural logarithm of eight positive normal numbers, to a few units in the last place.
///
/// ln(2^e f) = e ln 2 + 2 artanh((f − 1)/(f + 1)) with f between √½ and √2, by the series of artanh.
@inline(__always)
package func logarithm(_ x: SIMD8<Double>) -> SIMD8<Double> {
  typealias Bits = SIMD8<UInt64>
  let bits = unsafeBitCast(x, to: Bits.self)
  // counted from √½, so that the whole part of the power is the exponent
  let power = (bits &- Bits(repeating: 0x3FE6_A09E_667F_3BCD)) & Bits(repeating: 0xFFF0_0000_0000_0000)
  let f = unsafeBitCast(bits &- power, to: SIMD8<Double>.self)
  // a whole number with its sign as a double, without a conversion
  let shifted = (power &>> 52) ^ Bits(repeating: 0x800)
  let e =
    unsafeBitCast(shifted | Bits(repeating: 0x4330_0000_0000_0000), to: SIMD8<Double>.self)
    - (0x1p52 + 0x800)
  let s = (f - 1) / (f + 1)
  let z = s * s
  // a loop over the terms would not be unrolled
  var series = z * (1.0 / 21) + 1.0 / 19
  series = series * z + 1.0 / 17
  series = series * z + 1.0 / 15
  series = series * z + 1.0 / 13
  series = series * z + 1.0 / 11
  series = series * z + 1.0 / 9
  series = series * z + 1.0 / 7
  series = series * z + 1.0 / 5
  series = series * z + 1.0 / 3
  return e * 0.6931471805599453 + 2 * s * (1 + z * series)
}
