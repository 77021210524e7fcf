import Bench
import Detectors
import Simulation
import Testing
import TimeTags

@Suite("Same bench and seed, same records")
struct ReproducibilityTests {
  static var everything: Bench {
    var test = TestBench(background: [TestBench.slowBand], durationSeconds: 2)
    test.darkCountRateHz = 2_000
    test.detectorDeadTime = 22
    test.electronicsDeadTime = 86
    test.afterpulsing = 0.01
    test.jitter = 0.35
    return test.bench
  }

  /// At 80 MHz most blocks inherit an excitation, so blocks are drawn anew.
  static var leftOver: Bench {
    TestBench(repetitionRateHz: 80e6, absorbed: 1, durationSeconds: 0.2).bench
  }

  @Test(arguments: [everything, leftOver], [(1, 1), (1, 5), (2, 3), (2, 64), (3, 8)])
  func threadsAndBatchesDoNotMatter(bench: Bench, way: (threads: Int, blocksPerBatch: Int)) {
    let first = Stream(bench, seed: 4, threads: 1, blocksPerBatch: 8)
    let other = Stream(bench, seed: 4, threads: way.threads, blocksPerBatch: way.blocksPerBatch)
    #expect(first.tags == other.tags)
    #expect(first.truths == other.truths)
    #expect(first.changes == other.changes)
  }

  @Test func anotherSeedGivesOtherRecords() {
    #expect(Stream(Self.everything, seed: 4).tags != Stream(Self.everything, seed: 5).tags)
  }

  @Test func recordsAreInOrderAndWithinTheRecording() {
    let stream = Stream(Self.everything)
    #expect(zip(stream.tags, stream.tags.dropFirst()).allSatisfy { $0.macroTime <= $1.macroTime })
    #expect(stream.tags.first!.macroTime >= 0)
    #expect(stream.tags.last!.macroTime < 2 * 250_000_000_000)
    #expect(stream.tags.count == stream.truths.count)
  }

  @Test func afterpulsesNameTheirParents() {
    let stream = Stream(Self.everything)
    var named = 0
    for (i, truth) in stream.truths.enumerated() where truth.parent >= 0 {
      #expect(stream.origins.origins[Int(truth.origin)].kind == .afterpulse)
      #expect(truth.parent < i)
      #expect(stream.tags[Int(truth.parent)].channel == stream.tags[i].channel)
      #expect(truth.detectionTime - stream.truths[Int(truth.parent)].detectionTime >= 22 * 16_000)
      named += 1
    }
    #expect(named > 20)
  }

  @Test func deadTimesHold() {
    let stream = Stream(Self.everything)
    for channel in 0..<2 {
      let times = stream.tags.filter { $0.channel == channel }.map(\.macroTime)
      // 86 ns in steps of 4 ps; flooring may take one step.
      #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 >= 21_499 })
    }
    // None across channels.
    let gaps = zip(stream.tags, stream.tags.dropFirst()).filter { $0.channel != $1.channel }
    #expect(gaps.contains { $1.macroTime - $0.macroTime < 21_000 })
  }

  @Test func routedDetectorsShareOneDeadTime() {
    var bench = Self.everything
    bench.electronics.mode = .t3
    let stream = Stream(bench)
    let bin = Double(bench.electronics.nanotimeResolutionPicoseconds)
    let times = stream.tags.map { Double($0.macroTime) * 200_000 + Double($0.nanotime) * bin }
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 > 86_000 - bin })
    #expect(Set(stream.tags.map(\.channel)) == [1, 2])
    #expect(stream.tags.allSatisfy { $0.nanotime >= 1 && $0.nanotime < 4096 })
  }
}
