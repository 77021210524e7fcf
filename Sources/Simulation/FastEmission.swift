import RandomStreams

/// The fast engine: photons of one emitter that reach a detector, at a cost that follows them and not the laser pulses.
/// `EmissionTables` says why the result is exact.
struct FastEmission: Sendable {
  let tables: EmissionTables
  let clock: PulseClock

  /// A stretch of pulses with one slow state.
  struct Segment: Sendable {
    /// Its first pulse.
    var start: Int64
    /// The first pulse after it.
    var end: Int64
    var state: Int
  }

  /// Draws the pulses of some segments.
  ///
  /// - Parameters:
  ///   - segments: the slow states in order, without gaps.
  ///   - level: the level before the first pulse; on return the level before the pulse after the last.
  ///   - arrivals: per detector; photons are appended in order of time.
  func draw(
    _ segments: [Segment], level: inout Int, stream: inout RandomStream,
    ziggurat: Ziggurat, arrivals: inout ArrivalLists
  ) {
    tables.cells.withUnsafeBufferPointer { cells in
      tables.levels.withUnsafeBufferPointer { levels in
        for segment in segments {
          drawSegment(
            from: segment.start, to: segment.end, state: tables.states[segment.state], level: &level, stream: &stream,
            ziggurat: ziggurat, cells: cells.baseAddress!, levels: levels.baseAddress!, arrivals: &arrivals)
        }
      }
    }
  }

  /// The hot loop: one slow state. Its own function, so that the generator's state stays in registers.
  @inline(never)
  private func drawSegment(
    from start: Int64, to end: Int64, state: EmissionTables.State, level startLevel: inout Int,
    stream: inout RandomStream, ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>,
    levels allLevels: UnsafePointer<EmissionTables.Level>, arrivals: inout ArrivalLists
  ) {
    let period = clock.periodFineTime
    let levels = allLevels + state.firstLevel
    var random = stream
    var level = startLevel
    var pulse = start
    while pulse < end {
      var detectionToCome = false
      if level == 0 {
        // Jump over the pulses that leave no trace.
        let skipped = state.skip.draw(ziggurat, &random)
        if skipped >= end &- pulse { break }
        pulse &+= skipped
        let outcome = Self.pick(state.interesting, cells, &random)
        level = Int(outcome & 0xFF)
        if outcome & 0xFF00 != 0 {
          pulse &+= 1
          continue
        }
        detectionToCome = true
      } else {
        level = Int(Self.pick(levels[level].afterPulse, cells, &random) & 0xFF)
      }
      // One pulse, jump by jump.
      let pulseTime = clock.time(ofPulse: pulse)
      var time = 0.0
      while level != 0 {
        time += ziggurat.exponential(&random) * levels[level].meanTime
        if time >= period { break }
        let law = detectionToCome ? levels[level].conditioned : levels[level].free
        let outcome = Self.pick(law, cells, &random)
        let detector = Int((outcome &>> 8) & 0xFF)
        if detector != 0 {
          detectionToCome = false
          arrivals.append(
            Arrival(
              time: pulseTime &+ Int64(truncatingFast: time), origin: UInt16(truncatingIfNeeded: outcome &>> 16)),
            detector: detector &- 1)
        }
        level = Int(outcome & 0xFF)
      }
      pulse &+= 1
    }
    stream = random
    startLevel = level
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
