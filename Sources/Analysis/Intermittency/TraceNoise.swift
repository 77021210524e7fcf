import CGSL
import Glibc

/// The autocorrelation of an intensity trace, free of shot noise: ⟨n(t) n(t + τ)⟩/⟨n⟩² − 1 for τ of one bin and more.
public struct TraceAutocorrelation: Codable, Sendable, Hashable {
  /// Delays in seconds, twelve per decade.
  public var delayS: [Double]
  /// The correlation, averaged from halfway to the delay before to halfway to the one after.
  public var value: [Double]

  enum CodingKeys: String, CodingKey {
    case delayS = "delay_s"
    case value
  }

  /// - Parameter counts: at least 4 bins of `binSeconds`. Delays up to a quarter of the trace.
  package init(_ counts: [Int], binSeconds: Double) {
    // zeros behind the trace, so that its end does not meet its beginning
    var length = 1
    while length < 2 * counts.count { length *= 2 }
    var data = counts.map(Double.init) + [Double](repeating: 0, count: length - counts.count)
    gsl_fft_real_radix2_transform(&data, 1, length)
    data[0] *= data[0]
    data[length / 2] *= data[length / 2]
    for i in 1..<(length / 2) {
      data[i] = data[i] * data[i] + data[length - i] * data[length - i]
      data[length - i] = 0
    }
    gsl_fft_halfcomplex_radix2_inverse(&data, 1, length)
    var head = [0]
    for count in counts { head.append(head.last! + count) }
    let total = head.last!
    // each product over the means of the two stretches it is made of
    func value(_ lag: Int) -> Double {
      let pairs = Double(counts.count - lag)
      let product = Double(head[counts.count - lag]) * Double(total - head[lag])
      return product > 0 ? data[lag] * pairs / product - 1 : 0
    }
    delayS = []
    self.value = []
    for (low, high) in logarithmicRanges(upTo: counts.count / 4) {
      delayS.append(Double(low + high) / 2 * binSeconds)
      self.value.append((low...high).reduce(0) { $0 + value($1) } / Double(high - low + 1))
    }
  }
}

/// The power spectrum of the relative intensity, one-sided, in 1/Hz: its integral over frequency is the variance over the
/// squared mean. A Hann window keeps slow blinking from leaking into high frequencies.
public struct IntensitySpectrum: Codable, Sendable, Hashable {
  /// Frequencies in Hz, twelve per decade.
  public var frequencyHz: [Double]
  /// The density in 1/Hz, shot noise included.
  public var densityPerHz: [Double]
  /// The density of the shot noise alone, 2/rate, in 1/Hz.
  public var shotNoisePerHz: Double

  enum CodingKeys: String, CodingKey {
    case frequencyHz = "frequency_hz"
    case densityPerHz = "density_per_hz"
    case shotNoisePerHz = "shot_noise_per_hz"
  }

  /// - Parameter counts: at least 16 bins of `binSeconds`, with photons. The last bins beyond a power of two take part by
  ///   zeros behind the trace.
  package init(_ counts: [Int], binSeconds: Double) {
    let n = counts.count
    let mean = Double(counts.reduce(0, +)) / Double(n)
    var length = 1
    while length < n { length *= 2 }
    var data = [Double](repeating: 0, count: length)
    var weight = 0.0
    for i in 0..<n {
      let window = 0.5 - 0.5 * cos(2 * .pi * (Double(i) + 0.5) / Double(n))
      data[i] = (Double(counts[i]) - mean) / mean * window
      weight += window * window
    }
    gsl_fft_real_radix2_transform(&data, 1, length)
    frequencyHz = []
    densityPerHz = []
    let step = 1 / (Double(length) * binSeconds)
    let first = max(2 * length / n, 1)
    for (low, high) in logarithmicRanges(upTo: length / 2 - 1) where low >= first {
      let power = (low...high).reduce(0) { $0 + data[$1] * data[$1] + data[length - $1] * data[length - $1] }
      frequencyHz.append(Double(low + high) / 2 * step)
      densityPerHz.append(2 * binSeconds * power / weight / Double(high - low + 1))
    }
    shotNoisePerHz = 2 * binSeconds / mean
  }
}

/// 1 … `last` in consecutive ranges, about twelve per decade.
private func logarithmicRanges(upTo last: Int) -> [(low: Int, high: Int)] {
  var result: [(low: Int, high: Int)] = []
  var low = 1
  while low <= last {
    let high = min(max(Int(Double(low) * 1.2), low), last)
    result.append((low, high))
    low = high + 1
  }
  return result
}
