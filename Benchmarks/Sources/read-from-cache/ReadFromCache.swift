import Glibc
import TimeTags

/// Our side of `reading.py`: reads the recording at the path given and prints the seconds it took, by the clock and
/// of the processor.
@main struct ReadFromCache {
  static func main() throws {
    let path = CommandLine.arguments[1]
    var tags: [TimeTag] = []
    var last: Int64 = 0
    let start = processorSeconds
    let duration = try ContinuousClock().measure {
      let reader = try RecordingReader(path: path)
      while try reader.read(into: &tags, maximum: 1 << 14) > 0 { last = tags[tags.count - 1].macroTime }
    }
    guard last > 0 else { fatalError("\(path) holds nothing") }
    print(duration / .seconds(1), processorSeconds - start)
  }

  /// What the process has used, in the kernel too.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
