import Glibc

/// Exponential afterpulses as the pairs of a channel with itself show them.
struct ExponentialAfterpulses {
  /// Of the clicks that have an afterpulse.
  var share: MeasuredValue
  /// Their mean delay beyond the dead time.
  var delayNs: MeasuredValue
}

extension AfterpulsePairs {
  /// From so many standard deviations on a series of afterpulses is believed.
  static let significance = 5.0

  /// The afterpulses with which ``ClickResponse`` has the same geometric series in its pairs as the recording.
  ///
  /// - Parameter first: the bin from which on the pairs count.
  /// - Returns: whether the pairs show any (``significance``), and their law where it is above a quarter of a bin and within
  ///   the reach.
  func afterpulses(_ detector: ClickResponse.Detector, from first: Int) -> (
    found: ExponentialAfterpulses?, isSignificant: Bool
  ) {
    let excess = excess
    guard first < excess.values.count, let seen = GeometricSeries(excess.values[first...]),
      seen.score > Self.significance * Self.significance * excess.farVariance
    else { return (nil, false) }
    let binNs = Double(stepsPerBin) * detector.decay.periodPs / 1e3
    guard seen.delay >= 0.25, seen.delay < Double(excess.values.count - first) else { return (nil, true) }
    func shown(_ share: Double, _ delayNs: Double) -> GeometricSeries? {
      GeometricSeries(expected(detector, share: share, delayNs: delayNs).excess[first...])
    }
    var (share, delayNs) = (min(seen.sum, 0.3), seen.delay * binNs)
    for _ in 0..<8 {
      guard let shown = shown(share, delayNs) else { return (nil, true) }
      share = min(share * seen.sum / shown.sum, 0.5)
      delayNs = min(max(delayNs * seen.delay / shown.delay, binNs / 8), 2 * seen.delay * binNs)
    }

    // d ln(amplitude, delay) / d ln(share, delay) of the series shown
    let step = 1.1
    guard let here = shown(share, delayNs), let more = shown(share * step, delayNs),
      let longer = shown(share, delayNs * step)
    else { return (nil, true) }
    let slopes = [more, longer].map {
      (log($0.atFirst / here.atFirst) / log(step), log($0.delay / here.delay) / log(step))
    }
    let determinant = slopes[0].0 * slopes[1].1 - slopes[1].0 * slopes[0].1
    // how the fit of the series follows each difference
    let terms = excess.values[first...].indices.map { k in
      let place = Double(k - first)
      let value = seen.atFirst * exp(-place / seen.delay)
      return (value, value * place / seen.delay)
    }
    let square = terms.reduce(into: (0.0, 0.0, 0.0)) {
      $0.0 += $1.0 * $1.0
      $0.1 += $1.0 * $1.1
      $0.2 += $1.1 * $1.1
    }
    let information = square.0 * square.2 - square.1 * square.1
    var (ofShare, ofDelay) = ((variance: 0.0, level: 0.0), (variance: 0.0, level: 0.0))
    for (term, variance) in zip(terms, excess.variances[first...]) {
      let amplitude = (square.2 * term.0 - square.1 * term.1) / information
      let delay = (square.0 * term.1 - square.1 * term.0) / information
      let shareWeight = (slopes[1].1 * amplitude - slopes[1].0 * delay) / determinant
      let delayWeight = (slopes[0].0 * delay - slopes[0].1 * amplitude) / determinant
      ofShare.variance += shareWeight * shareWeight * variance
      ofShare.level += shareWeight
      ofDelay.variance += delayWeight * delayWeight * variance
      ofDelay.level += delayWeight
    }
    func uncertainty(_ sums: (variance: Double, level: Double)) -> Double {
      (sums.variance + sums.level * sums.level * excess.levelVariance).squareRoot()
    }
    return (
      ExponentialAfterpulses(
        share: MeasuredValue(share, share * uncertainty(ofShare)),
        delayNs: MeasuredValue(delayNs, delayNs * uncertainty(ofDelay))), true
    )
  }

  /// The bin from which on no pair is as close as the dead time.
  func firstUntouched(_ detector: ClickResponse.Detector) -> Int {
    let bins = detector.deadTimeNs * 1e3 / detector.decay.periodPs / Double(stepsPerBin)
    return stepsPerBin > 1 ? max(Int(bins.rounded(.up)) - 1, 0) : Int(bins.rounded(.up))
  }
}

/// A falling geometric series fitted by least squares, to half a per cent in its delay.
struct GeometricSeries {
  /// After how many terms it has fallen to 1/e.
  var delay: Double
  /// The first term.
  var atFirst: Double
  /// By how much it makes the sum of squares less.
  var score: Double
  /// All terms.
  var sum: Double { atFirst / -expm1(-1 / delay) }

  /// nil: the values show none that is above zero.
  init?(_ values: ArraySlice<Double>) {
    var best = (score: 0.0, delay: 0.0, atFirst: 0.0)
    for i in 0...1200 {
      let delay = 0.1 * exp(0.005 * Double(i))
      let ratio = exp(-1 / delay)
      var (product, square, power) = (0.0, 0.0, 1.0)
      for value in values {
        product += value * power
        square += power * power
        power *= ratio
        if power < 1e-12 { break }
      }
      // with the best amplitude
      if product > 0, product * product / square > best.score {
        best = (product * product / square, delay, product / square)
      }
    }
    guard best.score > 0 else { return nil }
    (delay, atFirst, score) = (best.delay, best.atFirst, best.score)
  }
}
