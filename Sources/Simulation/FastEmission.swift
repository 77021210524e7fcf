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
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: 2 * tables.levelCount)
    defer { scratch.deallocate() }
    tables.cells.withUnsafeBufferPointer { cells in
      tables.levels.withUnsafeBufferPointer { levels in
        tables.starts.withUnsafeBufferPointer { starts in
          for segment in segments {
            let state = tables.states[segment.state]
            let rows = levels.baseAddress! + state.firstLevel
            if let darkRun = state.darkRun, let first = state.firstDetection {
              (level, stream) = drawContinuously(
                from: segment.start, to: segment.end, darkRun: darkRun, first: first, level: level,
                stream: stream, ziggurat: ziggurat, cells: cells.baseAddress!, levels: rows, scratch: scratch,
                arrivals: &arrivals)
            } else if let darkRun = state.darkRun {
              (level, stream) = drawByDarkRuns(
                from: segment.start, to: segment.end, darkRun: darkRun, level: level, stream: stream,
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
      // As long as pulses find the same level, its laws are known before the last pulse's draws are done, and the
      // processor works on several pulses at a time.
      let found = level
      let row = levels + found
      repeat {
        // Jump over the pulses that leave no trace.
        if let skip = row.pointee.skip {
          pulse &+= skip.draw(ziggurat, &random, limit: end &- pulse)
          if pulse >= end { return (level, random) }
        }
        let first = starts[Int(Self.pick(row.pointee.interesting, cells, &random))]
        pulse &+= Int64(first.skipped)
        if pulse >= end { return (level, random) }
        level = Int(first.level)
        if first.meanTime > 0 {
          // The time in the first level and the jump from it do not depend on each other.
          let time = ziggurat.exponential(&random) * first.meanTime
          if time < clock.periodFineTime {
            let isDetected = take(first.jump, at: time, step: pulse, level: &level, arrivals: &arrivals)
            if levels[level].meanTime < .infinity {
              (level, random, _) = follow(
                from: level, time: time, detectionToCome: !isDetected, step: pulse, stream: random,
                ziggurat: ziggurat, cells: cells, levels: levels, arrivals: &arrivals)
            }
          }
        }
        pulse &+= 1
      } while level == found
    }
  }

  /// From the pulse of a detection to the next, whatever happens between.
  @inline(never)
  private func drawByDarkRuns(
    from start: Int64, to end: Int64, darkRun: DarkRun, level startLevel: Int, stream: RandomStream,
    ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>, levels: UnsafePointer<EmissionTables.Level>,
    scratch: UnsafeMutablePointer<Double>, arrivals: inout ArrivalLists
  ) -> (level: Int, stream: RandomStream) {
    var random = stream
    var level = startLevel
    var pulse = start
    while pulse < end {
      let wait: Int64
      (wait, level) = darkRun.draw(from: level, limit: end &- pulse, random: &random, scratch: scratch)
      pulse &+= wait
      if pulse == end { break }
      // Given a detection before the next pulse: paths with a detection later than that are drawn again.
      let after = Int(Self.pick(levels[level].afterPulseDetected, cells, &random) & 0xFF)
      var isDetected: Bool
      repeat {
        (level, random, isDetected) = follow(
          from: after, time: 0, detectionToCome: true, step: pulse, stream: random, ziggurat: ziggurat, cells: cells,
          levels: levels, arrivals: &arrivals)
      } while !isDetected
      pulse &+= 1
    }
    return (level, random)
  }

  /// From detection to detection under continuous excitation. Waits begin at the detection itself: the light knows no
  /// steps, which only measure the wait.
  @inline(never)
  private func drawContinuously(
    from start: Int64, to end: Int64, darkRun: DarkRun, first: FirstDetection, level startLevel: Int,
    stream: RandomStream, ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>,
    levels: UnsafePointer<EmissionTables.Level>, scratch: UnsafeMutablePointer<Double>, arrivals: inout ArrivalLists
  ) -> (level: Int, stream: RandomStream) {
    var random = stream
    var level = startLevel
    // Now is this fraction after the beginning of this step.
    var step = start
    var fraction = 0.0
    while true {
      let whole = end &- step &- (fraction > 0 ? 1 : 0)
      let wait: Int64
      (wait, level) = darkRun.draw(from: level, limit: whole, random: &random, scratch: scratch)
      step &+= wait
      if wait == whole { break }
      let (more, jump) = first.draw(from: level, random: &random, scratch: scratch)
      fraction += more
      if fraction >= 1 {
        fraction -= 1
        step &+= 1
      }
      let time = clock.time(ofPulse: step) &+ Int64(truncatingFast: fraction * clock.periodFineTime)
      arrivals.append(Arrival(time: time, origin: UInt16(truncatingIfNeeded: jump.origin)), detector: jump.detector)
      level = jump.to
    }
    if fraction > 0 {
      // What is left is less than a step.
      (level, random, _) = follow(
        from: level, time: fraction * clock.periodFineTime, detectionToCome: false, step: step, stream: random,
        ziggurat: ziggurat, cells: cells, levels: levels, arrivals: &arrivals)
    }
    return (level, random)
  }

  /// Follows the chain jump by jump to the end of a step.
  ///
  /// - Returns: the level at the end, the stream, and whether a photon was detected.
  @inline(never)
  private func follow(
    from start: Int, time startTime: Double, detectionToCome: Bool, step: Int64, stream: RandomStream,
    ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>, levels: UnsafePointer<EmissionTables.Level>,
    arrivals: inout ArrivalLists
  ) -> (level: Int, stream: RandomStream, isDetected: Bool) {
    var random = stream
    var level = start
    var time = startTime
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
    return (level, random, detectionToCome && !toCome)
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
