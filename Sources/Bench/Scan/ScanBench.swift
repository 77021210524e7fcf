public import Emitters

/// A bench whose spot is led over a sample: what is where, and what each pixel sees of it.
///
/// The emitters' absorption is that at the centre of the laser spot, and the background's rates are those with the spot at
/// the middle of their shapes. Nothing else differs from pixel to pixel, so every pixel is an ordinary ``Bench``.
public struct ScanBench: Sendable, Hashable {
  /// Emitters and background as the spot's centre sees them, light path and detectors.
  public var bench: Bench
  /// Where each emitter of the bench lies.
  public var emitterPlaces: [SamplePlace]
  /// Where each background component of the bench comes from.
  public var backgroundShapes: [LuminousShape]
  /// The way of the spot over the sample.
  public var raster: RasterScan
  /// The laser on the sample.
  public var excitationSpot: GaussianSpot
  /// What the detectors see around the laser spot; `nil` for light from anywhere (wide field).
  public var detectionSpot: GaussianSpot?
  /// The detectors whose counts make the image.
  public var countedDetectors: [Int]

  /// Light of an emitter below this share of what it gives in the centre of the spots is left out: not a clamp, but far below
  /// one photon per image. An emitter saturated a thousandfold gives a thousand times as much of its largest light, 1e-9.
  public static let negligibleShare = 1e-12

  /// A scan from its parts, unchecked: one place per emitter, one shape per background component.
  public init(
    bench: Bench, emitterPlaces: [SamplePlace], backgroundShapes: [LuminousShape], raster: RasterScan,
    excitationSpot: GaussianSpot, detectionSpot: GaussianSpot?, countedDetectors: [Int]
  ) {
    self.bench = bench
    self.emitterPlaces = emitterPlaces
    self.backgroundShapes = backgroundShapes
    self.raster = raster
    self.excitationSpot = excitationSpot
    self.detectionSpot = detectionSpot
    self.countedDetectors = countedDetectors
  }

  /// Whether an emitter gives more than ``negligibleShare`` with the spot at a place.
  public func isVisible(emitter e: Int, from place: SamplePlace) -> Bool {
    let sigma = seenSpot.sigmaMicrometers
    // −ln 1e-12
    return emitterPlaces[e].squaredDistance(to: place) <= 27.631021115928547 * 2 * sigma * sigma
  }

  /// An emitter as it is with the spot at a place: it absorbs in proportion to the laser there, and what the detection spot
  /// leaves out counts as photons not emitted.
  ///
  /// - Parameter isLit: `false` for the same with the laser off.
  public func emitter(_ e: Int, from place: SamplePlace, isLit: Bool = true) -> Emitter {
    var emitter = bench.emitters[e]
    emitter.absorption = emitter.absorption.scaled(by: isLit ? excitation(ofEmitter: e, from: place) : 0)
    let collected = collection(ofEmitter: e, from: place)
    if collected < 1 {
      for s in emitter.states.indices {
        for t in emitter.states[s].scheme.transitions.indices {
          emitter.states[s].scheme.transitions[t].quantumYield *= collected
        }
      }
    }
    return emitter
  }

  /// The spot as an image shows a point that does not saturate: laser times detection.
  public var seenSpot: GaussianSpot { detectionSpot.map { excitationSpot.times($0) } ?? excitationSpot }

  /// The rate of a background component with the spot at a place, over that with the spot at the middle of its shape.
  public func backgroundShare(component c: Int, from place: SamplePlace) -> Double {
    backgroundShapes[c].relativeLight(at: place, spot: seenSpot)
  }

  /// The bench that a pixel is, without the emitters that it does not see.
  public func bench(at pixel: RasterScan.Pixel) -> Bench {
    let place = raster.place(of: pixel)
    var bench = bench
    bench.emitters = bench.emitters.indices.filter { isVisible(emitter: $0, from: place) }
      .map { emitter($0, from: place) }
    for c in bench.background.indices {
      bench.background[c].rateHz *= backgroundShare(component: c, from: place)
    }
    bench.durationSeconds = raster.durationSeconds
    return bench
  }

  private func excitation(ofEmitter e: Int, from place: SamplePlace) -> Double {
    excitationSpot.relativeIntensity(squaredDistance: emitterPlaces[e].squaredDistance(to: place))
  }

  private func collection(ofEmitter e: Int, from place: SamplePlace) -> Double {
    detectionSpot?.relativeIntensity(squaredDistance: emitterPlaces[e].squaredDistance(to: place)) ?? 1
  }
}
