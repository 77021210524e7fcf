import Bench
import CGSL
import Emitters
import Light
import Photonics
import Prediction
import Simulation
import Testing
import TimeTags

/// The marks by which the literature tells the models of blinking apart: type A and type B (Galland et al., Nature 479, 203,
/// 2011), recombination centres (Frantsuzov et al. 2009), diffusion-controlled transfer (Tang and Marcus 2005).
@Suite("Blinking models, false-alarm probability 1e-6 per comparison")
struct BlinkingModelsTests {
  static func bench(_ name: String, seconds: Double, coupling: Double = 0.15) -> Bench {
    var bench = PresetBench(path: "blinking/\(name)", duration: seconds).bench
    bench.path.coupling = .constant(coupling)
    return bench
  }

  /// Dwells of a hidden state that began and ended within the recording, in seconds.
  func dwells(_ stream: Stream, state: Int) -> [Double] {
    zip(stream.changes.dropFirst(), stream.changes.dropFirst(2)).filter { Int($0.0.state) == state }
      .map { Double($1.time - $0.time) / 16e12 }
  }

  /// Mean delay after the pulse and its standard error, and number of photons, per slow state.
  func delays(_ stream: Stream, period: Double) -> [(mean: Double, error: Double, count: Double)] {
    var sums = [[Double]](repeating: [0, 0, 0], count: 8)
    for truth in stream.truths {
      let origin = stream.origins.origins[Int(truth.origin)]
      guard origin.kind == .emission, origin.name.hasSuffix("X→0") else { continue }
      let time = Double(truth.detectionTime + 1) / 16_000 / period
      let delay = (time - time.rounded(.down)) * period
      let state = Int(truth.origin) / 2
      sums[state][0] += 1
      sums[state][1] += delay
      sums[state][2] += delay * delay
    }
    return sums.map { s in
      let mean = s[1] / s[0]
      return (mean, ((s[2] / s[0] - mean * mean) / s[0]).squareRoot(), s[0])
    }
  }

  /// Type A: truncated power laws, exponent and cut-off. The counts of dwells beyond t are binomial; the law is
  /// Γ(1 − m, t/T)/Γ(1 − m, t₀/T). Dwells cut by the end of the recording are one in thousands.
  @Test func typeADwells() {
    let stream = Stream(Self.bench("type-a", seconds: 2_000, coupling: 1e-4))
    for (state, cutoff) in [(0, 2.0), (1, 0.5), (2, 5.0)] {
      let dwells = dwells(stream, state: state)
      #expect(dwells.count > 1_000)
      for t in [1.5e-3, 3e-3, 1e-2, 0.1, cutoff] {
        let share = gsl_sf_gamma_inc(-0.5, t / cutoff) / gsl_sf_gamma_inc(-0.5, 1e-3 / cutoff)
        let longer = UInt32(dwells.count { $0 > t })
        let n = UInt32(dwells.count)
        let (below, above) = (
          gsl_cdf_binomial_P(longer, share, n), longer == 0 ? 1 : gsl_cdf_binomial_Q(longer - 1, share, n)
        )
        #expect(below > falseAlarm / 2 && above > falseAlarm / 2, "state \(state), \(t) s: \(longer) of \(n), \(share)")
      }
    }
    // Branching from neutral: seven in ten to the grey state.
    let next = zip(stream.changes, stream.changes.dropFirst()).filter { $0.0.state == 0 }.map { Int($1.state) }
    let grey = UInt32(next.count { $0 == 1 })
    let n = UInt32(next.count)
    #expect(gsl_cdf_binomial_P(grey, 0.7, n) > falseAlarm / 2 && gsl_cdf_binomial_Q(grey, 0.7, n) > falseAlarm / 2)
  }

  /// Type A: intensity and lifetime fall together. Type B: the intensity falls, the lifetime is flat.
  @Test func lifetimeAgainstIntensity() {
    let a = Self.bench("type-a", seconds: 60)
    let typeA = delays(Stream(a), period: 200)
    #expect(typeA[1].mean < 0.6 * typeA[0].mean && typeA[2].mean < 0.3 * typeA[0].mean)

    let b = Self.bench("type-b", seconds: 60)
    let stream = Stream(b)
    let typeB = delays(stream, period: 200)
    let seconds = stream.secondsPerState(2, duration: 60)
    let ratio = typeB[1].count / seconds[1] / (typeB[0].count / seconds[0])
    // Feeding 10 %: (1 − e^(−0.02))/(1 − e^(−0.2)) of the photons from X.
    let expected = gsl_expm1(-0.02) / gsl_expm1(-0.2)
    let error = expected * (1 / typeB[0].count + 1 / typeB[1].count).squareRoot()
    #expect(abs(ratio - expected) < 4.9 * error, "\(ratio) against \(expected)")
    // A pulse that made a biexciton gives its X photon a nanosecond later: with feeding there are fewer of these. Corrected
    // for that, the mean delays are equal.
    func late(_ n: Double) -> Double { 1 * (-gsl_expm1(-n) - n * gsl_sf_exp(-n)) / -gsl_expm1(-n) }
    let difference = typeB[0].mean - late(0.2) - (typeB[1].mean - late(0.02))
    let noise = gsl_hypot(typeB[0].error, typeB[1].error)
    #expect(abs(difference) < 4.9 * noise, "lifetimes differ by \(difference) ± \(noise) ns")
  }

  /// Recombination centres: the spectrum of the intensity falls as 1/f over decades. The slope between 0.3 and 100 Hz from
  /// 8 seeds; its standard error is about 0.02, the range allowed is that of the literature (Pelton et al. 2007).
  @Test func centresGiveOneOverF() {
    func slope(_ bench: Bench) -> Double {
      let bin = 1e-3
      let n = 1 << 15
      var spectrum = [Double](repeating: 0, count: n / 2)
      for seed in 1...8 {
        var counts = [Double](repeating: 0, count: n)
        for tag in Stream(bench, seed: UInt64(seed)).tags {
          let i = Int(Double(tag.macroTime) * 4e-12 / bin)
          if i < n { counts[i] += 1 }
        }
        let mean = counts.reduce(0, +) / Double(n)
        for i in counts.indices { counts[i] -= mean }
        gsl_fft_real_radix2_transform(&counts, 1, n)
        // Shot noise is flat and equals the mean.
        for k in 1..<(n / 2) {
          spectrum[k] += (counts[k] * counts[k] + counts[n - k] * counts[n - k]) / Double(n) - mean
        }
      }
      // Six cells per decade, a straight line through their logarithms.
      var points: [(x: Double, y: Double)] = []
      var low = 0.3
      while low < 100 {
        let high = low * 1.4677992676220695
        let range = Int(low * bin * Double(n))..<Int(high * bin * Double(n))
        if !range.isEmpty {
          let mean = spectrum[range].reduce(0, +) / Double(range.count)
          points.append((gsl_sf_log(low * high) / 2, gsl_sf_log(max(mean, 1e-9))))
        }
        low = high
      }
      let mx = points.reduce(0) { $0 + $1.x } / Double(points.count)
      let my = points.reduce(0) { $0 + $1.y } / Double(points.count)
      return points.reduce(0) { $0 + ($1.x - mx) * ($1.y - my) } / points.reduce(0) { $0 + ($1.x - mx) * ($1.x - mx) }
    }
    var bench = Self.bench("recombination-centres", seconds: 33)
    let centres = slope(bench)
    #expect(abs(centres + 1) < 0.15, "slope \(centres)")
    // A single centre is a telegraph: flat below its rate and 1/f² above.
    bench.emitters[0].centres = RecombinationCentre.spread(count: 1, ratePerNanosecond: 0.1, slowestHz: 1, fastestHz: 1)
    #expect(slope(bench) < -1.6)
  }

  /// Recombination centres have no on and off state: the exponent of "on times" depends on where the threshold is put
  /// (Frantsuzov et al. 2009). Between the two levels of charging it does not. Paired Student test over 12 seeds.
  @Test func thresholdsMoveTheExponent() {
    func exponents(_ bench: Bench, seed: UInt64, thresholds: [Double]) -> [Double] {
      let bin = 5e-3
      var counts = [Double](repeating: 0, count: Int(bench.durationSeconds / bin))
      for tag in Stream(bench, seed: seed).tags {
        counts[min(counts.count - 1, Int(Double(tag.macroTime) * 4e-12 / bin))] += 1
      }
      return thresholds.map { threshold in
        // Maximum likelihood for a discrete power law from one bin on (Clauset, Shalizi and Newman, SIAM Rev. 51, 661,
        // 2009, equation 3.7).
        var (runs, logs, length) = (0.0, 0.0, 0.0)
        for count in counts {
          if count > threshold * bin {
            length += 1
          } else if length > 0 {
            runs += 1
            logs += gsl_sf_log(length / 0.5)
            length = 0
          }
        }
        return 1 + runs / logs
      }
    }
    func difference(_ bench: Bench, _ thresholds: [Double]) -> (mean: Double, probability: Double) {
      let values = (1...12).map { seed -> Double in
        let both = exponents(bench, seed: UInt64(seed), thresholds: thresholds)
        return both[1] - both[0]
      }
      let mean = values.reduce(0, +) / 12
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 11
      return (mean, 2 * gsl_cdf_tdist_Q(abs(mean) / (variance / 12).squareRoot(), 11))
    }
    let centres = Self.bench("recombination-centres", seconds: 20)
    let rate = Predictor(bench: centres).recordedRatesHz.reduce(0, +)
    let moved = difference(centres, [0.7 * rate, 1.2 * rate])
    #expect(moved.probability < falseAlarm, "\(moved)")

    // On and off are a factor of ten apart: thresholds at a third and a half of the on level cut the same runs.
    var charging = Self.bench("type-b", seconds: 20)
    let dwell = DwellLaw.powerLaw(exponent: 1.5, minimumSeconds: 2e-2, cutoffSeconds: 2)
    for i in 0..<2 { charging.emitters[0].states[i].dwell = dwell }
    let predictor = Predictor(bench: charging)
    let on = predictor.componentRatesHz[..<2].reduce(0) { $0 + $1.rateHz } / predictor.stateShares[0][0]
    let still = difference(charging, [0.35 * on, 0.5 * on])
    #expect(abs(still.mean) < abs(moved.mean) / 5, "\(still) against \(moved)")
  }

  /// Diffusion-controlled transfer: the density of dwells falls as t^−½ well below the crossover and as t^−3/2 above.
  @Test func diffusionChangesTheSlope() {
    let stream = Stream(Self.bench("diffusion-controlled", seconds: 4_000, coupling: 1e-4))
    // States pair with line positions; follow the slow state alone.
    var dwells: [Double] = []
    var began: Double?
    var last = Int(stream.changes[0].state) % 2
    for change in stream.changes.dropFirst() where Int(change.state) % 2 != last {
      let now = Double(change.time) / 16e12
      if last == 0, let began { dwells.append(now - began) }
      began = now
      last = Int(change.state) % 2
    }
    /// The slope of the density between two cells of one octave each, and its error.
    func slope(_ a: Double, _ b: Double) -> (value: Double, error: Double) {
      let n = [a, b].map { t in Double(dwells.count { $0 >= t && $0 < 2 * t }) }
      let value = gsl_sf_log(n[1] / n[0] * a / b) / gsl_sf_log(b / a)
      return (value, (1 / n[0] + 1 / n[1]).squareRoot() / gsl_sf_log(b / a))
    }
    // Crossover 30 ms, tail 10 s: from the exact density the slopes are −0.53 and −1.46 here.
    func density(_ t: Double) -> Double {
      let x = t / 0.03
      let root = x.squareRoot()
      // e^x erfc(√x) by way of logarithms, so that it holds for large x.
      return (1 / (Double.pi * x).squareRoot() - gsl_sf_exp(x + gsl_sf_log_erfc(root))) * gsl_sf_exp(-t / 10)
    }
    func exact(_ a: Double, _ b: Double) -> Double {
      func cell(_ t: Double) -> Double {
        (0..<64).reduce(0) { $0 + density(t * (1 + (Double($1) + 0.5) / 64)) } * t / 64
      }
      return gsl_sf_log(cell(b) / cell(a) * a / b) / gsl_sf_log(b / a)
    }
    for (a, b) in [(3e-6, 1e-4), (0.3, 2)] {
      let found = slope(a, b)
      #expect(abs(found.value - exact(a, b)) < 4.9 * found.error, "\(found) against \(exact(a, b))")
    }
    #expect(abs(exact(3e-6, 1e-4) + 0.5) < 0.05 && abs(exact(0.3, 2) + 1.5) < 0.12)
  }

  /// Bleaching: recordings start fresh and end dark; Erlang's law of three stages.
  @Test func bleachingTimes() {
    var bench = BunchingTests.cases.last!.emitter.bleachingBench
    bench.durationSeconds = 5
    bench.emitters[0].bleaching = Bleaching(meanSeconds: 2, stages: 3)
    // Kolmogorov–Smirnov over 400 seeds against the Erlang law, as far as the recording reaches.
    var times: [Double] = []
    for seed in 0..<400 {
      let changes = Stream(bench, seed: UInt64(seed + 1), threads: 1).changes
      times.append(changes.first { $0.state == 3 }.map { Double($0.time) / 16e12 } ?? .infinity)
    }
    times.sort()
    var distance = 0.0
    for (i, t) in times.enumerated() where t < 5 {
      let law = gsl_cdf_gamma_P(t, 3, 2.0 / 3)
      distance = max(distance, abs(law - Double(i) / 400), abs(law - Double(i + 1) / 400))
    }
    // Massart's bound: 2 e^(−2 n d²) = 1e-6.
    #expect(distance < (gsl_sf_log(2 / falseAlarm) / 800).squareRoot(), "\(distance)")
  }
}

extension Emitter {
  /// A dim bench with this emitter alone.
  var bleachingBench: Bench {
    var bench = TestBench(coupling: 1e-5, charged: nil).bench
    bench.emitters = [self]
    return bench
  }
}
