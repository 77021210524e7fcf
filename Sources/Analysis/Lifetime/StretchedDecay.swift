import CGSL
import Glibc

/// What a stretched exponential exp(−(t/τ)^β) per unit of amplitude puts into the bins, with derivatives.
///
/// No running sum exists for it, so the bins are filled by direct convolution with the response's few masses. Between the edges
/// of a step the curve is integrated by three Gauss points, in the first two steps, where it has a cusp, by the incomplete gamma
/// function. The tails of all earlier pulses are smooth and are interpolated between 24 Chebyshev points.
struct StretchedDecay {
  let grid: ResponseGrid

  /// The curve at a time, and its derivatives by ln τ and ln β.
  @inline(__always)
  private static func curve(_ t: Double, _ lifetime: Double, _ exponent: Double) -> SIMD3<Double> {
    let l = log(t / lifetime)
    let u = exp(exponent * l)
    let e = exp(-u)
    return SIMD3(e, exponent * u * e, -exponent * l * u * e)
  }

  /// The integral of the curve from 0 to a time.
  private static func integral(_ t: Double, _ lifetime: Double, _ exponent: Double) -> Double {
    let a = 1 / exponent
    return lifetime * a * gsl_sf_gamma(a) * gsl_sf_gamma_inc_P(a, pow(t / lifetime, exponent))
  }

  /// The integral and its derivatives by ln τ and ln β.
  private static func integrals(_ t: Double, _ lifetime: Double, _ exponent: Double) -> SIMD3<Double> {
    guard t > 0 else { return .zero }
    let h = 1e-4
    let value = integral(t, lifetime, exponent)
    let byLifetime = integral(t, lifetime * exp(h), exponent) - integral(t, lifetime * exp(-h), exponent)
    let byExponent = integral(t, lifetime, exponent * exp(h)) - integral(t, lifetime, exponent * exp(-h))
    return SIMD3(value, byLifetime / (2 * h), byExponent / (2 * h))
  }

  /// The sum of the curve over all earlier pulses as Chebyshev coefficients over the period.
  private func tails(_ lifetime: Double, _ exponent: Double) -> [SIMD3<Double>] {
    let n = 24
    let period = grid.periodNs
    let values = (0..<n).map { k -> SIMD3<Double> in
      let t = period * (1 + cos(.pi * (Double(k) + 0.5) / Double(n))) / 2
      var sum = SIMD3<Double>.zero
      for turn in 1...4000 {
        let term = Self.curve(t + Double(turn) * period, lifetime, exponent)
        sum += term
        if term[0] < 1e-14 { break }
      }
      return sum
    }
    return (0..<n).map { j in
      var sum = SIMD3<Double>.zero
      for k in 0..<n { sum += values[k] * cos(.pi * Double(j) * (Double(k) + 0.5) / Double(n)) }
      return sum * ((j == 0 ? 1 : 2) / Double(n))
    }
  }

  private func tail(_ t: Double, _ coefficients: [SIMD3<Double>]) -> SIMD3<Double> {
    let y = 2 * t / grid.periodNs - 1
    var (b1, b2) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
    for c in coefficients.dropFirst().reversed() { (b1, b2) = (2 * y * b1 - b2 + c, b1) }
    return y * b1 - b2 + coefficients[0]
  }

  /// Fills the value and its derivatives by ln τ, ln β and the shift in steps, one number per bin.
  func fill(
    lifetimeNs: Double, exponent: Double, moved: [Double], place f: Double, value: UnsafeMutablePointer<Double>,
    byLogLifetime: UnsafeMutablePointer<Double>, byLogExponent: UnsafeMutablePointer<Double>,
    byShift: UnsafeMutablePointer<Double>
  ) {
    _ = gslErrorsReturned
    let n = grid.steps
    // a mass late in the period reaches the early steps one turn on, and the gap at the period's end later
    let gap = grid.gapNs / grid.stepNs
    let wholeGap = Int(gap)
    let part = gap - Double(wholeGap)
    let earlier = tails(lifetimeNs, exponent)
    // kernel[k]: from a mass in step 0 into step k of the same turn
    var kernel = [SIMD4<Double>](repeating: .zero, count: n + wholeGap + 1)
    // a spread mass is three points in its step
    let points = grid.isPoint ? [(0.0, 1.0)] : gauss
    for (offset, share) in points {
      add(
        to: &kernel, place: f + offset, share: share, lifetimeNs: lifetimeNs, exponent: exponent, earlier: earlier)
    }
    let masses = moved.indices.filter { moved[$0] != 0 }
    for bin in 0..<grid.bins {
      var sum = SIMD4<Double>.zero
      for k in bin * grid.fine..<(bin + 1) * grid.fine {
        for i in masses {
          if i <= k {
            sum += moved[i] * kernel[k - i]
          } else {
            let late = k - i + n + wholeGap
            sum += moved[i] * ((1 - part) * kernel[late] + part * kernel[late + 1])
          }
        }
      }
      sum /= grid.binNs
      value[bin] = sum[0]
      byLogLifetime[bin] = sum[1]
      byLogExponent[bin] = sum[2]
      byShift[bin] = sum[3]
    }
  }

  /// Adds the kernel of a point at a place within the first two steps.
  private func add(
    to kernel: inout [SIMD4<Double>], place: Double, share: Double, lifetimeNs: Double, exponent: Double,
    earlier: [SIMD3<Double>]
  ) {
    let step = grid.stepNs
    let first = Int(place)
    for k in kernel.indices {
      let start = (Double(k) - place) * step
      if k < first {
        // before the point there are the tails only
        var sum = SIMD3<Double>.zero
        for (place, weight) in gauss { sum += weight * step * tail(start + place * step, earlier) }
        let slope = tail(start, earlier)[0] - tail(start + step, earlier)[0]
        kernel[k] += share * SIMD4(sum[0], sum[1], sum[2], step * slope)
        continue
      }
      var sum = SIMD3<Double>.zero
      if k < first + 2 {
        sum = Self.integrals(start + step, lifetimeNs, exponent) - Self.integrals(start, lifetimeNs, exponent)
      }
      for (place, weight) in gauss {
        let t = start + place * step
        if k >= first + 2 { sum += weight * step * Self.curve(t, lifetimeNs, exponent) }
        sum += weight * step * tail(t, earlier)
      }
      let before = start > 0 ? Self.curve(start, lifetimeNs, exponent)[0] : 0
      let after = Self.curve(start + step, lifetimeNs, exponent)[0]
      let slope = before - after + tail(start, earlier)[0] - tail(start + step, earlier)[0]
      kernel[k] += share * SIMD4(sum[0], sum[1], sum[2], step * slope)
    }
  }
}

/// Places and weights of three Gauss points between 0 and 1.
private let gauss = [
  (0.5 - 0.387298334620741688, 5.0 / 18), (0.5, 8.0 / 18), (0.5 + 0.387298334620741688, 5.0 / 18),
]
