internal import GRDB

/// Why a store cannot serve, as a sentence that names its file.
public struct SweepStoreError: Error, CustomStringConvertible {
  /// What kind of fault it is.
  public enum Kind: Sendable {
    /// It holds the points of another sweep.
    case otherSweep
    /// It is no store of a sweep, or damaged.
    case notAStore
    /// It cannot be made or opened.
    case cannotOpen
    /// It cannot be read or written: a full disk, a lock that is not given up.
    case inputOutput
  }

  /// What kind of fault it is.
  public let kind: Kind
  /// The sentence.
  public let description: String

  init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// What SQLite says of a file.
  init(_ error: any Error, _ path: String) {
    switch error {
    case let known as SweepStoreError:
      self.init(known.kind, known.description.hasPrefix(path) ? known.description : "\(path) \(known.description)")
    case let error as DatabaseError:
      let kind: Kind =
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT: .notAStore
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM: .cannotOpen
        default: .inputOutput
        }
      self.init(kind, "\(path): \(error.message ?? "\(error.resultCode)")")
    default: self.init(.inputOutput, "\(path): \(error)")
    }
  }
}
