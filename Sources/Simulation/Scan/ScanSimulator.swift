public import Bench
import Detectors
import Emitters
import RandomStreams
import Records
import Threads

/// Draws the counts of a scanned image: the fast engine with what each pixel's spot lets an emitter absorb.
///
/// Time runs on from pixel to pixel. Each emitter has one hidden trajectory over the whole scan, also while the spot is
/// elsewhere; an excitation that is left when the spot moves on decays in the dark; background light comes after its
/// delay, be it in the next pixel; detectors are one causal pass. A pixel's counts are the clicks from the first laser
/// pulse of its dwell to the first after it.
///
/// A dwell is cut into stretches. Every stretch of every source has its own random stream, addressed by (seed, purpose,
/// source, stretch), and a source's stretches are drawn in order: the image does not depend on the number of threads.
public struct ScanSimulator: Sendable {
  /// What is simulated.
  public let scan: ScanBench
  /// The run's seed; with the scan it determines every count.
  public let seed: UInt64
  /// Names of the hidden states, per emitter.
  public var stateNames: [[String]] { scan.bench.emitters.map { $0.hiddenStates.map(\.name) } }

  let causes: ScanCauses
  let clock: PulseClock
  /// Laser pulses per second, or steps of continuous excitation.
  let stepsPerSecond: Double

  /// Pixels whose tables are made at once.
  private static let pixelsPerBatch = 32
  /// Photons that are drawn at once, about.
  private static let photonsPerStretch = 65_536.0

  /// Prepares a scan; nothing is drawn before ``run(threads:keepGoing:)``.
  public init(scan: ScanBench, seed: UInt64) {
    self.scan = scan
    self.seed = seed
    causes = ScanCauses(bench: scan.bench)
    stepsPerSecond = scan.bench.excitation.repetitionRateHz ?? Simulator.stepsPerSecond(continuous: scan.bench)
    clock = PulseClock(stepsPerSecond: stepsPerSecond)
  }

  /// Scans the whole field.
  ///
  /// - Parameters:
  ///   - threads: how many may work at the same time; does not change a count.
  ///   - keepGoing: is told how much is done, 0 to 1; `false` ends the scan, and pixels not complete stay at −1.
  public func run(threads: Int = 1, keepGoing: (Double) -> Bool = { _ in true }) -> ScanRecord {
    let bench = scan.bench
    let emitters = bench.emitters.indices.map { EmitterWalk(self, emitter: $0) }
    let backgrounds = bench.background.indices.flatMap { c in
      bench.detectors.indices.map { BackgroundWalk(self, component: c, detector: $0) }
    }
    let counter = ClickCounter(self)
    let pixels = scan.raster.pixelCount
    for first in stride(from: 0, to: pixels, by: Self.pixelsPerBatch) {
      let views = (first..<min(pixels, first + Self.pixelsPerBatch)).map { PixelView(self, visit: $0) }
      concurrently(views.count, threads: threads) { views[$0].prepare() }
      let stretches = views.flatMap { view in
        let background = backgrounds.reduce(0) { $0 + $1.meanPerStep(from: view.place) }
        return view.stretches(background: background, photons: Self.photonsPerStretch)
      }
      var next = 0
      while next < stretches.count {
        // As many stretches as have the photons of a long one.
        var (end, photons) = (next, 0.0)
        repeat {
          photons += stretches[end].meanPhotons
          end += 1
        } while end < stretches.count && photons + stretches[end].meanPhotons <= Self.photonsPerStretch
        let work = stretches[next..<end]
        concurrently(emitters.count + backgrounds.count, threads: threads) { i in
          if i < emitters.count { emitters[i].draw(work) } else { backgrounds[i - emitters.count].draw(work) }
        }
        for emitter in emitters {
          counter.record.stateChanges += emitter.changes
          for d in bench.detectors.indices { counter.add(emitter.arrivals[d].all, detector: d) }
        }
        for background in backgrounds { counter.add(background.arrivals.all, detector: background.detector) }
        let isLast = views.last!.visit == pixels - 1 && end == stretches.count
        counter.count(until: clock.time(ofPulse: work.last!.steps.upperBound), isLast: isLast)
        next = end
        if !keepGoing(Double(counter.record.visited) / Double(pixels)) { return counter.finish() }
      }
    }
    return counter.finish()
  }

  /// The engine of one emitter with the spot at a place.
  func emission(_ e: Int, from place: SamplePlace, isLit: Bool = true) -> FastEmission {
    let emitter = scan.emitter(e, from: place, isLit: isLit)
    let cause = causes.number(ofEmitter: e)
    return FastEmission(
      tables: EmissionTables(
        emitter: emitter, shape: scan.bench.excitation.pulseShape,
        detection: scan.bench.detectionProbabilities(ofEmitted:),
        origin: { $1.transitions.map { _ in cause } }, step: clock.periodFineTime),
      clock: clock, burst: scan.bench.excitation.burst)
  }

  /// The steps (laser pulses) in which a visit's photons are counted.
  func steps(ofVisit visit: Int) -> Range<Int64> {
    let start = scan.raster.startSeconds(ofVisit: visit)
    let first = Int64((start * stepsPerSecond).rounded())
    return first..<max(first, Int64(((start + scan.raster.dwellSeconds) * stepsPerSecond).rounded()))
  }
}
