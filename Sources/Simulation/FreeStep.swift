import Emitters
import RandomStreams

/// One step drawn jump by jump without conditions: a step in which the hidden state changes.
///
/// Such steps are rare (a slow state lasts a microsecond at least), so nothing here is made to be fast.
struct FreeStep: Sendable {
  /// Per table of ``EmissionTables``.
  let phases: [StepPhases]
  let windows: [PulseWindow?]
  let clock: PulseClock

  /// - Parameters:
  ///   - step: its number.
  ///   - isLit: whether the laser pulse passes.
  ///   - table: what holds at its beginning.
  ///   - changes: times since its beginning, in `FineTime` units, and what holds from then on.
  ///   - level: the level before the step; on return the level after it.
  func draw(
    _ step: Int64, isLit: Bool, table first: Int, changes: [(time: Double, table: Int)], level: inout Int,
    random: inout RandomStream, ziggurat: Ziggurat, arrivals: inout ArrivalLists
  ) {
    let start = clock.time(ofPulse: step)
    var table = first
    var time = 0.0
    func click(_ jump: JumpList.Jump, _ arrivals: inout ArrivalLists) {
      guard jump.detector >= 0 else { return }
      arrivals.append(
        Arrival(time: start &+ Int64(truncatingFast: time), origin: UInt16(jump.origin)), detector: jump.detector)
    }
    if isLit, let pulse = phases[table].pulse {
      level = index((0..<pulse.size).map { max(0, pulse[level, $0]) }, &random)
    }
    if isLit, let window = windows[table], phases[table].lit.contains(where: { $0.rotation != 0 }) {
      // A resonant pulse is a piece: a change within it takes effect at its end.
      var cursor = PulseWindow.Cursor()
      var v = [Double](repeating: 0, count: window.size)
      var scratch = v
      v[level] = 1
      while let (at, jump) = window.next(&cursor, &v, target: random.uniform(), random: &random, scratch: &scratch) {
        time = at
        click(jump, &arrivals)
        for i in v.indices { v[i] = i == jump.to ? 1 : 0 }
      }
      level = index(v[..<window.levels].map { max(0, $0) }, &random)
      time = window.length
    }
    var coming = changes[...]
    while time < clock.periodFineTime {
      while let change = coming.first, change.time <= time {
        table = change.table
        coming.removeFirst()
      }
      let (phase, end) = phase(table, at: time, isLit: isLit)
      let boundary = min(end, coming.first?.time ?? .infinity)
      let rate = phase.jumps.exitRate[level]
      let next = rate > 0 ? time + ziggurat.exponential(&random) / rate : .infinity
      guard next < boundary else {
        time = boundary
        continue
      }
      time = next
      let ways = phase.jumps.jumps.filter { $0.from == level }
      let jump = ways[index(ways.map(\.rate), &random)]
      click(jump, &arrivals)
      level = jump.to
    }
  }

  /// The stretch that a time of the step lies in, and its end.
  private func phase(_ table: Int, at time: Double, isLit: Bool) -> (StepPhases.Phase, end: Double) {
    var end = 0.0
    if isLit {
      for phase in phases[table].lit {
        end += phase.length
        if time < end { return (phase, end) }
      }
    }
    return (phases[table].rest, clock.periodFineTime)
  }

  private func index(_ weights: [Double], _ random: inout RandomStream) -> Int {
    drawIndex(weights, count: weights.count, random: &random)
  }
}
