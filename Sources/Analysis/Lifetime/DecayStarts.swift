import Glibc

extension DecayFit {
  /// Where the starts led.
  enum Outcome {
    /// The best optimum.
    case found(Solution)
    /// Every start ran to a component that is none; why, as the end of a sentence.
    case ranAway(String)
  }

  /// The best solution over several starts.
  ///
  /// The first start peels the decay, the others spread the components around the mean delay above the floor of the last tenth. One
  /// that convinces is enough, else two that meet in the same best optimum.
  ///
  /// - Parameters:
  ///   - ordered: the fitted bins in the order of their delay after the pulse, and the delay of each in nanoseconds.
  ///   - shift: where the response begins, in steps.
  ///   - given: lifetimes in nanoseconds to begin with instead: one start only.
  func solve(ordered: [(bin: Int, ns: Double)], shift: Double, given: [Double]? = nil) -> Outcome {
    let n = ordered.count
    let tail = ordered.suffix(max(n / 10, 1))
    let floor = max(tail.reduce(0) { $0 + counts[$1.bin] } / Double(tail.count), 0)
    var weight = 0.0
    var moment = 0.0
    for (bin, t) in ordered {
      weight += counts[bin] - floor
      moment += (counts[bin] - floor) * (t - ordered[0].ns)
    }
    let span = ordered[n - 1].ns - ordered[0].ns
    let mean = min(max(weight > 0 ? moment / weight : span / 4, 2 * grid.binNs), max(span, 3 * grid.binNs))
    // the photons above the floor set the amplitudes of lifetimes at the start
    let photons = max(weight, 1)
    func start(_ lifetimes: [Double], floorShare: Double) -> [Double] {
      var parameters = [log(max(floor * floorShare, 1e-3))]
      for tau in lifetimes {
        let reach = exp(-max(ordered[0].ns, 0) / tau)
        let amplitude = photons / Double(lifetimes.count) * grid.binNs / tau / max(reach, 0.05)
        parameters += [log(amplitude), log(max(tau, grid.binNs / 2))]
      }
      if shape == .stretched { parameters.append(log(0.8)) }
      return parameters + [shift]
    }
    var starts: [[Double]] = []
    if let given {
      starts = [start(given, floorShare: 0.9)]
    } else {
      switch shape {
      case .exponentials(1), .stretched:
        for spread in [1, 3, 0.3] {
          for share in [0.1, 0.8] { starts.append(start([mean * spread], floorShare: share)) }
        }
      case .exponentials(let components):
        if let (short, long) = peeled(ordered, floor: floor, after: mean) {
          let lifetimes =
            components == 2
            ? [short, long]
            : (0..<components).map { short / 2 * pow(2 * long / short, Double($0) / Double(components - 1)) }
          starts.append(start(lifetimes, floorShare: 0.5))
        }
        for spread in [4.0, 2, 8, 20] {
          for center in [1, 0.4] {
            let lifetimes = (0..<components).map {
              mean * center * pow(spread, Double($0) / Double(components - 1) - 0.3)
            }
            starts.append(start(lifetimes, floorShare: 0.3))
          }
        }
      }
    }
    var best: Solution?
    var astray: Solution?
    /// The solution from a start where all its components are some.
    func attempt(_ start: [Double]) -> Solution? {
      guard let solution = run(from: start) else { return nil }
      if isSane(solution) { return solution }
      if astray.map({ solution.deviance < $0.deviance }) ?? true { astray = solution }
      return nil
    }
    for start in starts {
      var solution = attempt(scaled(start))
      if let solution, best == nil, isConvincing(solution, ordered) { return .found(sorted(solution)) }
      if solution == nil, fitsShift { solution = attempt(shifted(start)) }
      guard let solution else { continue }
      let agrees = best.map { abs($0.deviance - solution.deviance) < 1e-4 } ?? false
      if best.map({ solution.deviance < $0.deviance }) ?? true { best = solution }
      if agrees { break }
    }
    return best.map { .found(sorted($0)) } ?? .ranAway(reason(astray))
  }

  /// What is wrong with a solution that no start could avoid.
  private func reason(_ solution: Solution?) -> String {
    guard let lifetimes = solution.map(components)?.map(\.lifetime) else { return "no start led anywhere" }
    if lifetimes.contains(where: { $0 >= longest }) {
      return "it wants a lifetime of more than 20 laser periods, which is no different from background"
    }
    if lifetimes.contains(where: { $0 <= shortest }) {
      return
        "it wants a lifetime below a twentieth of a bin, as of scattered laser light or with a response that is not that "
        + "of the recording"
    }
    return "an amplitude grew without bound"
  }

  /// A long lifetime from the mean delay of the photons that come late, and a short one from those that this leaves over.
  private func peeled(_ ordered: [(bin: Int, ns: Double)], floor: Double, after late: Double)
    -> (short: Double, long: Double)?
  {
    let begin = ordered[0].ns
    var (all, moment, lateAll, lateMoment) = (0.0, 0.0, 0.0, 0.0)
    for (bin, ns) in ordered {
      let photons = counts[bin] - floor
      all += photons
      moment += photons * (ns - begin)
      guard ns - begin >= late else { continue }
      lateAll += photons
      lateMoment += photons * (ns - begin - late)
    }
    let long = lateMoment / lateAll
    guard lateAll > 0, long > 2 * grid.binNs else { return nil }
    let ofLong = lateAll * exp(late / long)
    let short = (moment - ofLong * long) / (all - ofLong)
    guard all > ofLong, short > grid.binNs, short < 0.7 * long else { return (long / 4, long) }
    return (short, long)
  }

  /// The same start with the response where the deviance is least, of places within three standard deviations of it.
  private func shifted(_ start: [Double]) -> [Double] {
    let reach = max(grid.moments.deviation, Double(grid.fine))
    var best = (deviance: Double.infinity, start: start)
    for k in -3...3 {
      var trial = start
      trial[trial.count - 1] += Double(k) * reach
      trial = scaled(trial)
      if let deviance = evaluate(trial), deviance < best.deviance { best = (deviance, trial) }
    }
    return best.start
  }

  /// Whether a solution fits as well as chance lets the truth fit (χ² within four standard deviations) and has lifetimes that
  /// are known to a tenth and differ: no other start can end in a much better one.
  private func isConvincing(_ solution: Solution, _ ordered: [(bin: Int, ns: Double)]) -> Bool {
    let curve = expected(solution.parameters)
    let (chi2, cells) = pearsonChiSquare(ordered.map { Int(counts[$0.bin]) }, ordered.map { curve[$0.bin] })
    let freedom = Double(cells - parameterCount)
    guard freedom > 0, chi2 < freedom + 4 * (2 * freedom).squareRoot() else { return false }
    guard let covariance = covariance(solution) else { return false }
    return components(solution).indices.allSatisfy { covariance[2 + 2 * $0][2 + 2 * $0] < 0.01 }
  }

  /// A component outside this range is a background or a spike, and its numbers run away.
  private func isSane(_ solution: Solution) -> Bool {
    components(solution).allSatisfy {
      $0.lifetime > shortest && $0.lifetime < longest && $0.amplitude < 1e15
    }
  }

  /// A twentieth of a bin, and 20 periods, in nanoseconds.
  private var shortest: Double { grid.binNs / 20 }
  private var longest: Double { 20 * grid.periodNs }

  /// Amplitudes in counts per bin and lifetimes in nanoseconds.
  func components(_ solution: Solution) -> [(amplitude: Double, lifetime: Double)] {
    let n = if case .exponentials(let n) = shape { n } else { 1 }
    return (0..<n).map { (exp(solution.parameters[1 + 2 * $0]), exp(solution.parameters[2 + 2 * $0])) }
  }

  /// The means over the components.
  func means(_ parameters: [Double]) -> MeanLifetime {
    let components = components(Solution(parameters: parameters, deviance: 0))
    return shape == .stretched
      ? MeanLifetime(stretched: components[0].lifetime, exponent: exp(parameters[3])) : MeanLifetime(components)
  }

  /// The shortest lifetime first.
  private func sorted(_ solution: Solution) -> Solution {
    guard case .exponentials(let n) = shape else { return solution }
    var result = solution
    let order = (0..<n).sorted { solution.parameters[2 + 2 * $0] < solution.parameters[2 + 2 * $1] }
    for (i, from) in order.enumerated() {
      result.parameters[1 + 2 * i] = solution.parameters[1 + 2 * from]
      result.parameters[2 + 2 * i] = solution.parameters[2 + 2 * from]
    }
    return result
  }
}
