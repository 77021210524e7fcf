import Glibc
import Synchronization

/// A line on standard error that says how far long work has come; in a pipe or a file it writes nothing at all.
///
///     simulating ━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌  47 %  3.12 Mphotons/s  12 s left
///
/// `update` may be called as often as one likes, from any thread: at most ten times per second it redraws. The bar has
/// no thread or timer of its own. `finish` (or the end of its life) erases it and leaves the cursor on a clean line.
public final class ProgressBar: Sendable {
  /// The word before the bar.
  public let title: String
  /// What is counted, for the rate: "photons". Empty: no rate is shown.
  public let unit: String

  private let descriptor: Int32
  private let isShown: Bool
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  private struct State {
    var lastDrawn: ContinuousClock.Instant?
    var isFinished = false
  }

  /// A bar at nothing done; drawn at the first update.
  ///
  /// - Parameters:
  ///   - title: the word before the bar.
  ///   - unit: what `count` in ``update(fraction:count:)`` counts.
  ///   - descriptor: the open file to write to; standard error. Nothing is drawn unless it is a terminal that can move
  ///     its cursor.
  public init(_ title: String, unit: String = "", descriptor: Int32 = 2) {
    self.title = title
    self.unit = unit
    self.descriptor = descriptor
    isShown = isatty(descriptor) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"
  }

  deinit { finish() }

  /// Says that `fraction` (0 to 1) of the work is done, and how many things that was.
  public func update(fraction: Double, count: Double? = nil) {
    guard isShown else { return }
    let now = ContinuousClock.now
    state.withLock { state in
      guard !state.isFinished else { return }
      if let last = state.lastDrawn, now - last < .milliseconds(100) { return }
      state.lastDrawn = now
      let line = ProgressLine(
        title: title, fraction: fraction, count: count, unit: unit, elapsed: (now - start) / .seconds(1))
      write("\r" + line.text(columns: columns()) + "\u{1B}[K")
    }
  }

  /// Erases the bar and, on a terminal, leaves `message` on a line of its own. Further calls do nothing.
  public func finish(_ message: String? = nil) {
    guard isShown else { return }
    state.withLock { state in
      guard !state.isFinished else { return }
      state.isFinished = true
      let erase = state.lastDrawn == nil ? "" : "\r\u{1B}[K"
      write(erase + (message.map { $0 + "\n" } ?? ""))
    }
  }

  /// A terminal that does not take the text is no reason to stop the work: errors are ignored.
  private func write(_ text: String) {
    guard !text.isEmpty else { return }
    var text = text
    text.withUTF8 { bytes in _ = Glibc.write(descriptor, bytes.baseAddress, bytes.count) }
  }

  private func columns() -> Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}
