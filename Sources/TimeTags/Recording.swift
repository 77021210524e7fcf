/// A whole recording in memory: for small files and for tests. Large ones are streamed by ``RecordingReader``.
public struct Recording: Sendable {
  /// What the file says about the recording.
  public var header: RecordingHeader
  /// All tags in the order of the file.
  public var tags: [TimeTag]
  /// The number of overflow records.
  public var overflowRecords: Int
  /// The number of markers among ``tags``.
  public var markers: Int
  /// The number of records, overflows included.
  public var records: Int
  /// What is odd about the file, one sentence each.
  public var warnings: [String]

  /// Reads everything.
  ///
  /// - Throws: ``TimeTagError`` as ``RecordingReader`` does.
  public static func load(_ path: String, allowTruncated: Bool = false) throws(TimeTagError) -> Recording {
    let reader = try RecordingReader(path: path, allowTruncated: allowTruncated)
    var tags: [TimeTag] = []
    var block: [TimeTag] = []
    while try reader.read(into: &block) > 0 { tags.append(contentsOf: block) }
    return Recording(
      header: reader.header, tags: tags, overflowRecords: reader.overflowRecords, markers: reader.markers,
      records: reader.recordsRead, warnings: reader.warnings)
  }
}
