import Glibc
import Reporting

/// A job array that was submitted to Slurm.
struct SlurmJob: Codable {
  var id: String
  /// How many parts the work has.
  var parts: Int
  /// Those that are tasks of this job.
  var tasks: [Int]

  /// How many of its tasks are in the queue or running.
  func unfinishedTasks() throws -> Int {
    let (code, output) = try runShellCommand(["squeue", "--noheader", "--array", "--jobs=\(id)", "--format=%K"])
    if code == 0 { return output.split(separator: "\n").count }
    // Slurm forgets a job some minutes after its end.
    if output.contains("Invalid job id") { return 0 }
    throw Failure(
      .inputOutput,
      "error: Slurm's squeue does not tell of job \(id): \(output.split(separator: "\n").joined(separator: "; ")); the same command collects"
    )
  }

  /// Waits until no task is left.
  ///
  /// - Throws: a ``Failure`` after Ctrl-C, or if Slurm does not answer for long.
  func wait() throws {
    let bar = ProgressBar("job \(id)", unit: "tasks")
    defer { bar.finish() }
    // Often at first, so that short work does not wait, then at a pace that thousands of users may keep.
    var pause = 0.5
    var failures = 0
    while true {
      do {
        let left = try unfinishedTasks()
        if left == 0 { return }
        failures = 0
        let done = tasks.count - left
        bar.update(fraction: Double(done) / Double(tasks.count), count: Double(done))
      } catch {
        // A controller that restarts is back after a while.
        failures += 1
        if failures == 10 { throw error }
      }
      for _ in 0..<Int(10 * pause) {
        guard !Interruption.isRequested else {
          throw Failure(
            .interrupted,
            "interrupted: job \(id) goes on; the same command waits and collects, 'scancel \(id)' ends it")
        }
        usleep(100_000)
      }
      pause = min(1.5 * pause, 15)
    }
  }
}
