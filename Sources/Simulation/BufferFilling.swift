import Detectors
import Records

/// How full an instrument's buffer is, from one reading of the computer to the next, a millisecond later.
struct BufferFilling {
  private let room: Int
  private let readoutRateHz: Double
  var progress = Progress()

  /// Where it is on its way.
  struct Progress: Sendable, Codable {
    /// Records left over by the last reading, and those since.
    var filling = 0
    /// The number of the next reading, which happens so many milliseconds after the start.
    var reading: Int64 = 1
  }

  init(_ buffer: RecordBuffer) {
    room = buffer.records
    readoutRateHz = buffer.readoutRateHz
  }

  /// Passes records through the buffer.
  ///
  /// - Parameters:
  ///   - tags: the next records in order.
  ///   - macroTime: converts `FineTime` into the records' unit.
  /// - Returns: the first record that finds no room; `nil` if all do.
  mutating func firstWithoutRoom(in tags: [TimeTag], macroTime: (Int64) -> Int64) -> Int? {
    var done = 0
    while done < tags.count {
      let next = macroTime(progress.reading * Int64(FineTime.perNanosecond) * 1_000_000)
      // Mostly nothing or little: look ahead in doubling strides, then halve.
      var stride = 1
      while done + stride < tags.count && tags[done + stride].macroTime < next { stride *= 2 }
      let until = tags[done..<min(done + stride, tags.count)].partitionPoint { $0.macroTime >= next }
      if progress.filling + (until - done) > room { return done + (room - progress.filling) }
      progress.filling += until - done
      done = until
      guard done < tags.count else { break }
      // Readings that find no new records leave at most nothing.
      progress.filling = max(0, progress.filling - recordsRead(by: progress.reading))
      progress.reading += 1
      if progress.filling == 0 { skipReadings(before: tags[done].macroTime, macroTime) }
    }
    return nil
  }

  /// How many records a reading takes: whole ones, which over the readings add up to the rate.
  private func recordsRead(by reading: Int64) -> Int {
    func before(_ number: Int64) -> Int { Int((readoutRateHz * Double(number) / 1000).rounded(.down)) }
    return before(reading) - before(reading - 1)
  }

  /// An empty buffer stays empty until the next record.
  private mutating func skipReadings(before time: Int64, _ macroTime: (Int64) -> Int64) {
    var stride: Int64 = 1
    while macroTime((progress.reading + stride) * Int64(FineTime.perNanosecond) * 1_000_000) <= time {
      progress.reading += stride
      stride *= 2
    }
  }
}
