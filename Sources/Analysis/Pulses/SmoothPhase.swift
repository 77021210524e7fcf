import Glibc

/// A phase measured at one time.
struct PhasePoint {
  /// The time in ticks.
  var time: Double
  /// The phase in periods.
  var phase: Double
  /// The standard deviation in periods.
  var deviation: Double
}

/// A smooth phase over a recording: a uniform B-spline. One interval is a polynomial: degree 1 is a constant frequency,
/// 2 and 3 are slow drifts; many intervals of degree 3 follow a clock that wanders.
///
/// Fitted to phase points by least squares with Huber's weights (Huber, Ann. Math. Stat. 35, 73 (1964)), so that blocks
/// that measured something else do not count.
struct SmoothPhase {
  let start: Double
  let end: Double
  let degree: Int
  let intervals: Int
  private(set) var coefficients: [Double]

  /// Where Huber's weights begin to fall, in standard deviations.
  private static let huber = 2.0

  /// θ at a time in ticks, in periods.
  func callAsFunction(_ time: Double) -> Double {
    let (first, values) = basis(time)
    var sum = 0.0
    for (i, value) in values.enumerated() { sum += value * coefficients[first + i] }
    return sum
  }

  /// The clock that runs with this phase, written out at `knots` times.
  func clock(frequency: Double, knots: Int = 2049) -> PulseClock {
    guard end > start else { return PulseClock(frequency: frequency, knots: [start], corrections: [self(start)]) }
    let times = (0..<knots).map { start + (end - start) * Double($0) / Double(knots - 1) }
    return PulseClock(frequency: frequency, knots: times, corrections: times.map { self($0) })
  }

  /// The models to try on a number of points, the simplest first.
  static func shapes(points: Int) -> [(degree: Int, intervals: Int)] {
    var shapes = [(points < 2 ? 0 : 1, 1)]
    for degree in 2...3 where points >= 4 * degree { shapes.append((degree, 1)) }
    var intervals = 2
    while intervals + 3 <= points / 4 && intervals <= 256 {
      shapes.append((3, intervals))
      intervals *= 2
    }
    return shapes
  }

  /// The simplest model that leaves a scatter below `tolerance` periods (root mean square with Huber's weights), or
  /// nil when none does.
  static func simplest(_ points: [PhasePoint], from start: Double, to end: Double, tolerance: Double) -> SmoothPhase? {
    for (degree, intervals) in shapes(points: points.count) {
      guard let fit = SmoothPhase(points, start, end, degree, intervals, scale: 1) else { continue }
      let loss = fit.loss(points, scale: 1) * 2
      let weight = points.reduce(0) { $0 + 1 / ($1.deviation * $1.deviation) }
      if (loss / weight).squareRoot() < tolerance { return fit }
    }
    return nil
  }

  /// The model that explains the points best, where every parameter must earn three times the ln n of the Bayesian
  /// information criterion (Schwarz, Ann. Stat. 6, 461 (1978)): neighbouring blocks share the emitter's state and with
  /// it a small common error.
  static func best(_ points: [PhasePoint], from start: Double, to end: Double) -> SmoothPhase? {
    let scale = scatter(points)
    let price = 3 * log(Double(max(points.count, 3)))
    var best: (fit: SmoothPhase, cost: Double)?
    for (degree, intervals) in shapes(points: points.count) {
      guard let fit = SmoothPhase(points, start, end, degree, intervals, scale: scale) else { continue }
      let cost = 2 * fit.loss(points, scale: scale) + price * Double(degree + intervals)
      if best.map({ cost < $0.cost }) ?? true { best = (fit, cost) }
    }
    return best?.fit
  }

  /// The scatter of the points over their stated deviations, from the median of second differences, which a slow drift
  /// does not enter (a Gaussian second difference has √6 times the deviation, its median is 1/1.4826 of that).
  private static func scatter(_ points: [PhasePoint]) -> Double {
    guard points.count >= 8 else { return 1 }
    var differences = (2..<points.count).map { i in
      let (a, b, c) = (points[i - 2], points[i - 1], points[i])
      let variance =
        a.deviation * a.deviation + 4 * b.deviation * b.deviation + c.deviation * c.deviation
      return abs(a.phase - 2 * b.phase + c.phase) / variance.squareRoot()
    }
    differences.sort()
    return max(1.4826 * differences[differences.count / 2], 0.3)
  }

  /// Fits one shape; nil when the points do not determine it.
  private init?(
    _ points: [PhasePoint], _ start: Double, _ end: Double, _ degree: Int, _ intervals: Int, scale: Double
  ) {
    self.start = start
    self.end = end
    self.degree = degree
    self.intervals = intervals
    coefficients = [Double](repeating: 0, count: degree + intervals)
    var weights = points.map { 1 / ($0.deviation * $0.deviation) }
    for _ in 0..<8 {
      guard let solution = leastSquares(points, weights) else { return nil }
      coefficients = solution
      for (i, point) in points.enumerated() {
        let pull = abs(point.phase - self(point.time)) / (point.deviation * scale)
        weights[i] = min(1, Self.huber / max(pull, 1e-12)) / (point.deviation * point.deviation)
      }
    }
  }

  /// Huber's loss: z²/2, and linear beyond two standard deviations.
  private func loss(_ points: [PhasePoint], scale: Double) -> Double {
    points.reduce(0) { sum, point in
      let pull = abs(point.phase - self(point.time)) / (point.deviation * scale)
      return sum + (pull < Self.huber ? pull * pull / 2 : Self.huber * (pull - Self.huber / 2))
    }
  }

  /// The degree + 1 B-splines that are not zero at a time, and the index of the first (de Boor's recursion with knots
  /// at the whole numbers: A Practical Guide to Splines, chapter X). The outer pieces continue beyond the ends.
  private func basis(_ time: Double) -> (first: Int, values: [Double]) {
    let place = end > start ? (time - start) / (end - start) * Double(intervals) : 0
    let first = min(max(Int(place.rounded(.down)), 0), intervals - 1)
    let x = place - Double(first)
    var values = [1.0]
    for j in 0..<degree {
      var saved = 0.0
      for r in 0...j {
        let part = values[r] / Double(j + 1)
        values[r] = saved + (Double(r + 1) - x) * part
        saved = (x + Double(j - r)) * part
      }
      values.append(saved)
    }
    return (first, values)
  }

  /// The normal equations, banded, solved by Cholesky's decomposition. A trace of the sum of squared second
  /// differences decides where there are no points.
  private func leastSquares(_ points: [PhasePoint], _ weights: [Double]) -> [Double]? {
    let n = coefficients.count
    let band = degree + 1
    var matrix = [Double](repeating: 0, count: n * band)  // [i][d] is the element (i, i − d)
    var right = [Double](repeating: 0, count: n)
    var total = 0.0
    for (point, weight) in zip(points, weights) {
      let (first, values) = basis(point.time)
      for i in 0..<band {
        right[first + i] += weight * values[i] * point.phase
        for j in 0...i { matrix[(first + i) * band + i - j] += weight * values[i] * values[j] }
      }
      total += weight
    }
    if n > band {
      let trace = total / Double(n) * 1e-7
      let stencil = [1.0, -2.0, 1.0]
      for k in 0..<(n - 2) {
        for i in 0..<3 {
          for j in 0...i { matrix[(k + i) * band + i - j] += trace * stencil[i] * stencil[j] }
        }
      }
    }
    for i in 0..<n {
      let reach = min(i, degree)
      for d in stride(from: reach, through: 0, by: -1) {
        let j = i - d
        var sum = matrix[i * band + d]
        // both rows reach back to i − degree
        for k in max(0, i - degree)..<max(j, max(0, i - degree)) {
          sum -= matrix[i * band + i - k] * matrix[j * band + j - k]
        }
        if d > 0 {
          matrix[i * band + d] = sum / matrix[j * band]
        } else {
          guard sum > total * 1e-14 else { return nil }
          matrix[i * band] = sum.squareRoot()
        }
      }
    }
    for i in 0..<n {
      for d in 0..<min(i, degree) { right[i] -= matrix[i * band + d + 1] * right[i - d - 1] }
      right[i] /= matrix[i * band]
    }
    for i in stride(from: n - 1, through: 0, by: -1) {
      for d in 0..<min(n - 1 - i, degree) { right[i] -= matrix[(i + d + 1) * band + d + 1] * right[i + d + 1] }
      right[i] /= matrix[i * band]
    }
    return right
  }
}
