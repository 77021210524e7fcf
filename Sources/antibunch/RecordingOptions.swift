import Analysis
import ArgumentParser
import Light
import Reporting
import TimeTags

/// A recording on the command line.
struct RecordingOptions: ParsableArguments {
  @Argument(
    help:
      "A time-tag file: PicoQuant (.ptu, .pt3, .pt2, .ht3, .ht2), Photon-HDF5, Becker & Hickl (.spc) or text (.csv).",
    completion: .file())
  var file: String

  @Flag(help: "Read a truncated file as far as it goes.")
  var allowTruncated = false

  /// - Parameter periodPs: the laser period, for T3 files that do not tell it.
  func open(periodPs: Double? = nil) throws -> OpenRecording {
    try OpenRecording(file, allowTruncated: allowTruncated, periodPs: periodPs)
  }
}

/// A recording that can be played any number of times, in bounded memory.
struct OpenRecording {
  let path: String
  let allowTruncated: Bool
  let header: RecordingHeader
  let warnings: [String]

  init(_ path: String, allowTruncated: Bool = false, periodPs: Double? = nil) throws {
    self.path = path
    self.allowTruncated = allowTruncated
    let reader = try RecordingReader(path: path, allowTruncated: allowTruncated)
    var header = reader.header
    if header.mode == .t3 && header.macroTimeUnitSeconds == 0, let periodPs {
      header.macroTimeUnitSeconds = periodPs * 1e-12
      header.syncRateHz = 1e12 / periodPs
    }
    self.header = header
    warnings = reader.warnings
    for warning in warnings { standardError("warning: \(warning)") }
  }

  /// The recording for several threads, where its container allows that; with a bar of its own.
  func blocks() throws -> RecordBlocks? {
    let reader = try RecordingReader(path: path, allowTruncated: allowTruncated)
    let bar = ProgressBar("counting", unit: "records")
    let announced = Double(max(reader.header.announcedRecords ?? 0, 1))
    return reader.blocks { bar.update(fraction: min(Double($0) / announced, 1), count: Double($0)) }
  }

  /// Plays all records once.
  func replay(_ body: (TagBlock) throws -> Void) throws {
    _ = try play(body)
  }

  /// Plays all records once and returns the reader with its counters.
  func play(_ body: (TagBlock) throws -> Void) throws -> RecordingReader {
    let reader = try RecordingReader(path: path, allowTruncated: allowTruncated)
    var tags: [TimeTag] = []
    // one bar per pass; analyses that find things out pass over the file several times
    let bar = ProgressBar("reading", unit: "records")
    let announced = Double(max(reader.header.announcedRecords ?? 0, 1))
    while try reader.read(into: &tags, maximum: 1 << 14) > 0 {
      try tags.withUnsafeBufferPointer { try body($0) }
      let done = Double(reader.recordsRead)
      bar.update(fraction: min(done / announced, 1), count: done)
    }
    bar.finish()
    return reader
  }
}

/// A time on the command line in some unit: "5 ns", "0.4ns", "200 ps".
func time(_ text: String, option: String, in unit: Quantity.Unit) throws -> Double {
  do {
    return try Quantity(text, convertibleTo: unit).value(in: unit)
  } catch {
    throw ValidationError("\(option): \(error)")
  }
}

/// The same for an option that may not be given and is no time unless above zero.
func positiveTime(_ text: String?, option: String, in unit: Quantity.Unit) throws -> Double? {
  guard let text else { return nil }
  let value = try time(text, option: option, in: unit)
  guard value > 0 else { throw ValidationError("\(option) must be above 0, found '\(text)'") }
  return value
}

/// A gate "2 ns:60 ns"; one that starts late and stops after the next pulse, "150 ns:20 ns".
func timeGate(_ text: String) throws -> TimeGate {
  let ends = text.split(separator: ":", omittingEmptySubsequences: false)
  guard ends.count == 2 else {
    throw ValidationError("--gate: write START:STOP, for example \"2 ns:60 ns\", found '\(text)'")
  }
  let start = try time(String(ends[0]), option: "--gate", in: .nanoseconds)
  let stop = try time(String(ends[1]), option: "--gate", in: .nanoseconds)
  guard start >= 0, stop >= 0, stop != start else {
    throw ValidationError(
      "--gate: the gate must start and stop at 0 or later and not stop where it starts, found '\(text)'")
  }
  return TimeGate(startNs: start, stopNs: stop, reference: .risingEdge)
}

/// Afterpulses as an option gives them: "1 %", "1 %:60 ns" or auto.
func afterpulseLevel(_ text: String) throws -> AfterpulseLevel {
  if text == "auto" { return .measured }
  let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
  guard parts.count <= 2, let share = try? Quantity(parts[0], convertibleTo: .one).value(in: .one), share >= 0,
    share < 0.5
  else {
    throw ValidationError(
      "--afterpulses: write a share below 50 %, \"1 %\" or \"1 %:60 ns\", or auto, found '\(text)'")
  }
  let decay = try positiveTime(parts.count == 2 ? parts[1] : nil, option: "--afterpulses", in: .nanoseconds)
  return .given(share: share, decayNs: decay)
}
