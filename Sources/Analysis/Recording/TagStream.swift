import CGSL
public import TimeTags

/// A run of consecutive records, as the accumulators take them (some ten thousand at a time).
public typealias TagBlock = UnsafeBufferPointer<TimeTag>

/// Plays a recording once from its first record to its last: calls its argument with one block after another, and
/// passes on what the argument throws. It may be called several times, since finding the laser in a T2 stream needs
/// several passes; files larger than memory are thus analyzed in bounded memory.
public typealias Replay = ((TagBlock) throws -> Void) throws -> Void

/// Thrown by a pass that has seen enough, and caught by ``play(_:until:)``.
struct SeenEnough: Error {}

/// Plays a recording until `body` returns false.
func play(_ replay: Replay, until body: (TagBlock) throws -> Bool) throws {
  do {
    try withoutActuallyEscaping(body) { body in
      try replay { block in
        guard try body(block) else { throw SeenEnough() }
      }
    }
  } catch is SeenEnough {}
}

/// GSL aborts the process on errors unless told not to. Reading this once tells it.
let gslErrorsReturned: Bool = {
  gsl_set_error_handler_off()
  return true
}()
