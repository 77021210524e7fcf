import TimeTags

/// What a measurement wants to know of a recording before it counts, found out when it is asked for: a pass over all of a
/// long recording takes as long as counting the pairs.
final class FirstLook {
  let header: RecordingHeader
  let blocks: RecordBlocks?
  let threads: Int
  let replay: Replay
  /// The pass, if it has been made.
  private(set) var known: FirstPass?

  init(_ header: RecordingHeader, _ blocks: RecordBlocks?, threads: Int, replay: @escaping Replay) {
    (self.header, self.blocks, self.threads, self.replay) = (header, blocks, threads, replay)
  }

  /// A look at what is known already.
  init(_ header: RecordingHeader, _ known: FirstPass, replay: @escaping Replay) {
    (self.header, self.known, self.replay) = (header, known, replay)
    (blocks, threads) = (nil, 1)
  }

  private var pass: FirstPass {
    get throws {
      if let known { return known }
      let pass = try firstPass(header, blocks, threads: threads, replay)
      known = pass
      return pass
    }
  }

  /// The counts of the whole recording.
  var survey: RecordingSurvey { get throws { try pass.survey } }

  /// The nanotimes of the whole recording.
  var nanotimes: NanotimeHistogram { get throws { try pass.nanotimes } }

  /// The channels asked for, or the two busiest at the beginning of a T2 recording; nil where a whole pass had better tell.
  func likelyPair(_ asked: (first: UInt8, second: UInt8)?) throws -> (first: UInt8, second: UInt8)? {
    guard header.mode == .t2, let blocks else { return nil }
    if let asked { return asked.first == asked.second ? nil : asked }
    let reader = RecordBlockReader(blocks.fromBeginning(isSilent: true))
    var survey = RecordingSurvey(header: header, findsGaps: false)
    for _ in 0..<16 {
      guard let tags = try reader.next() else { break }
      survey.consume(tags)
      let busy = survey.channelsByActivity
      guard busy.count >= 2 else { continue }
      // the third is too close for sure
      let photons = survey.photons
      if busy.count > 2, photons[Int(busy[2])] > photons[Int(busy[1])] / 2 { return nil }
      return try channelPair(nil, survey)
    }
    return nil
  }

  /// Whether a likely pair is the one that ``channelPair(_:_:)`` gives of the whole recording; its counts nearly always tell.
  ///
  /// - Throws: ``AnalysisError`` where there is none.
  func isRight(
    _ pair: (first: UInt8, second: UInt8), asked: (first: UInt8, second: UInt8)?, _ pairs: PairCounts
  ) throws -> Bool {
    if let photons = pairs.photons {
      let less = min(pairs.events.first, pairs.events.second)
      let others = photons - pairs.events.first - pairs.events.second
      if less > 0, asked != nil || others < less { return true }
    }
    return try channelPair(asked, survey) == pair
  }
}
