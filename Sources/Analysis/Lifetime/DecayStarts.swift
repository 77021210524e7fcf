import Glibc

extension DecayFit {
  /// The best solution over several starts, or nil when every start runs into a degenerate one.
  ///
  /// Starts spread the components around the mean delay above the floor of the last tenth. As soon as two starts meet in the
  /// same best optimum the rest is left out.
  ///
  /// - Parameters:
  ///   - ordered: the fitted bins in the order of their delay after the pulse, and the delay of each in nanoseconds.
  ///   - shift: where the response begins, in steps.
  ///   - given: lifetimes in nanoseconds to begin with instead: one start only.
  func solve(ordered: [(bin: Int, ns: Double)], shift: Double, given: [Double]? = nil) -> Solution? {
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
    for var start in starts {
      if fitsShift { start = shifted(start) }
      guard let solution = run(from: start), isSane(solution) else { continue }
      let agrees = best.map { abs($0.deviance - solution.deviance) < 1e-4 } ?? false
      if best.map({ solution.deviance < $0.deviance }) ?? true { best = solution }
      if agrees { break }
    }
    return best.map(sorted)
  }

  /// The same start with the response where the deviance is least, of places within three standard deviations of it.
  private func shifted(_ start: [Double]) -> [Double] {
    let reach = max(grid.moments.deviation, Double(grid.fine))
    var best = (deviance: Double.infinity, start: start)
    for k in -3...3 {
      var trial = start
      trial[trial.count - 1] += Double(k) * reach
      if let deviance = evaluate(trial), deviance < best.deviance { best = (deviance, trial) }
    }
    return best.start
  }

  /// A component outside this range is a background or a spike, and its numbers run away.
  private func isSane(_ solution: Solution) -> Bool {
    components(solution).allSatisfy {
      $0.lifetime > grid.binNs / 20 && $0.lifetime < 20 * grid.periodNs && $0.amplitude < 1e15
    }
  }

  /// Amplitudes in counts per bin and lifetimes in nanoseconds.
  func components(_ solution: Solution) -> [(amplitude: Double, lifetime: Double)] {
    let n = if case .exponentials(let n) = shape { n } else { 1 }
    return (0..<n).map { (exp(solution.parameters[1 + 2 * $0]), exp(solution.parameters[2 + 2 * $0])) }
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
