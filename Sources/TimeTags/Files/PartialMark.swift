/// How a recording that ended before its planned end says so in its free comment.
enum PartialMark {
  /// The words the comment of a partial recording begins with.
  static let prefix = "PARTIAL: "

  /// The reason of a recording whose program was stopped before it could give another.
  static let unfinished = "not finished"

  /// The comment of a recording that ended early for `reason`; the plain comment when `reason` is `nil`.
  static func comment(_ comment: String, partial reason: String?) -> String {
    guard let reason else { return comment }
    return comment.isEmpty ? prefix + reason : "\(prefix)\(reason). \(comment)"
  }

  static func isPartial(comment: String) -> Bool { comment.hasPrefix(prefix) }
}
