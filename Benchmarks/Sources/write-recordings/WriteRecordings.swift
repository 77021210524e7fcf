import Bench
import Detectors
import Emitters
import Glibc
import Records
import Simulation
import TimeTags
import Workloads

/// Our side of `writing.py`: simulates W1 and writes what comes of it to the paths given, and prints a line for each: path,
/// records, seconds of the processor, the kernel's part included. The first line, `engine`, is a simulation of which nothing
/// is kept; of the others only the writing counts, of batches as the engine hands them over.
///
/// Arguments: the scenario, its length, the mode (t2, t3), then paths that end in .ptu or .h5. With `truth` behind the mode the
/// simulation tells the truth of every record, and Photon-HDF5 holds it.
@main struct WriteRecordings {
  static func main() throws {
    let arguments = CommandLine.arguments
    let mode = arguments[3] == "t3" ? MeasurementMode.t3 : .t2
    let bench = try readBench(arguments[1], [("duration", arguments[2]), ("electronics.mode", arguments[3])])
    let withTruth = arguments[4] == "truth"
    let simulator = Simulator(bench: bench, seed: 1)
    var records = 0
    let engine = time {
      simulator
        .run(withTruth: withTruth) { batch in
          records += batch.tags.count
          return true
        }
    }
    print("engine", records, engine)
    let rate = bench.excitation.repetitionRateHz
    let bin = bench.electronics.nanotimeResolutionPicoseconds
    for path in arguments[(withTruth ? 5 : 4)...] {
      let append: (borrowing Simulator.Batch) throws -> Void
      let finish: () throws -> Void
      if path.hasSuffix(".h5") {
        let writer = try PhotonHDF5Writer(
          path: path,
          settings: PhotonHDF5Settings(
            mode: mode, macroTimeUnitSeconds: mode == .t3 ? 1 / (rate ?? 1) : 4e-12,
            nanotimeUnitSeconds: mode == .t3 ? Double(bin) * 1e-12 : nil, laserRepetitionRateHz: rate,
            detectors: (0..<2).map {
              .init(channel: UInt8(bench.electronics.channel(ofDetector: $0)), name: "detector \($0)")
            },
            creationTime: CreationTime(unixSeconds: 0), origins: withTruth ? simulator.origins : nil,
            states: withTruth ? simulator.stateDescriptions : []))
        append = { batch in
          try writer.append(tags: batch.tags, truths: batch.truths)
          if withTruth { try writer.append(stateChanges: batch.stateChanges) }
        }
        finish = { try writer.finish(acquisitionTimeSeconds: bench.durationSeconds) }
      } else {
        let writer = try PTUWriter(
          path: path, recordType: mode == .t3 ? .picoHarp300T3 : .picoHarp300T2,
          settings: PTUWriterSettings(
            creationTime: CreationTime(unixSeconds: 0), identifier: (high: 0, low: 0),
            syncRateHz: mode == .t3 ? rate : nil, laserRepetitionRateHz: rate,
            nanotimeUnitPicoseconds: mode == .t3 ? bin : 4))
        append = { batch in try writer.append(batch.tags) }
        finish = { try writer.finish(acquisitionTimeSeconds: bench.durationSeconds) }
      }
      var seconds = 0.0
      var failure: (any Error)?
      simulator
        .run(withTruth: withTruth) { batch in
          do { seconds += try time { try append(batch) } } catch { failure = error }
          return failure == nil
        }
      if let failure { throw failure }
      seconds += try time(finish)
      print(path, records, seconds)
    }
  }

  /// What the process uses, in the kernel too.
  private static func time(_ work: () throws -> Void) rethrows -> Double {
    let start = processorSeconds
    try work()
    return processorSeconds - start
  }

  /// What the process has used, in the kernel too.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
