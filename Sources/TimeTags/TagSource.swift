/// Where a ``RecordingReader`` takes its tags from: one kind of container.
protocol TagSource: AnyObject {
  var header: RecordingHeader { get }
  var warnings: [String] { get }
  var state: DecodingState { get }
  var recordsRead: Int { get }
  /// Writes the next tags to the beginning of `tags`, at least one unless the recording has ended.
  func read(into tags: UnsafeMutableBufferPointer<TimeTag>) throws(TimeTagError) -> Int
}
