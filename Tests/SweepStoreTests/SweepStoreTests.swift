import Glibc
import SweepStore
import Testing

@Suite("The store of a sweep")
struct SweepStoreTests {
  private let sweep = SweepDescription(
    version: "1", name: "bench", scenario: "name: bench", seed: .max,
    axes: [
      .init(path: "filter.center", unit: "nm", texts: ["610nm", "620nm"], numbers: [610, 620]),
      .init(path: "detectors[0].preset", unit: "", texts: ["a", "b", "c"], numbers: [nil, nil, nil]),
    ])
  private let folder: String = {
    var template = Array("/tmp/sweep-store-XXXXXX".utf8CString)
    return String(cString: mkdtemp(&template))
  }()

  private func path(_ name: String) -> String { "\(folder)/\(name).sqlite" }

  @Test func theLastAxisRunsFastest() {
    #expect(sweep.count == 6)
    #expect((0..<6).map { sweep.places(of: $0) } == [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]])
  }

  @Test func keepsWhatIsDoneForTheNextRun() throws {
    let simulated = SweepResult(
      g2Zero: 0.1, g2ZeroUncertainty: 0.01, g2ZeroCorrected: 0.05, g2ZeroCorrectedUncertainty: 0.02, rateHz: 1e4,
      rateHzUncertainty: 30, signalFraction: 0.9, timeNeededSeconds: 60, durationSeconds: 60, sharesPhotons: true,
      note: "a note, with \"quotes\"")
    let predicted = SweepResult(rateHz: 1, signalFraction: 0)
    do {
      let store = try SweepStore(path: path("kept"), sweep: sweep)
      try store.keep([4: simulated], .simulate)
      try store.keep([0: predicted, 4: predicted], .predict)
    }
    let store = try SweepStore(path: path("kept"), sweep: sweep)
    #expect(try store.results(.simulate) == [4: simulated])
    #expect(try store.results(.predict) == [0: predicted, 4: predicted])
  }

  @Test func refusesAnotherSweep() throws {
    _ = try SweepStore(path: path("own"), sweep: sweep)
    func fault(_ change: (inout SweepDescription) -> Void) -> String {
      var other = sweep
      change(&other)
      do {
        _ = try SweepStore(path: path("own"), sweep: other)
        return "none"
      } catch {
        return error.description
      }
    }
    let start = path("own") + " is of another sweep: "
    #expect(fault { _ in } == "none")
    #expect(fault { $0.seed = 2 } == start + "seed 18446744073709551615, and this one's is 2")
    #expect(fault { $0.version = "2" } == start + "version 1, and this one's is 2")
    #expect(fault { $0.scenario = "name: bench\nmore: 1" } == start + "other values in the scenario 'bench'")
    #expect(
      fault { $0.axes.removeLast() } == start
        + "values filter.center=610nm,620nm:2 × detectors[0].preset=a,b,c:3, and this one's is filter.center=610nm,620nm:2"
    )
  }

  @Test func mergesAnotherMachinesHalf() throws {
    func result(_ rate: Double) -> SweepResult { SweepResult(rateHz: rate, signalFraction: 1) }
    let first = try SweepStore(path: path("first"), sweep: sweep)
    let second = try SweepStore(path: path("second"), sweep: sweep)
    try first.keep([0: result(1), 2: result(2)], .simulate)
    try second.keep([1: result(3), 2: result(4)], .simulate)
    #expect(try first.merge(path("second")) == 1)
    #expect(try first.results(.simulate) == [0: result(1), 1: result(3), 2: result(2)])
    #expect(try first.merge(path("second")) == 0)
    var other = sweep
    other.seed = 7
    _ = try SweepStore(path: path("other"), sweep: other)
    #expect(throws: SweepStoreError.self) { try first.merge(path("other")) }
    #expect(throws: SweepStoreError.self) { try SweepStore.check(path("other"), isOf: sweep) }
    try SweepStore.check(path("second"), isOf: sweep)
  }

  @Test func whatEndedBeforeItsTablesHasNothingToMerge() throws {
    let store = try SweepStore(path: path("whole"), sweep: sweep)
    fclose(fopen(path("empty"), "w")!)
    try SweepStore.check(path("empty"), isOf: sweep)
    #expect(try store.merge(path("empty")) == 0)
  }

  @Test func refusesWhatIsNoStore() throws {
    let file = fopen(path("text"), "w")!
    fputs("this is a text and no database, long enough to have a header of its own\n\n\n\n\n\n\n\n\n", file)
    fclose(file)
    do {
      _ = try SweepStore(path: path("text"), sweep: sweep)
      Issue.record("a text was taken for a store")
    } catch {
      #expect(error.kind == .notAStore)
      #expect(error.description.hasPrefix(path("text")))
    }
    do {
      _ = try SweepStore(path: folder + "/nowhere/s.sqlite", sweep: sweep)
      Issue.record("a store in no folder")
    } catch {
      #expect(error.kind == .cannotOpen)
    }
  }
}
