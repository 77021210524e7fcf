import RandomStreams

extension FastEmission {
  /// From detection to detection where the pulse takes time; more than one may come in a pulse.
  @inline(never)
  func drawByWindows(
    from start: Int64, to end: Int64, state: EmissionTables.State, window: PulseWindow, level startLevel: inout Int,
    stream: inout RandomStream, ziggurat: Ziggurat, cells: UnsafePointer<EmissionTables.Cell>,
    levels: UnsafePointer<EmissionTables.Level>, scratch: UnsafeMutablePointer<Double>, arrivals: inout ArrivalLists
  ) {
    var random = stream
    var level = startLevel
    var step = start
    let n = state.darkRun.levels
    let (v, w) = (scratch, scratch + window.size)
    while step < end {
      let limit = end &- step
      let wait = state.darkRun.draw(from: level, limit: limit, random: &random, distribution: v, scratch: w)
      step &+= wait
      if wait == limit {
        level = drawIndex(v, count: n, random: &random)
        break
      }
      for i in 0..<n { v[i] *= state.detection[i] }
      level = drawIndex(v, count: n, random: &random)
      var cursor = PulseWindow.Cursor()
      var time = window.length
      if let first = window.first(
        &cursor, from: level, v, target: random.uniform() * state.detection[level], random: &random, scratch: w)
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
        level = drawIndex(v, count: n, random: &random)
        _ = follow(
          level: &level, time: &time, detectionToCome: false, step: step, random: &random, ziggurat: ziggurat,
          cells: cells, levels: levels, arrivals: &arrivals)
      } else {
        var total = 0.0
        for i in 0..<n {
          v[i] = max(0, v[i]) * window.detectionAfter[i]
          total += v[i]
        }
        // Only rounding can leave nothing.
        if total > 0 {
          let after = drawIndex(v, count: n, random: &random)
          repeat {
            level = after
            time = window.length
          } while !follow(
            level: &level, time: &time, detectionToCome: true, step: step, random: &random, ziggurat: ziggurat,
            cells: cells, levels: levels, arrivals: &arrivals)
        }
      }
      step &+= 1
    }
    stream = random
    startLevel = level
  }
}
