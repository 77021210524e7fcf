import RandomStreams

extension FastEmission {
  /// From detection to detection where the pulse takes time; more than one may come in a pulse.
  @inline(never)
  func drawByWindows(
    from start: Int64, to end: Int64, darkRun: DarkRun, window: PulseWindow, level startLevel: Int,
    stream: RandomStream, ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>,
    levels: UnsafePointer<EmissionTables.Level>, scratch: UnsafeMutablePointer<Double>, arrivals: inout ArrivalLists
  ) -> (level: Int, stream: RandomStream) {
    var random = stream
    var level = startLevel
    var step = start
    let n = window.levels
    let (v, w) = (scratch, scratch + window.size)
    while step < end {
      let wait: Int64
      (wait, level) = darkRun.draw(from: level, limit: end &- step, random: &random, scratch: scratch)
      step &+= wait
      if step == end { break }
      var cursor = PulseWindow.Cursor()
      if let first = window.first(
        &cursor, from: level, v, target: random.uniform() * window.detectionInStep[level], random: &random, scratch: w)
      {
        var found: (time: Double, jump: JumpList.Jump)? = first
        while let (at, jump) = found {
          arrivals.append(
            Arrival(time: clock.time(ofPulse: step) &+ Int64(truncatingFast: at), origin: UInt16(jump.origin)),
            detector: jump.detector)
          for i in 0..<window.size { v[i] = i == jump.to ? 1 : 0 }
          found = window.next(&cursor, v, target: random.uniform(), random: &random, scratch: w)
        }
        for i in 0..<n { v[i] = max(0, v[i]) }
        (level, random, _) = follow(
          from: drawIndex(v, count: n, random: &random), time: window.length, detectionToCome: false, step: step,
          stream: random, ziggurat: ziggurat, cells: cells, levels: levels, arrivals: &arrivals)
      } else {
        var total = 0.0
        for i in 0..<n {
          v[i] = max(0, v[i]) * window.detectionAfter[i]
          total += v[i]
        }
        // Only rounding can leave nothing.
        if total > 0 {
          let after = drawIndex(v, count: n, random: &random)
          var isDetected: Bool
          repeat {
            (level, random, isDetected) = follow(
              from: after, time: window.length, detectionToCome: true, step: step, stream: random, ziggurat: ziggurat,
              cells: cells, levels: levels, arrivals: &arrivals)
          } while !isDetected
        }
      }
      step &+= 1
    }
    return (level, random)
  }
}
