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
    stream: inout RandomStream, ziggurat: Ziggurat, arrivals: inout ArrivalLists
  ) {
    // Three rows of numbers per level, one more for a coherence.
    let scratch = UnsafeMutablePointer<Double>.allocate(capacity: 3 * (tables.levelCount + 1))
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
        let state = tables.states[table]
        let rows = levels.baseAddress! + state.firstLevel
        if let window = state.window {
          drawByWindows(
            from: start, to: end, state: state, window: window, level: &level, stream: &stream, ziggurat: ziggurat,
            cells: cells.baseAddress!, levels: rows, scratch: scratch, arrivals: &arrivals)
        } else if state.usesDarkRuns {
          drawByDarkRuns(
            from: start, to: end, state: state, level: &level, stream: &stream, ziggurat: ziggurat,
            cells: cells.baseAddress!, levels: rows, scratch: scratch, arrivals: &arrivals)
        } else {
          drawBySkipping(
            from: start, to: end, level: &level, stream: &stream, ziggurat: ziggurat,
            cells: cells.baseAddress!, levels: rows, arrivals: &arrivals)
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
        var time = 0.0
        _ = follow(
          level: &level, time: &time, detectionToCome: false, step: start,
          until: Double(clock.time(ofPulse: end) - clock.time(ofPulse: start)), random: &stream, ziggurat: ziggurat,
          cells: cells.baseAddress!, levels: levels.baseAddress! + tables.states[table].firstLevel, arrivals: &arrivals)
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

  /// Follows the chain jump by jump to the end of a step, or `until` a time since its beginning.
  ///
  /// - Returns: whether a photon was detected.
  @inline(__always)
  func follow(
    level: inout Int, time: inout Double, detectionToCome: Bool, step: Int64, until limit: Double? = nil,
    random: inout RandomStream, ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>,
    levels: UnsafePointer<EmissionTables.Level>, arrivals: inout ArrivalLists
  ) -> Bool {
    let period = limit ?? clock.periodFineTime
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
