import Detectors
import RandomStreams

/// What a camera adds to the photoelectrons of an exposure, and how it reads them.
struct Readout {
  private let camera: Camera
  private let dark: PoissonLaw
  private let hits: PoissonLaw
  private var stream: RandomStream
  private let ziggurat = Ziggurat()

  init(spectrometer: Spectrometer, seed: UInt64) {
    camera = spectrometer.camera
    dark = PoissonLaw(mean: camera.darkElectronsPerSecond * spectrometer.integrationSeconds)
    hits = PoissonLaw(mean: (camera.cosmicRays?.rateHz ?? 0) * spectrometer.integrationSeconds)
    stream = RandomStream(seed: seed, purpose: .camera, entity: 0, block: 0)
  }

  /// Ends an exposure: adds its readings to the spectrum and empties the sensor.
  mutating func read(_ electrons: inout [Int], into spectrum: inout SimulatedSpectrum) {
    let hits = hits.draw(&stream)
    for _ in 0..<hits {
      let pixel = Int(stream.uniform() * Double(electrons.count))
      let charge = Int((ziggurat.exponential(&stream) * (camera.cosmicRays?.meanElectrons ?? 0)).rounded())
      electrons[pixel] += charge
      spectrum.cosmicElectrons += charge
    }
    spectrum.cosmicHits += hits
    for i in electrons.indices {
      let darkElectrons = dark.draw(&stream)
      spectrum.darkElectrons += darkElectrons
      let charge = Double(electrons[i] + darkElectrons) + camera.readNoiseElectrons * ziggurat.normal(&stream)
      let reading = (camera.offsetCounts + camera.countsPerElectron * charge).rounded()
      if reading > Double(Camera.largestReading) { spectrum.saturatedReadings += 1 }
      spectrum.counts[i] += Int(min(max(reading, 0), Double(Camera.largestReading)))
      electrons[i] = 0
    }
    spectrum.exposures += 1
  }
}
