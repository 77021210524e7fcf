import TimeTags

/// Counts a recording once: what every measurement needs to know first. Nanotimes are filled for T3 only.
func firstPass(
  _ header: RecordingHeader, _ replay: Replay
) throws -> (survey: RecordingSurvey, nanotimes: NanotimeHistogram) {
  var survey = RecordingSurvey(header: header)
  var nanotimes = NanotimeHistogram()
  let isT3 = header.mode == .t3
  try replay { tags in
    survey.consume(tags)
    if isT3 { nanotimes.consume(tags) }
  }
  return (survey, nanotimes)
}
