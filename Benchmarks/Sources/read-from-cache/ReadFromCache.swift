import Glibc
import TimeTags

/// Our side of `reading.py`: reads the recording at the path given and prints the seconds it took.
@main struct ReadFromCache {
  static func main() throws {
    let path = CommandLine.arguments[1]
    var tags: [TimeTag] = []
    var last: Int64 = 0
    let duration = try ContinuousClock().measure {
      let reader = try RecordingReader(path: path)
      while try reader.read(into: &tags, maximum: 1 << 14) > 0 { last = tags[tags.count - 1].macroTime }
    }
    guard last > 0 else { fatalError("\(path) holds nothing") }
    print(duration / .seconds(1))
  }
}
