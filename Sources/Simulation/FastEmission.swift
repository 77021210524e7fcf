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
        tables.starts.withUnsafeBufferPointer { starts in
          for segment in segments {
            let state = tables.states[segment.state]
            let rows = levels.baseAddress! + state.firstLevel
            if state.usesDarkRuns {
              drawByDarkRuns(
                from: segment.start, to: segment.end, state: state, level: &level, stream: &stream,
                ziggurat: ziggurat, cells: cells.baseAddress!, levels: rows, scratch: scratch, arrivals: &arrivals)
            } else if let starts = starts.baseAddress {
              (level, stream) = drawBySkipping(
                from: segment.start, to: segment.end, level: level, stream: stream, ziggurat: ziggurat,
                cells: cells.baseAddress!, levels: rows, starts: starts, arrivals: &arrivals)
            }
          }
        }
      }
    }
  }

  /// The hot loop of pulses. It takes and returns the stream by value: the state behind an `inout` would stay in memory.
  @inline(never)
  private func drawBySkipping(
    from start: Int64, to end: Int64, level startLevel: Int, stream: RandomStream, ziggurat: Ziggurat,
    cells: UnsafePointer<EmissionTables.Cell>, levels: UnsafePointer<EmissionTables.Level>,
    starts: UnsafePointer<EmissionTables.Start>, arrivals: inout ArrivalLists
  ) -> (level: Int, stream: RandomStream) {
    var random = stream
    var level = startLevel
    var pulse = start
    while true {
      // Jump over the pulses that leave no trace.
      if let skip = levels[level].skip {
        pulse &+= skip.draw(ziggurat, &random, limit: end &- pulse)
        if pulse >= end { break }
      }
      let first = starts[Int(Self.pick(levels[level].interesting, cells, &random))]
      pulse &+= Int64(first.skipped)
      if pulse >= end { break }
      level = Int(first.level)
      if first.meanTime > 0 {
        // The time in the first level and the jump from it do not depend on each other.
        var time = ziggurat.exponential(&random) * first.meanTime
        if time < clock.periodFineTime {
          let isDetected = take(first.jump, at: time, step: pulse, level: &level, arrivals: &arrivals)
          if levels[level].meanTime < .infinity {
            _ = follow(
              level: &level, time: &time, detectionToCome: !isDetected, step: pulse, random: &random,
              ziggurat: ziggurat, cells: cells, levels: levels, arrivals: &arrivals)
          }
        }
      }
      pulse &+= 1
    }
    return (level, random)
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
    var toCome = detectionToCome
    while true {
      time += ziggurat.exponential(&random) * levels[level].meanTime
      // Also where nothing leaves the level: its mean time is infinite.
      if !(time < clock.periodFineTime) { break }
      let jump = Self.pick(toCome ? levels[level].conditioned : levels[level].free, cells, &random)
      if take(jump, at: time, step: step, level: &level, arrivals: &arrivals) { toCome = false }
      // Between pulses the ground level is the end: spare the draw.
      if levels[level].meanTime == .infinity { break }
    }
    return detectionToCome && !toCome
  }

  /// One jump at a time within a step.
  ///
  /// - Returns: whether its photon is detected.
  @inline(__always)
  private func take(
    _ jump: UInt32, at time: Double, step: Int64, level: inout Int, arrivals: inout ArrivalLists
  ) -> Bool {
    level = Int(jump & 0xFF)
    let detector = Int((jump &>> 8) & 0xFF)
    if detector == 0 { return false }
    arrivals.append(
      Arrival(
        time: clock.time(ofPulse: step) &+ Int64(truncatingFast: time), origin: UInt16(truncatingIfNeeded: jump &>> 16)),
      detector: detector &- 1)
    return true
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
