import Glibc

/// What one exponential puts into the bins, with derivatives.
///
/// The response's masses start exponentials; a running sum that every step multiplies by e^{−δ/τ} holds them all, so that the
/// convolution takes one multiplication and one addition per step, is exact for bins of any width and any place within a step,
/// and needs no length that suits a Fourier transform. Where the response has no masses the sum only falls, and eight bins are
/// filled at a time. The tails of all earlier pulses are the running sum's value at the start: what is left of one period over
/// 1 − e^{−T/τ}.
struct ExponentialDecay {
  /// The response in its place.
  let response: PlacedResponse

  /// Where the numbers of each bin go.
  struct Columns {
    /// The component, and its derivative by ln τ: written.
    let value, byLogLifetime: UnsafeMutablePointer<Double>
    /// The sum of all components, and its derivative by the shift in steps: added to.
    let model, byShift: UnsafeMutablePointer<Double>
  }

  /// What is left of all photons that came earlier, in units of a mass, and its derivative by ln τ.
  private struct Left {
    var sum = 0.0
    var slope = 0.0

    /// After a time in lifetimes without masses.
    func after(_ time: Double) -> Left {
      let share = exp(-time)
      return Left(sum: share * sum, slope: share * (slope + time * sum))
    }
  }

  /// Fills or adds to the bins.
  ///
  /// - Parameters:
  ///   - lifetimeNs: τ.
  ///   - amplitude: counts per bin at the pulse.
  func fill(lifetimeNs: Double, amplitude: Double, columns: Columns) {
    let grid = response.grid
    let rules = StepRules(grid: grid, place: response.place, lifetimeNs: lifetimeNs)
    let inBin = grid.binNs / lifetimeNs
    // the photons of one period
    let scale = amplitude * lifetimeNs / grid.binNs
    response.masses.withUnsafeBufferPointer { w in
      // one period from nothing
      var left = Left()
      for region in response.regions {
        guard region.hasMasses else {
          left = left.after(Double(region.bins.count) * inBin)
          continue
        }
        var before = w[(region.bins.lowerBound * grid.fine + w.count - 1) % w.count]
        for step in region.bins.lowerBound * grid.fine..<region.bins.upperBound * grid.fine {
          rules.advance(&left.sum, &left.slope, w[step], before)
          before = w[step]
        }
      }
      let turn = grid.periodNs / lifetimeNs
      let all = -expm1(-turn)
      left = left.after(grid.gapNs / lifetimeNs)
      left = Left(sum: left.sum / all, slope: (left.slope + left.sum * exp(-turn) * turn / all) / all)
      // and the steady state
      for region in response.regions {
        let bins = region.bins.clamped(to: 0..<grid.bins)
        guard region.hasMasses else {
          fall(from: left, bins, inBin, scale, rules.inStep, columns)
          left = left.after(Double(region.bins.count) * inBin)
          continue
        }
        var step = bins.lowerBound * grid.fine
        var before = w[(step + w.count - 1) % w.count]
        for bin in bins {
          var (v, d) = (0.0, 0.0)
          let atStart = left.sum
          for _ in 0..<grid.fine {
            let fallen = rules.advance(&left.sum, &left.slope, w[step], before)
            v += fallen.value
            d += fallen.slope
            before = w[step]
            step += 1
          }
          columns.value[bin] = scale * v
          columns.model[bin] += scale * v
          columns.byLogLifetime[bin] = scale * (v + d)
          // the rate at an edge is what is left there over τ
          columns.byShift[bin] += scale * rules.inStep * (atStart - left.sum)
        }
      }
    }
  }

  /// Bins without masses: the component is an exponential, its derivative one times a straight line.
  private func fall(
    from left: Left, _ bins: Range<Int>, _ inBin: Double, _ scale: Double, _ inStep: Double, _ columns: Columns
  ) {
    let fallen = -expm1(-inBin)
    let height = scale * fallen * left.sum
    let rise = height * inBin
    let slope = scale * (fallen * (left.sum + left.slope) - inBin * (1 - fallen) * left.sum)
    let lanes = SIMD8<Double>(0, 1, 2, 3, 4, 5, 6, 7)
    var share = SIMD8<Double>()
    for i in 0..<8 { share[i] = exp(-inBin * Double(i)) }
    let octave = exp(-8 * inBin)
    var line = slope + rise * lanes
    let value = UnsafeMutableRawPointer(columns.value)
    let byLogLifetime = UnsafeMutableRawPointer(columns.byLogLifetime)
    let model = UnsafeMutableRawPointer(columns.model)
    let byShift = UnsafeMutableRawPointer(columns.byShift)
    var bin = bins.lowerBound
    while bin + 8 <= bins.upperBound {
      let offset = bin * 8
      let v = height * share
      value.storeBytes(of: v, toByteOffset: offset, as: SIMD8<Double>.self)
      byLogLifetime.storeBytes(of: line * share, toByteOffset: offset, as: SIMD8<Double>.self)
      model.storeBytes(
        of: model.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self) + v, toByteOffset: offset,
        as: SIMD8<Double>.self)
      byShift.storeBytes(
        of: byShift.loadUnaligned(fromByteOffset: offset, as: SIMD8<Double>.self) + inStep * v, toByteOffset: offset,
        as: SIMD8<Double>.self)
      share *= octave
      // numbers too small for their full precision are slow
      if share[0] < 1e-250 { share = .zero }
      line += 8 * rise
      bin += 8
    }
    for (lane, last) in (bin..<bins.upperBound).enumerated() {
      let v = height * share[lane]
      columns.value[last] = v
      columns.byLogLifetime[last] = line[lane] * share[lane]
      columns.model[last] += v
      columns.byShift[last] += inStep * v
    }
  }
}

/// How one step of the grid changes what is left, for one lifetime and one place of the masses within their steps.
private struct StepRules {
  /// A step in lifetimes.
  let inStep: Double
  private let q: Double
  private let fallen: Double
  /// What of a mass is left at the end of the step it begins in and of the next, where it falls in them, and −x d/dx of all.
  private let own, next, ownSlope, nextSlope: Double
  /// The share of a mass that falls in the step after its own.
  private let spread: Double

  init(grid: ResponseGrid, place f: Double, lifetimeNs: Double) {
    let x = grid.stepNs / lifetimeNs
    inStep = x
    q = exp(-x)
    fallen = -expm1(-x)
    let rest = exp(-(1 - f) * x)
    if grid.isPoint {
      (own, next) = (rest, 0)
      (ownSlope, nextSlope) = ((1 - f) * x * rest, 0)
      spread = 0
    } else {
      own = -expm1(-(1 - f) * x) / x
      next = rest * -expm1(-f * x) / x
      ownSlope = own - (1 - f) * rest
      nextSlope = next + (1 - f) * rest - q
      spread = f
    }
  }

  /// One step on; returns what falls in it and the derivative of that.
  @inline(__always) @discardableResult
  func advance(_ sum: inout Double, _ slope: inout Double, _ mass: Double, _ before: Double)
    -> (value: Double, slope: Double)
  {
    // what arrives in the step and is not left at its end has fallen in it
    let arriving = (1 - spread) * mass + spread * before
    let stays = own * mass + next * before
    let staysSlope = ownSlope * mass + nextSlope * before
    let falls = (fallen * sum + arriving - stays, fallen * slope - inStep * q * sum - staysSlope)
    slope = q * (slope + inStep * sum) + staysSlope
    sum = q * sum + stays
    return falls
  }
}
