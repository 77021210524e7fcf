import Analysis
import Foundation
import Testing
import TimeTags

/// g2(0) of a recording while it grows, against the measurement of the whole.
@Suite("g2(0) of a growing recording")
struct RunningG2Tests {
  private let header = RecordingHeader(
    format: "test", mode: .t2, recordType: .picoHarp300T2, macroTimeUnitSeconds: 4e-12, laserRepetitionRateHz: 5e6)

  /// Clicks of a source with g2(0) = 0.5 at 5 MHz: a photon in one pulse out of eight on average, channel 1 late by 3 ns.
  private var tags: [TimeTag] {
    var state: UInt64 = 1
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    var tags: [TimeTag] = []
    for pulse in 0..<200_000 {
      let time = Int64(pulse) * 50_000
      // 0 … 3: one photon in either channel; 4: one in both.
      switch next() % 32 {
      case 0, 1: tags.append(TimeTag(channel: 0, macroTime: time + Int64(next() % 1000)))
      case 2, 3: tags.append(TimeTag(channel: 1, macroTime: time + 750 + Int64(next() % 1000)))
      case 4 where next() % 16 == 0:
        tags.append(TimeTag(channel: 0, macroTime: time))
        tags.append(TimeTag(channel: 1, macroTime: time + 750))
      default: break
      }
    }
    return tags
  }

  private func running(_ parts: [ArraySlice<TimeTag>]) throws -> RunningG2 {
    let clock = TagClock(header)
    var running = RunningG2(channels: (0, 1), periodPs: 200_000, delayPs: 3000)
    for part in parts {
      part.withUnsafeBufferPointer { running.consume($0, clock: clock) }
      // As through a checkpoint.
      running = try JSONDecoder().decode(RunningG2.self, from: JSONEncoder().encode(running))
    }
    return running
  }

  @Test func agreesWithTheMeasurementOfTheWhole() throws {
    let tags = tags
    var options = CorrelationOptions(excitation: .pulsed, periodPs: 200_000, estimator: .peakAreas)
    options.centerPeak = 0
    let whole = try analyzeG2(header: header, options: options) { body in try tags.withUnsafeBufferPointer(body) }
    let value = try #require(try running([tags[...]]).value)
    #expect(value.value == whole.g2Zero)
    #expect(value.uncertainty >= whole.g2ZeroUncertainty)
    #expect(value.uncertainty < 1.1 * whole.g2ZeroUncertainty)
  }

  @Test func countsAcrossThePiecesOfARecording() throws {
    let tags = tags
    let pieces = stride(from: 0, to: tags.count, by: 997).map { tags[$0..<min($0 + 997, tags.count)] }
    #expect(try running(pieces).value == running([tags[...]]).value)
  }

  /// A hundred side coincidences and none in the centre do not tell g2(0) better than one in the centre would.
  @Test func anEmptyCentreIsNotKnownExactly() throws {
    let clock = TagClock(header)
    var running = RunningG2(channels: (0, 1), periodPs: 200_000, delayPs: 0)
    #expect(running.value == nil)
    for pulse in 0..<200 {
      let tag = [TimeTag(channel: pulse % 2, macroTime: Int64(pulse) * 50_000)]
      tag.withUnsafeBufferPointer { running.consume($0, clock: clock) }
    }
    let value = try #require(running.value)
    #expect(value.value == 0)
    #expect(value.uncertainty > 1.0 / 100)
  }

  @Test func continuousLightIsHeldAgainstIndependentPhotons() throws {
    let clock = TagClock(header)
    var running = RunningG2(channels: (0, 1), periodPs: nil, delayPs: 0)
    // Pairs every microsecond, half a nanosecond apart.
    let tags = (0..<1000).flatMap { i in
      [TimeTag(channel: 0, macroTime: Int64(i) * 250_000), TimeTag(channel: 1, macroTime: Int64(i) * 250_000 + 125)]
    }
    tags.withUnsafeBufferPointer { running.consume($0, clock: clock) }
    let value = try #require(running.value)
    // 1000 pairs in 2 ns where 1000² · 2 ns / 1 ms are expected.
    #expect(abs(value.value / (1000 / (1e6 * 2e-9 / 0.999e-3)) - 1) < 1e-3)
  }
}

extension TimeTag {
  fileprivate init(channel: Int, macroTime: Int64) { self.init(macroTime: macroTime, channel: UInt8(channel)) }
}
