import Emitters
import RandomStreams

/// The fast engine: photons of one emitter that reach a detector, at a cost that follows them and not the laser pulses.
/// `EmissionTables` says why the result is exact.
struct FastEmission: Sendable {
  let tables: EmissionTables
  let clock: PulseClock

  let burst: Excitation.Burst?
  private let freeStep: FreeStep

  init(tables: EmissionTables, clock: PulseClock, burst: Excitation.Burst?) {
    self.tables = tables
    self.clock = clock
    self.burst = burst
    freeStep = FreeStep(phases: tables.phases, windows: tables.states.map(\.window), clock: clock)
  }

  /// Draws the steps `start ..< end`; see ``PhotonSource``.
  func draw(
    from start: Int64, to end: Int64, state: Int, changes: [SlowTrajectory.Change], level: inout Int,
    stream: inout RandomStream, ziggurat: Ziggurat, arrivals: inout ArrivalLists, account: LossAccount?
  ) {
    // Two rows of numbers per level, and one for a coherence in each.
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: 2 * (tables.levelCount + 1))
    defer { scratch.deallocate() }
    var table = tables.table[state]
    var step = start
    var coming = changes[...]
    while let change = coming.first {
      let last = clock.lastPulse(before: change.time)
      drawSteps(step, last, table, &level, &stream, ziggurat, scratch, &arrivals)
      // All changes in one step.
      let here = coming.prefix { $0.time < clock.time(ofPulse: last + 1) }
      coming = coming.dropFirst(here.count)
      let base = clock.time(ofPulse: last)
      freeStep.draw(
        last, isLit: burst?.passes(last) ?? true, table: table,
        changes: here.map { (Double($0.time - base), tables.table[$0.state]) }, level: &level, random: &stream,
        ziggurat: ziggurat, arrivals: &arrivals)
      table = tables.table[here.last!.state]
      step = last + 1
    }
    drawSteps(step, end, table, &level, &stream, ziggurat, scratch, &arrivals)
  }

  /// Steps with one hidden state, light and dark stretches of bursts apart.
  private func drawSteps(
    _ start: Int64, _ end: Int64, _ table: Int, _ level: inout Int, _ stream: inout RandomStream,
    _ ziggurat: Ziggurat, _ scratch: UnsafeMutablePointer<Double>, _ arrivals: inout ArrivalLists
  ) {
    guard let burst else {
      drawLit(start, end, table, &level, &stream, ziggurat, scratch, &arrivals)
      return
    }
    var step = start
    while step < end {
      let (isLit, stretch) = burst.stretch(at: step)
      let stop = min(end, stretch)
      if isLit {
        drawLit(step, stop, table, &level, &stream, ziggurat, scratch, &arrivals)
      } else {
        drawDark(step, stop, table, &level, &stream, ziggurat, &arrivals)
      }
      step = stop
    }
  }

  private func drawLit(
    _ start: Int64, _ end: Int64, _ table: Int, _ level: inout Int, _ stream: inout RandomStream,
    _ ziggurat: Ziggurat, _ scratch: UnsafeMutablePointer<Double>, _ arrivals: inout ArrivalLists
  ) {
    guard start < end else { return }
    tables.cells.withUnsafeBufferPointer { cells in
      tables.levels.withUnsafeBufferPointer { levels in
        tables.starts.withUnsafeBufferPointer { starts in
          let state = tables.states[table]
          let rows = levels.baseAddress! + state.firstLevel
          if let darkRun = state.darkRun, let window = state.window {
            (level, stream) = drawByWindows(
              from: start, to: end, darkRun: darkRun, window: window, level: level, stream: stream,
              ziggurat: ziggurat, cells: cells.baseAddress!, levels: rows, scratch: scratch, arrivals: &arrivals)
          } else if let darkRun = state.darkRun, let first = state.firstDetection {
            (level, stream) = drawContinuously(
              from: start, to: end, darkRun: darkRun, first: first, level: level, stream: stream, ziggurat: ziggurat,
              cells: cells.baseAddress!, levels: rows, scratch: scratch, arrivals: &arrivals)
          } else if let darkRun = state.darkRun {
            (level, stream) = drawByDarkRuns(
              from: start, to: end, darkRun: darkRun, level: level, stream: stream, ziggurat: ziggurat,
              cells: cells.baseAddress!, levels: rows, scratch: scratch, arrivals: &arrivals)
          } else if let starts = starts.baseAddress {
            (level, stream) = drawBySkipping(
              from: start, to: end, level: level, stream: stream, ziggurat: ziggurat, cells: cells.baseAddress!,
              levels: rows, starts: starts, arrivals: &arrivals)
          }
        }
      }
    }
  }

  /// Steps whose pulses are held back: what is excited decays.
  private func drawDark(
    _ start: Int64, _ end: Int64, _ table: Int, _ level: inout Int, _ stream: inout RandomStream,
    _ ziggurat: Ziggurat, _ arrivals: inout ArrivalLists
  ) {
    guard start < end, level != 0 else { return }
    tables.cells.withUnsafeBufferPointer { cells in
      tables.levels.withUnsafeBufferPointer { levels in
        (level, stream, _) = follow(
          from: level, time: 0, detectionToCome: false, step: start,
          until: Double(clock.time(ofPulse: end) - clock.time(ofPulse: start)), stream: stream, ziggurat: ziggurat,
          cells: cells.baseAddress!, levels: levels.baseAddress! + tables.states[table].firstLevel, arrivals: &arrivals)
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

  /// Follows the chain jump by jump to the end of a step, or `until` a time since its beginning.
  ///
  /// - Returns: the level at the end, the stream, and whether a photon was detected.
  @inline(never)
  func follow(
    from start: Int, time startTime: Double, detectionToCome: Bool, step: Int64, until limit: Double? = nil,
    stream: RandomStream, ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>,
    levels: UnsafePointer<EmissionTables.Level>,
    arrivals: inout ArrivalLists
  ) -> (level: Int, stream: RandomStream, isDetected: Bool) {
    var random = stream
    var level = start
    var time = startTime
    let period = limit ?? clock.periodFineTime
    var toCome = detectionToCome
    while true {
      time += ziggurat.exponential(&random) * levels[level].meanTime
      // Also where nothing leaves the level: its mean time is infinite.
      if !(time < period) { break }
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
