import RandomStreams

/// The fast engine: photons of one emitter that reach a detector, at a cost that follows them and not the laser pulses.
/// `EmissionTables` says why the result is exact.
struct FastEmission: Sendable {
  let tables: EmissionTables
  let clock: PulseClock

  /// A stretch of steps (pulses) with one slow state.
  struct Segment: Sendable {
    /// Its first step.
    var start: Int64
    /// The first step after it.
    var end: Int64
    var state: Int
  }

  /// Draws the steps of some segments.
  ///
  /// - Parameters:
  ///   - segments: the slow states in order, without gaps.
  ///   - level: the level before the first step; on return the level after the last.
  ///   - arrivals: per detector; photons are appended in order of time.
  func draw(
    _ segments: [Segment], level: inout Int, stream: inout RandomStream,
    ziggurat: Ziggurat, arrivals: inout ArrivalLists
  ) {
    // Two rows of numbers per level for dark runs.
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: 3 * tables.levelCount)
    defer { scratch.deallocate() }
    tables.cells.withUnsafeBufferPointer { cells in
      tables.levels.withUnsafeBufferPointer { levels in
        for segment in segments {
          let state = tables.states[segment.state]
          let rows = levels.baseAddress! + state.firstLevel
          if state.usesDarkRuns {
            drawByDarkRuns(
              from: segment.start, to: segment.end, state: state, level: &level, stream: &stream, ziggurat: ziggurat,
              cells: cells.baseAddress!, levels: rows, scratch: scratch, arrivals: &arrivals)
          } else {
            drawBySkipping(
              from: segment.start, to: segment.end, level: &level, stream: &stream, ziggurat: ziggurat,
              cells: cells.baseAddress!, levels: rows, arrivals: &arrivals)
          }
        }
      }
    }
  }

  /// The hot loop of pulses: its own function, so that the generator's state stays in registers.
  @inline(never)
  private func drawBySkipping(
    from start: Int64, to end: Int64, level startLevel: inout Int, stream: inout RandomStream, ziggurat: Ziggurat,
    cells: UnsafePointer<EmissionTables.Cell>, levels: UnsafePointer<EmissionTables.Level>,
    arrivals: inout ArrivalLists
  ) {
    var random = stream
    var level = startLevel
    var pulse = start
    while pulse < end {
      // Jump over the pulses that leave no trace.
      let skipped = levels[level].skip.draw(ziggurat, &random)
      if skipped >= end &- pulse { break }
      pulse &+= skipped
      let outcome = Self.pick(levels[level].interesting, cells, &random)
      level = Int(outcome & 0xFF)
      if outcome & 0xFF00 == 0 {
        var time = 0.0
        _ = follow(
          level: &level, time: &time, detectionToCome: true, step: pulse, random: &random, ziggurat: ziggurat,
          cells: cells, levels: levels, arrivals: &arrivals)
      }
      pulse &+= 1
    }
    stream = random
    startLevel = level
  }

  /// From detection to detection, whatever happens between.
  @inline(never)
  private func drawByDarkRuns(
    from start: Int64, to end: Int64, state: EmissionTables.State, level startLevel: inout Int,
    stream: inout RandomStream, ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>,
    levels: UnsafePointer<EmissionTables.Level>, scratch: UnsafeMutablePointer<Double>, arrivals: inout ArrivalLists
  ) {
    var random = stream
    var level = startLevel
    var step = start
    let n = state.darkRun.levels
    while step < end {
      let limit = end &- step
      let wait = state.darkRun.draw(
        from: level, limit: limit, random: &random, distribution: scratch, scratch: scratch + n)
      step &+= wait
      if wait == limit {
        level = drawIndex(scratch, count: n, random: &random)
        break
      }
      for i in 0..<n { scratch[i] *= state.detection[i] }
      level = drawIndex(scratch, count: n, random: &random)
      var time = 0.0
      if let first = state.firstDetection {
        let (fraction, jump) = first.draw(from: level, random: &random, scratch: scratch + 2 * n)
        time = fraction * clock.periodFineTime
        arrivals.append(
          Arrival(time: clock.time(ofPulse: step) &+ Int64(truncatingFast: time), origin: UInt16(jump.origin)),
          detector: jump.detector)
        level = jump.to
        _ = follow(
          level: &level, time: &time, detectionToCome: false, step: step, random: &random, ziggurat: ziggurat,
          cells: cells, levels: levels, arrivals: &arrivals)
      } else {
        // Given a detection before the next pulse: paths with a detection later than that are drawn again.
        let after = Int(Self.pick(levels[level].afterPulseDetected, cells, &random) & 0xFF)
        repeat {
          level = after
          time = 0
        } while !follow(
          level: &level, time: &time, detectionToCome: true, step: step, random: &random, ziggurat: ziggurat,
          cells: cells, levels: levels, arrivals: &arrivals)
      }
      step &+= 1
    }
    stream = random
    startLevel = level
  }

  /// Follows the chain jump by jump to the end of a step.
  ///
  /// - Returns: whether a photon was detected.
  @inline(__always)
  private func follow(
    level: inout Int, time: inout Double, detectionToCome: Bool, step: Int64, random: inout RandomStream,
    ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>, levels: UnsafePointer<EmissionTables.Level>,
    arrivals: inout ArrivalLists
  ) -> Bool {
    let period = clock.periodFineTime
    let stepTime = clock.time(ofPulse: step)
    var toCome = detectionToCome
    while true {
      time += ziggurat.exponential(&random) * levels[level].meanTime
      // Also where nothing leaves the level: its mean time is infinite.
      if !(time < period) { break }
      let outcome = Self.pick(toCome ? levels[level].conditioned : levels[level].free, cells, &random)
      let detector = Int((outcome &>> 8) & 0xFF)
      if detector != 0 {
        toCome = false
        arrivals.append(
          Arrival(
            time: stepTime &+ Int64(truncatingFast: time), origin: UInt16(truncatingIfNeeded: outcome &>> 16)),
          detector: detector &- 1)
      }
      level = Int(outcome & 0xFF)
      // Between pulses the ground level is the end: spare the draw.
      if levels[level].meanTime == .infinity { break }
    }
    return detectionToCome && !toCome
  }

  @inline(__always)
  private static func pick(
    _ law: EmissionTables.Law, _ cells: UnsafePointer<EmissionTables.Cell>, _ random: inout RandomStream
  ) -> UInt32 {
    let (column, fraction) = random.next().multipliedFullWidth(by: law.count)
    let cell = cells + (law.offset &+ Int(truncatingIfNeeded: column))
    return fraction < cell.pointee.threshold ? cell.pointee.first : cell.pointee.second
  }
}
