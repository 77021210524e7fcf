import Bench
import Detectors
import Emitters
import Glibc
import Simulation
import TimeTags
import Workloads

/// A recording of 20 s of W1 at 100 kcps: its tags, and a PTU file of them in memory (/dev/shm).
final class Sample {
  let tags: [TimeTag]
  let path = "/dev/shm/antibunch-benchmark-\(getpid()).ptu"
  private let mode: MeasurementMode
  private let settings: PTUWriterSettings

  nonisolated(unsafe) private static var made: Sample?

  /// The sample of one mode, drawn when it is first asked for.
  static func of(_ mode: MeasurementMode) throws -> Sample {
    if let made, made.mode == mode { return made }
    let sample = try Sample(mode)
    made = sample
    return sample
  }

  /// Removes the file; the teardown of every benchmark that asks for a sample.
  static func remove() { made = nil }

  private init(_ mode: MeasurementMode) throws {
    let workload = Workload(
      "W1 100k", "w1-100k.yaml", duration: "20 s", [("electronics.mode", mode == .t3 ? "t3" : "t2")])
    let bench = try workload.bench()
    var tags: [TimeTag] = []
    Simulator(bench: bench, seed: 1)
      .run(withTruth: false) { batch in
        tags.append(contentsOf: batch.tags)
        return true
      }
    self.tags = tags
    self.mode = mode
    settings = PTUWriterSettings(
      creationTime: CreationTime(unixSeconds: 0), identifier: (high: 0, low: 0),
      syncRateHz: mode == .t3 ? bench.excitation.repetitionRateHz : nil,
      laserRepetitionRateHz: bench.excitation.repetitionRateHz,
      nanotimeUnitPicoseconds: mode == .t3 ? bench.electronics.nanotimeResolutionPicoseconds : 4)
    try write()
  }

  deinit { unlink(path) }

  /// Writes the file.
  func write() throws {
    let writer = try PTUWriter(
      path: path, recordType: mode == .t3 ? .picoHarp300T3 : .picoHarp300T2, settings: settings)
    try writer.append(tags)
    try writer.finish(acquisitionTimeSeconds: 20)
  }
}
