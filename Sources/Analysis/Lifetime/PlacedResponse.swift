/// A response moved around the period to the place where a fit tries it.
struct PlacedResponse {
  /// The response before it was moved.
  let grid: ResponseGrid
  /// One mass per step of the period.
  private(set) var masses: [Double]
  /// Where in its step each mass lies (points) or begins (spread ones), 0 to 1.
  private(set) var place = 0.0
  /// The period in parts that have masses and parts that have none, in bins and in order.
  private(set) var regions: [(bins: Range<Int>, hasMasses: Bool)] = []
  private var movedBy = Double.nan
  private var begin = 0

  init(grid: ResponseGrid) {
    self.grid = grid
    masses = [Double](repeating: 0, count: grid.steps)
  }

  /// Moves it to a shift in steps.
  mutating func move(to shift: Double) {
    guard shift != movedBy else { return }
    movedBy = shift
    let n = grid.steps
    for i in 0..<grid.window.count { masses[(begin + i) % n] = 0 }
    let position = grid.isPoint ? shift + 0.5 : shift
    let whole = position.rounded(.down)
    place = position - whole
    begin = (grid.window.lowerBound + Int(whole.truncatingRemainder(dividingBy: Double(n))) + n) % n
    for (i, k) in grid.window.enumerated() { masses[(begin + i) % n] = grid.masses[k] }
    // spread masses reach into one step more
    let end = begin + grid.window.count + 1
    let (first, last) = (begin / grid.fine, (end + grid.fine - 1) / grid.fine)
    if last <= grid.turn {
      regions = [(0..<first, false), (first..<last, true), (last..<grid.turn, false)]
    } else if last - grid.turn < first {
      regions = [(0..<last - grid.turn, true), (last - grid.turn..<first, false), (first..<grid.turn, true)]
    } else {
      regions = [(0..<grid.turn, true)]
    }
    regions.removeAll { $0.bins.isEmpty }
  }
}
