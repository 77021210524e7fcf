import TimeTags

/// Counts a recording once: what every measurement needs to know first. Nanotimes are filled for T3 only, gaps where a router may
/// hide some.
func firstPass(
  _ header: RecordingHeader, _ replay: Replay
) throws -> (survey: RecordingSurvey, nanotimes: NanotimeHistogram) {
  var survey = RecordingSurvey(header: header, findsGaps: header.recordType == .picoHarp300T3)
  var nanotimes = NanotimeHistogram()
  let isT3 = header.mode == .t3
  try replay { tags in
    survey.consume(tags)
    if isT3 { nanotimes.consume(tags) }
  }
  return (survey, nanotimes)
}
