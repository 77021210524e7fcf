import Glibc
import Synchronization

/// Whether Ctrl-C was pressed: long work asks between batches, closes its files as partial and ends with code 130.
enum Interruption {
  private static let flag = Atomic<Bool>(false)

  static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Takes interrupts and termination requests from now on; a second one ends the program at once. A file that may not grow
  /// becomes an error like a full disk, and no signal.
  static func watch() {
    signal(SIGXFSZ, SIG_IGN)
    for number in [SIGINT, SIGTERM] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in Interruption.flag.store(true, ordering: .relaxed) }
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
      sigaction(number, &action, nil)
    }
  }
}
