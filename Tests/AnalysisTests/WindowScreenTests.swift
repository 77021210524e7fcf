import Analysis
import CGSL
import Testing
import TimeTags

/// The quick look at a window must never deny a change that trying every photon finds.
@Suite struct WindowScreenTests {
  @Test("no window with a change is passed over, and of steady light nearly all are")
  func screens() {
    var changes = 0
    var (steady, passed) = (0, 0)
    for seed in 1...40 as ClosedRange<UInt> {
      let isSteady = seed % 4 == 0
      let low = isSteady ? 2000 : 2000 / Double(2 + seed % 7)
      let stream = SwitchingStream(ratesHz: seed % 2 == 0 ? [2000, low] : [low, 2000], seconds: 8, seed: seed) {
        rng, _ in
        0.005 + gsl_ran_exponential(UnsafePointer<gsl_rng>(rng), 0.2)
      }
      // cells of two photons at 2000 Hz
      let cell = Int64(1e-3 * SwitchingStream.ticksPerSecond)
      var before = [Int32](repeating: 0, count: 8001)
      var photon = 0
      for i in 0...8000 {
        while photon < stream.times.count, stream.times[photon] < Int64(i) * cell { photon += 1 }
        before[i] = Int32(photon)
      }
      for width in [8, 16, 32, 64, 256, 1024, 4096] {
        for threshold in [3.0, 20] {
          let screen = WindowScreen(cells: width, threshold: threshold)
          for left in stride(from: 0, through: 8000 - width, by: width / 4) {
            let window = stream.times.withUnsafeBufferPointer {
              PhotonWindow(
                times: $0, first: Int(before[left]), last: Int(before[left + width]), start: Int64(left) * cell,
                end: Int64(left + width) * cell
              ).strongestChange(above: threshold)
            }
            let isPromising = before.withUnsafeBufferPointer { screen.isPromising($0, from: left) }
            if window != nil {
              changes += 1
              #expect(isPromising, "seed \(seed), \(width) cells from \(left), threshold \(threshold)")
            }
            if isSteady && threshold == 20 {
              steady += 1
              passed += isPromising ? 1 : 0
            }
          }
        }
      }
    }
    #expect(changes > 5000)
    #expect(Double(passed) < 0.1 * Double(steady), "\(passed) of \(steady)")
  }
}
