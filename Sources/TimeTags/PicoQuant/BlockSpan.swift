/// Where a block of records is in time, in units of the file's resolution.
public struct BlockSpan: Sendable {
  /// The place of the block's first record in the file.
  public var start: Int
  /// The time by which its overflows move on.
  public var passed: Int64
  /// The time of its first photon, marker or sync event since the last overflow before the block; nil without any.
  public var first: Int64?
  /// The same of its last.
  public var last: Int64?

  /// A span of all its parts.
  public init(start: Int, passed: Int64, first: Int64?, last: Int64?) {
    (self.start, self.passed, self.first, self.last) = (start, passed, first, last)
  }
}
