/// Adds up photons by time and delay.
struct DelayMapSums {
  private static let rows = 128
  private static let columns = 200
  private let lowPs: Double
  private let periodPs: Double
  private let seconds: Double
  private var photons = [[Int]](repeating: [Int](repeating: 0, count: columns), count: rows)

  /// - Returns: nil without delays.
  init?(_ delays: PulseDelays?, seconds: Double) {
    guard let delays else { return nil }
    lowPs = -delays.marginPs
    periodPs = delays.periodPs
    self.seconds = seconds
  }

  mutating func add(_ delayPs: Double, seconds time: Double) {
    let row = Int((delayPs - lowPs) / periodPs * Double(Self.rows))
    let column = Int(time / seconds * Double(Self.columns))
    photons[min(max(row, 0), Self.rows - 1)][min(max(column, 0), Self.columns - 1)] &+= 1
  }

  var result: TraceResult.DelayMap {
    TraceResult.DelayMap(
      timeEdgesS: (0...Self.columns).map { Double($0) / Double(Self.columns) * seconds },
      delayEdgesNs: (0...Self.rows).map { (lowPs + Double($0) / Double(Self.rows) * periodPs) / 1000 },
      photons: photons)
  }
}
