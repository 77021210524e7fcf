import RandomStreams

/// The fast engine: photons of one emitter that reach a detector, at a cost that follows them and not the laser pulses.
/// `EmissionTables` says why the result is exact.
struct FastEmission: Sendable {
  let tables: EmissionTables
  let clock: PulseClock

  /// A stretch of pulses with one slow state.
  struct Segment: Sendable {
    /// The first pulse after it.
    var end: Int64
    var state: Int
  }

  /// Draws the pulses from `start` to the end of the last segment.
  ///
  /// - Parameters:
  ///   - start: the first pulse.
  ///   - segments: the slow states in order, without gaps.
  ///   - level: the level before the first pulse; on return the level before the pulse after the last.
  ///   - arrivals: per detector; photons are appended in order of time.
  func draw(
    from start: Int64, segments: [Segment], level startLevel: inout Int, stream: inout RandomStream,
    ziggurat: Ziggurat, arrivals: inout ArrivalLists
  ) {
    var random = stream
    var level = startLevel
    var pulse = start
    let period = clock.periodFineTime
    tables.cells.withUnsafeBufferPointer { cells in
      tables.levels.withUnsafeBufferPointer { levels in
        @inline(__always)
        func pick(_ law: EmissionTables.Law, _ random: inout RandomStream) -> UInt32 {
          let (column, fraction) = random.next().multipliedFullWidth(by: law.count)
          let cell = cells[law.offset &+ Int(truncatingIfNeeded: column)]
          return fraction < cell.threshold ? cell.first : cell.second
        }
        for segment in segments {
          let state = tables.states[segment.state]
          while pulse < segment.end {
            var detectionToCome = false
            if level == 0 {
              // Jump over the pulses that leave no trace.
              let skipped = state.skip.draw(ziggurat, &random)
              if skipped >= segment.end &- pulse {
                pulse = segment.end
                break
              }
              pulse &+= skipped
              let outcome = pick(state.interesting, &random)
              level = Int(outcome & 0xFF)
              if outcome & 0xFF00 != 0 {
                pulse &+= 1
                continue
              }
              detectionToCome = true
            } else {
              level = Int(pick(levels[state.firstLevel &+ level].afterPulse, &random) & 0xFF)
            }
            // One pulse, jump by jump.
            var time = 0.0
            while level != 0 {
              let row = levels[state.firstLevel &+ level]
              time += ziggurat.exponential(&random) * row.meanTime
              if time >= period { break }
              let outcome = pick(detectionToCome ? row.conditioned : row.free, &random)
              let detector = Int((outcome &>> 8) & 0xFF)
              if detector != 0 {
                detectionToCome = false
                // Below a period, so the conversion cannot trap; the bit trick spares its checks.
                arrivals.append(
                  Arrival(
                    time: clock.time(ofPulse: pulse) &+ Int64(truncatingFast: time),
                    origin: UInt16(truncatingIfNeeded: outcome &>> 16)), detector: detector &- 1)
              }
              level = Int(outcome & 0xFF)
            }
            pulse &+= 1
          }
        }
      }
    }
    stream = random
    startLevel = level
  }
}
