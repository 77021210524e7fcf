/// What can go wrong with a time-tag file. Every message is one sentence that names the file.
public enum TimeTagError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The input does not exist or cannot be opened.
  case noSuchInput(path: String, reason: String)
  /// The input is readable but is no time-tag file of a kind this module reads.
  case notTimeTags(path: String, reason: String)
  /// The input begins well and ends too early.
  case truncated(path: String, reason: String)
  /// The input contradicts its own format.
  case corrupt(path: String, reason: String)
  /// Tags that the output format cannot hold: a time that goes backwards, a channel or nanotime out of range.
  case cannotEncode(path: String, reason: String)
  /// The output cannot be created.
  case cannotCreate(path: String, reason: String)
  /// Reading or writing failed half-way: a full disk, a broken device.
  case inputOutput(path: String, reason: String)

  /// One sentence that begins with the path, without a full stop.
  public var description: String {
    switch self {
    case .noSuchInput(let path, let reason): "\(path) cannot be opened: \(reason)"
    case .notTimeTags(let path, let reason): "\(path) \(reason)"
    case .truncated(let path, let reason): "\(path): \(reason); truncated?"
    case .corrupt(let path, let reason): "\(path) is corrupt: \(reason)"
    case .cannotEncode(let path, let reason): "\(path) cannot hold these tags: \(reason)"
    case .cannotCreate(let path, let reason): "\(path) cannot be created: \(reason)"
    case .inputOutput(let path, let reason): "\(path): \(reason)"
    }
  }

  /// The exit code of a command that ends with this error (`sysexits.h`).
  public var exitCode: Int32 {
    switch self {
    case .noSuchInput: 66
    case .notTimeTags, .truncated, .corrupt, .cannotEncode: 65
    case .cannotCreate: 73
    case .inputOutput: 74
    }
  }
}
