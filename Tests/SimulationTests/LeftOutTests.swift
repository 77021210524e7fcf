import Bench
import Detectors
import Prediction
import Testing

/// What predictions leave out is said of the benches that have it, and of no others.
@Suite("What predictions leave out")
struct LeftOutTests {
  @Test func nothing() {
    #expect(Predictor(bench: TestBench().bench).leftOut.isEmpty)
  }

  static let effects: [(says: String, change: @Sendable (inout Bench) -> Void)] = [
    ("Dead times take up to ", { $0.detectors[0].deadTimeNanoseconds = 500 }),
    ("Afterpulses, up to 2 % of the clicks", { $0.detectors[1].afterpulsing.probability = 0.02 }),
    (
      "(within some 30 ns) shift by up to 0.5 ns",
      { $0.detectors[1].jitter.walk = TimingJitter.Walk(shiftNanoseconds: 0.5, timeConstantNanoseconds: 30) }
    ),
    (
      "Flashes of flashes, up to 0.1 % of the crosstalk",
      { $0.crosstalk = Crosstalk(strength: .probability(1e-3), delayNanoseconds: 5) }
    ),
    ("unequal width", { $0.electronics.binWidths = .table([1, 1.1]) }),
    (
      "Dark counts drift",
      {
        $0.detectors[0].darkCountRateHz = 100
        $0.detectors[0].darkCountDrift = DarkCountDrift(law: .linear, finalRateHz: 50, seconds: 1)
      }
    ),
    ("the computer reads (1000 a second)", { $0.electronics.buffer = RecordBuffer(records: 10, readoutRateHz: 1000) }),
  ]

  @Test(arguments: effects.indices)
  func oneSentence(_ effect: Int) {
    var bench = TestBench().bench
    Self.effects[effect].change(&bench)
    let found = Predictor(bench: bench).leftOut
    #expect(found.count == 1 && found[0].contains(Self.effects[effect].says), "\(found)")
  }
}
