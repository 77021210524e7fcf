import Glibc
import Synchronization

/// Crashes inside the HDF5 library.
///
/// Versions up to 1.10 divide by the edges of chunks and follow the addresses that a damaged file gives, while they open it:
/// before anyone could look at them. All that is left is to say so.
public enum HDF5Faults {
  /// What to say if HDF5 crashes now; 0 while it has nothing to do.
  private static let sentence = Atomic<UInt>(0)

  /// From now on the process ends with a sentence that names the file, and exit code 65, where HDF5 crashes while it reads.
  public static func endProcess() {
    for fault in [SIGFPE, SIGSEGV, SIGBUS] {
      signal(fault) { fault in
        guard let sentence = UnsafePointer<CChar>(bitPattern: HDF5Faults.sentence.load(ordering: .relaxed)) else {
          // Ours: as if there were no handler
          signal(fault, SIG_DFL)
          raise(fault)
          return
        }
        _ = write(STDERR_FILENO, sentence, strlen(sentence))
        _exit(65)
      }
    }
  }

  /// Has HDF5 read something of a file.
  static func reading<Result>(_ file: FileSentence, _ body: () -> Result) -> Result {
    sentence.store(file.address, ordering: .relaxed)
    defer { sentence.store(0, ordering: .relaxed) }
    return body()
  }

  /// What to say of a file, in memory that stays where it is.
  final class FileSentence {
    private let text: UnsafeMutablePointer<CChar>

    init(path: String) {
      text = strdup("error: \(path) is corrupt: the HDF5 library crashes on what the file says of itself\n")
    }

    deinit { free(text) }

    fileprivate var address: UInt { UInt(bitPattern: text) }
  }
}
