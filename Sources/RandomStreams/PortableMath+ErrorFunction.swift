extension PortableMath {
  /// The error function, 2/√π ∫₀ˣ e^(−t²) dt, to 2e-15.
  ///
  /// The series 2/√π e^(−x²) Σ 2ⁿ x^(2n+1)/(2n+1)!! has positive terms only (Abramowitz and Stegun, 7.1.6). Beyond 6 the
  /// function is 1 to the last bit.
  public static func errorFunction(_ x: Double) -> Double {
    if x < 0 { return -errorFunction(-x) }
    if x > 6 { return 1 }
    var term = x
    var sum = x
    var n = 1.0
    while term > sum * 0x1p-54 {
      term *= 2 * x * x / (2 * n + 1)
      sum += term
      n += 1
    }
    return 1.1283791670955126 * exp(-x * x) * sum
  }
}
