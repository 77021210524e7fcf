import CGSL
import Glibc
import TimeTags

/// The laser's phase over a recording: turns a time into a pulse number and a delay after that pulse.
///
/// phase(t) = f·t − θ(t) in periods, with θ piecewise linear between the centres of blocks in which the phase was
/// measured. In T3 it is not needed: the instrument did the same in hardware.
public struct PulseClock: Sendable {
  /// Periods per tick.
  public let frequency: Double
  /// Centres of the phase measurements in ticks, rising.
  let knots: [Double]
  /// The phase correction θ at the knots, in periods.
  let corrections: [Double]

  /// The period in picoseconds (the mean over the recording).
  public var periodPicoseconds: Double { 1 / (meanFrequency * TagClock.ticksPerPicosecond) }

  /// The mean frequency in Hz.
  public var frequencyHz: Double { meanFrequency * TagClock.ticksPerPicosecond * 1e12 }

  private var meanFrequency: Double {
    guard let first = knots.first, let last = knots.last, last > first else { return frequency }
    return frequency - (corrections[corrections.count - 1] - corrections[0]) / (last - first)
  }

  /// θ at a time. `cursor` keeps the place between calls with rising times.
  @inline(__always)
  func correction(_ time: Double, _ cursor: inout Int) -> Double {
    let count = knots.count
    if count < 2 { return corrections.first ?? 0 }
    while cursor < count - 2 && time > knots[cursor + 1] { cursor &+= 1 }
    while cursor > 0 && time < knots[cursor] { cursor &-= 1 }
    let x0 = knots[cursor]
    let fraction = (time - x0) / (knots[cursor + 1] - x0)
    return corrections[cursor] + (corrections[cursor + 1] - corrections[cursor]) * min(max(fraction, 0), 1)
  }

  /// The phase in periods.
  @inline(__always)
  public func phase(_ ticks: Int64, cursor: inout Int) -> Double {
    let time = Double(ticks)
    return frequency * time - correction(time, &cursor)
  }
}

/// Finds the laser's phase in a T2 stream, as pulsars are timed: a coherent search on the first seconds, then a phase
/// per block over the whole stream.
struct PulseRecovery {
  let clock: TagClock
  /// The channels that carry the light, the busiest first.
  let channels: [UInt8]
  /// Photons per second in those channels together.
  let rateHz: Double

  /// Blocks of the coherent search.
  private static let searchBlocks = 1 << 18

  /// Recovers the phase.
  ///
  /// - Parameters:
  ///   - guessHz: the frequency, known to within 15 kHz (``PeriodSearch`` knows it to half of that).
  /// - Throws: ``AnalysisError`` when no coherent phase is found.
  func recover(guessHz: Double, replay: Replay) throws -> PulseClock {
    _ = gslErrorsReturned
    let guess = guessHz * 1e-12 / TagClock.ticksPerPicosecond
    let (frequency, offsets) = try coherentSearch(guess: guess, replay: replay)
    return try track(frequency: frequency, offsets: offsets, replay: replay)
  }

  /// The refined frequency (periods per tick) and the phase of each channel.
  private func coherentSearch(guess: Double, replay: Replay) throws -> (Double, [Double]) {
    let n = Self.searchBlocks
    let length: Int64 = 32_000_000 * 16
    var sums = [Double](repeating: 0, count: 2 * n)
    var photons = 0
    let channel = channels[0]
    var start: Int64?
    try play(replay) { tags in
      for tag in tags where tag.kind == .photon && tag.channel == channel {
        let time = clock.ticks(macroTime: tag.macroTime, nanotime: 0)
        let begin = start ?? time
        start = begin
        let block = Int((time &- begin) / length)
        guard block >= 0 else { continue }
        if block >= n { return false }
        let cycles = guess * Double(time &- begin)
        let angle = -2 * Double.pi * (cycles - cycles.rounded(.down))
        sums[2 * block] += cos(angle)
        sums[2 * block + 1] += sin(angle)
        photons += 1
      }
      return true
    }
    guard photons >= 50 else {
      throw AnalysisError("The stream has too few photons (\(photons)) to find the laser's phase.")
    }
    var spectrum = sums
    guard gsl_fft_complex_radix2_forward(&spectrum, 1, n) == 0 else {
      throw AnalysisError("The Fourier transform of the phase search failed.")
    }
    var best = 0
    var bestPower = 0.0
    for k in 0..<n {
      let power = spectrum[2 * k] * spectrum[2 * k] + spectrum[2 * k + 1] * spectrum[2 * k + 1]
      if power > bestPower { (best, bestPower) = (k, power) }
    }
    guard bestPower / Double(photons) > log(Double(n) / PeriodSearch.falseAlarm) else {
      throw AnalysisError(
        "No stable laser phase near \(guessHzText(guess)) was found: the period is not coherent over the recording.")
    }
    // Interpolate: compress to 256 super-blocks around the peak, then climb on a fine grid
    let signed = best < n / 2 ? best : best - n
    let coarse = Double(signed) / Double(n)  // periods per block
    let groups = 256
    let size = n / groups
    var re = [Double](repeating: 0, count: groups)
    var im = [Double](repeating: 0, count: groups)
    for block in 0..<n where sums[2 * block] != 0 || sums[2 * block + 1] != 0 {
      let cycles = coarse * (Double(block) + 0.5)
      let angle = -2 * Double.pi * (cycles - cycles.rounded(.down))
      let (c, s) = (cos(angle), sin(angle))
      re[block / size] += sums[2 * block] * c - sums[2 * block + 1] * s
      im[block / size] += sums[2 * block] * s + sums[2 * block + 1] * c
    }
    var bestOffset = 0.0
    var bestFine = -1.0
    for step in -100...100 {
      let offset = Double(step) / 100  // in Fourier bins
      var (x, y) = (0.0, 0.0)
      for group in 0..<groups {
        let angle = -2 * Double.pi * offset * (Double(group) + 0.5) / Double(groups)
        let (c, s) = (cos(angle), sin(angle))
        x += re[group] * c - im[group] * s
        y += re[group] * s + im[group] * c
      }
      if x * x + y * y > bestFine { (bestFine, bestOffset) = (x * x + y * y, offset) }
    }
    let frequency = guess + (coarse + bestOffset / Double(n)) / Double(length)
    return (frequency, try channelPhases(frequency, limit: (start ?? 0) &+ length &* Int64(n), replay: replay))
  }

  /// The mean phase of every channel over the first seconds, relative to the first channel.
  private func channelPhases(_ frequency: Double, limit: Int64, replay: Replay) throws -> [Double] {
    guard channels.count > 1 else { return [0] }
    var re = [Double](repeating: 0, count: 256)
    var im = [Double](repeating: 0, count: 256)
    try play(replay) { tags in
      for tag in tags where tag.kind == .photon {
        let time = clock.ticks(macroTime: tag.macroTime, nanotime: 0)
        if time > limit { return false }
        let (c, s) = phasor(frequency, time)
        re[Int(tag.channel)] += c
        im[Int(tag.channel)] += s
      }
      return true
    }
    let first = angle(re[Int(channels[0])], im[Int(channels[0])])
    return channels.map { angle(re[Int($0)], im[Int($0)]) - first }
  }

  /// The phase per block over the whole stream.
  private func track(frequency: Double, offsets: [Double], replay: Replay) throws -> PulseClock {
    // enough photons for a phase to 1/100 of a period, short enough for the clocks not to drift away
    let seconds = min(max(1000 / max(rateHz, 1), 0.05), 10)
    let length = Int64(seconds * 1e12 * TagClock.ticksPerPicosecond)
    var rotation = [(Double, Double)?](repeating: nil, count: 256)
    for (channel, offset) in zip(channels, offsets) {
      rotation[Int(channel)] = (cos(2 * .pi * offset), -sin(2 * .pi * offset))
    }
    var re: [Double] = []
    var im: [Double] = []
    var counts: [Double] = []
    try replay { tags in
      for tag in tags where tag.kind == .photon {
        guard let (rc, rs) = rotation[Int(tag.channel)] else { continue }
        let time = clock.ticks(macroTime: tag.macroTime, nanotime: 0)
        let block = max(Int(time / length), 0)
        if block >= re.count {
          let missing = block + 1 - re.count
          re.append(contentsOf: repeatElement(0, count: missing))
          im.append(contentsOf: repeatElement(0, count: missing))
          counts.append(contentsOf: repeatElement(0, count: missing))
        }
        let (c, s) = phasor(frequency, time)
        re[block] += c * rc - s * rs
        im[block] += c * rs + s * rc
        counts[block] += 1
      }
    }
    var knots: [Double] = []
    var corrections: [Double] = []
    var slope = 0.0
    for block in re.indices {
      // a block whose phasor is not clearly above noise (probability e^−10) carries no phase
      guard counts[block] > 0, (re[block] * re[block] + im[block] * im[block]) / counts[block] > 10 else { continue }
      let center = (Double(block) + 0.5) * Double(length)
      var phase = -angle(re[block], im[block])
      if let last = corrections.last, let lastKnot = knots.last {
        let predicted = last + slope * (center - lastKnot)
        phase += (predicted - phase).rounded()
        let newSlope = (phase - last) / (center - lastKnot)
        slope += 0.3 * (newSlope - slope)
      }
      knots.append(center)
      corrections.append(phase)
    }
    guard !knots.isEmpty else {
      throw AnalysisError("The laser's phase was lost while following it through the recording.")
    }
    return PulseClock(frequency: frequency, knots: knots, corrections: corrections)
  }

  /// e^{−2πi f t}.
  @inline(__always)
  private func phasor(_ frequency: Double, _ time: Int64) -> (Double, Double) {
    let cycles = frequency * Double(time)
    let angle = -2 * Double.pi * (cycles - cycles.rounded(.down))
    return (cos(angle), sin(angle))
  }

  /// The angle of a phasor in periods, −1/2 to 1/2.
  private func angle(_ re: Double, _ im: Double) -> Double {
    atan2(im, re) / (2 * .pi)
  }

  private func guessHzText(_ guess: Double) -> String {
    "\((guess * TagClock.ticksPerPicosecond * 1e12).rounded()) Hz"
  }
}
