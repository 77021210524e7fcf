import Bench
import Emitters
import Simulation
import Testing
import TimeTags

@Suite("Schemes of more than four levels")
struct LargeSchemeTests {
  static let benches = [
    ShelvingBench(twoStates: true, durationSeconds: 0.5).bench,
    TestBench(durationSeconds: 0.5).bench,
  ]

  /// Levels that nothing leads to change no record. Up to four levels and beyond are computed in different ways.
  @Test(arguments: benches)
  func levelsOutOfReachChangeNothing(_ bench: Bench) {
    var larger = bench
    for s in larger.emitters[0].states.indices { larger.emitters[0].states[s].scheme.levels += ["a", "b", "c"] }
    let stream = Stream(bench, seed: 5)
    let same = Stream(larger, seed: 5)
    #expect(stream.tags.count > 1_000)
    // As one truth value: a difference of long lists would be worked out for minutes.
    let isSame = stream.tags == same.tags && stream.truths == same.truths
    #expect(isSame)
  }
}
