import CGSL
import Glibc
import TimeTags

/// Finds the laser's phase in a T2 stream, as pulsars are timed.
///
/// 1. A coherent search on the first seconds: the frequency (two passes over those seconds).
/// 2. The mean phase per block over the whole stream, joined by the simplest smooth curve (one pass). A blinking
///    emitter moves the mean phase with its lifetime, by up to a quarter of a period.
/// 3. Twice: folded decays per block (one pass each), and from them the phase of the rising edge, which blinking does
///    not move (``FallingDecay``), joined by the smooth curve that earns its parameters (``SmoothPhase``).
///
/// Three passes over the whole stream, two over its first 8.4 s.
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
    let coarse = try track(frequency: frequency, offsets: offsets, replay: replay)
    let (start, end) = (Double(coarse.span.0), Double(coarse.span.1))
    // a clock that no smooth curve follows is followed block by block
    guard let smooth = SmoothPhase.simplest(coarse.points, from: start, to: end, tolerance: Self.wobble) else {
      return PulseClock(
        frequency: frequency, knots: coarse.points.map(\.time), corrections: coarse.points.map(\.phase))
    }
    var pulses = smooth.clock(frequency: frequency)
    // the second time with blocks that were folded straight
    for (turns, reach) in [(4, 0.25), (2, 0.0625)] {
      let folds = try BlockFolds(
        pulses: pulses, clock: clock, channels: channels, span: coarse.span, blocks: coarse.edgeBlocks, replay: replay)
      guard let edges = folds.smoothPhase(turns: turns, reach: reach, from: start, to: end) else { break }
      pulses = edges.clock(frequency: frequency)
    }
    return pulses
  }

  /// What a blinking emitter may do to the mean phase, root mean square in periods.
  private static let wobble = 0.05

  /// The mean phases of the blocks of a stream.
  private struct CoarsePhases {
    var points: [PhasePoint]
    /// The first and last times in ticks.
    var span: (Int64, Int64)
    /// The number of blocks in which the rising edge can be timed: 300 photons or more, with a mean phase clearly
    /// above noise (15 times its mean power).
    var edgeBlocks: Int
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

  /// The mean phase per block over the whole stream.
  private func track(frequency: Double, offsets: [Double], replay: Replay) throws -> CoarsePhases {
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
    var span: (Int64, Int64)?
    try replay { tags in
      for tag in tags where tag.kind == .photon {
        guard let (rc, rs) = rotation[Int(tag.channel)] else { continue }
        let time = clock.ticks(macroTime: tag.macroTime, nanotime: 0)
        span = (span?.0 ?? time, time)
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
    var points: [PhasePoint] = []
    // |mean phasor|² without its noise, over all blocks
    var power = 0.0
    var slope = 0.0
    let memory = max(2e12 * TagClock.ticksPerPicosecond, 3 * Double(length))
    for block in re.indices where counts[block] > 0 {
      let blockPower = re[block] * re[block] + im[block] * im[block]
      power += blockPower - counts[block]
      // a block whose phasor is not clearly above noise (probability e^−10) carries no phase
      guard blockPower / counts[block] > 10 else { continue }
      let center = (Double(block) + 0.5) * Double(length)
      var phase = -angle(re[block], im[block])
      if let last = points.last {
        let elapsed = center - last.time
        let predicted = last.phase + slope * elapsed
        phase += (predicted - phase).rounded()
        slope += min(elapsed / memory, 1) * ((phase - last.phase) / elapsed - slope)
      }
      // the variance of a phasor's angle is N/2|S|²; the emitter's state adds what it adds
      let deviation = (counts[block] / (2 * blockPower)).squareRoot() / (2 * .pi)
      points.append(
        PhasePoint(
          time: center, phase: phase, deviation: (deviation * deviation + Self.wobble * Self.wobble).squareRoot()))
    }
    guard !points.isEmpty, let span else {
      throw AnalysisError("The laser's phase was lost while following it through the recording.")
    }
    let photons = counts.reduce(0, +)
    let depth = max(power, 0) / counts.reduce(0) { $0 + $1 * $1 }
    let need = max(300, 15 / max(depth, 1e-9))
    return CoarsePhases(
      points: points, span: span, edgeBlocks: min(max(Int(photons / need), 1), BlockFolds.largestBlockCount))
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
