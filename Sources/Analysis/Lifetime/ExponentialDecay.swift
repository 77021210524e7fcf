import Glibc

/// What one exponential per unit of amplitude (counts per bin at the pulse) puts into the bins, with derivatives.
///
/// The response's masses start exponentials; a running sum that every step multiplies by e^{−δ/τ} holds them all, so that the
/// convolution takes one multiplication and one addition per step, is exact for bins of any width and any place within a step,
/// and needs no length that suits a Fourier transform. The tails of all earlier pulses are the running sum's value at the
/// start: what is left of one period over 1 − e^{−T/τ}.
struct ExponentialDecay {
  let grid: ResponseGrid

  /// Fills `value`, `byLogLifetime` (∂/∂ ln τ) and `byShift` (∂/∂ shift, in steps), one number per bin.
  ///
  /// - Parameters:
  ///   - moved: the response's masses in their place.
  ///   - place: where in its step each of them lies or begins, 0 to 1.
  func fill(
    lifetimeNs: Double, moved: [Double], place f: Double, value: UnsafeMutablePointer<Double>,
    byLogLifetime: UnsafeMutablePointer<Double>, byShift: UnsafeMutablePointer<Double>
  ) {
    let x = grid.stepNs / lifetimeNs
    let q = exp(-x)
    let fallen = -expm1(-x)
    // the photons of one period per unit of amplitude
    let scale = lifetimeNs / grid.binNs
    // what of a mass is left at the end of the step it begins in and of the next, where it falls in them, and −x d/dx of all
    let rest = exp(-(1 - f) * x)
    let left: (own: Double, next: Double)
    let leftSlope: (own: Double, next: Double)
    if grid.isPoint {
      left = (rest, 0)
      leftSlope = ((1 - f) * x * rest, 0)
    } else {
      left = (-expm1(-(1 - f) * x) / x, rest * -expm1(-f * x) / x)
      leftSlope = (left.own - (1 - f) * rest, left.next + (1 - f) * rest - q)
    }
    let spread = grid.isPoint ? 0 : f
    moved.withUnsafeBufferPointer { w in
      // one period from nothing; the last mass reaches over the end
      let last = w[w.count - 1]
      var c = 0.0
      var slope = 0.0
      var before = last
      for mass in w {
        slope = q * (slope + x * c) + leftSlope.own * mass + leftSlope.next * before
        c = q * c + left.own * mass + left.next * before
        before = mass
      }
      let gap = grid.gapNs / lifetimeNs
      let turn = grid.periodNs / lifetimeNs
      let all = -expm1(-turn)
      let stays = exp(-gap) / all
      slope = stays * (slope + c * (gap + exp(-turn) * turn / all))
      c *= stays
      before = last
      var step = 0
      for bin in 0..<grid.bins {
        var (v, d) = (0.0, 0.0)
        let atStart = c
        for _ in 0..<grid.fine {
          let mass = w[step]
          // what arrives in the step and is not left at its end has fallen in it
          let arriving = (1 - spread) * mass + spread * before
          let own = left.own * mass + left.next * before
          let ownSlope = leftSlope.own * mass + leftSlope.next * before
          v += fallen * c + arriving - own
          d += fallen * slope - x * q * c - ownSlope
          slope = q * (slope + x * c) + ownSlope
          c = q * c + own
          before = mass
          step += 1
        }
        value[bin] = scale * v
        byLogLifetime[bin] = scale * (v + d)
        // the rate at an edge is what is left there over τ
        byShift[bin] = scale * x * (atStart - c)
      }
    }
  }
}
