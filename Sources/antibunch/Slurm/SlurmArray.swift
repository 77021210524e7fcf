import Glibc
import Reporting

/// Work in parts, each of which one task of a Slurm job array does with this program.
///
/// The folder holds `job.sh`, which is what every task runs, `job.json`, which is what was submitted last, and a log per part. What
/// tells whether a part is done is its results alone: a task that failed, was killed or never began is submitted again.
struct SlurmArray {
  let folder: String
  /// What Slurm lists it as.
  let name: String
  let parts: Int
  private let arguments: [String]
  private let hasFolders: Bool
  private let threads: Int?
  private let options: SlurmOptions

  /// - Parameters:
  ///   - output: the folder of the results, in which the job has a folder of its own.
  ///   - count: how many pieces the work has.
  ///   - threads: how many processors a task is given.
  ///   - arguments: the program's arguments but `--part`, `--threads` and what `hasFolders` says.
  ///   - hasFolders: whether each part is given ``results(_:)`` as `-o`.
  init(
    _ name: String, output: String, count: Int, threads: Int?, options: SlurmOptions, arguments: [String],
    hasFolders: Bool
  ) throws {
    try makeFolder(output + "/slurm")
    folder = try wholePath(output + "/slurm")
    parts = min(options.slurmParts ?? SlurmOptions.mostParts, count)
    (self.name, self.threads, self.options) = (name, threads, options)
    (self.arguments, self.hasFolders) = (arguments, hasFolders)
  }

  /// Submits what is missing, and waits until it is done.
  ///
  /// - Parameter collect: takes over what the tasks have done, and tells which parts are missing still.
  /// - Returns: whether everything is done; if not, its tasks go on and nobody is to wait for them.
  /// - Throws: a ``Failure`` if Slurm refuses, if a task failed, or after Ctrl-C, which leaves the job alone.
  func finish(collect: () throws -> [Int]) throws -> Bool {
    let last = try lastJob()
    let job: SlurmJob
    if let last, try last.unfinishedTasks() > 0 {
      job = last
    } else {
      let missing = try collect()
      if missing.isEmpty { return true }
      // With --no-wait nobody was told yet.
      if let last {
        let failed = missing.filter { last.tasks.contains($0) && end(of: $0).code != 0 }
        if !failed.isEmpty { standardError(sentence(failed, in: last)) }
      }
      job = try submit(missing)
    }
    if options.noWait {
      standardError("job \(job.id) has \(try job.unfinishedTasks()) tasks to finish; the same command collects")
      return false
    }
    try job.wait()
    let missing = try collect()
    if !missing.isEmpty { throw failure(of: missing, in: job) }
    return true
  }

  // MARK: Submission

  private func submit(_ missing: [Int]) throws -> SlurmJob {
    try writeText(script, to: folder + "/job.sh")
    let words =
      [
        "sbatch", "--parsable", "--array=\(taskRanges(missing))", "--job-name=\(name)",
        // Slurm reads % as the beginning of a field.
        "--output=\(folder.replacing("%", with: "%%"))/part-%a.log", "--open-mode=truncate",
      ] + (threads.map { ["--cpus-per-task=\($0)"] } ?? []) + options.sbatchOptions + [folder + "/job.sh"]
    // What an earlier task left there would look like this one's.
    for part in missing { unlink(log(part)) }
    let (code, output) = try runShellCommand(words)
    let lines = output.split(separator: "\n").map { $0.hasPrefix("sbatch: error: ") ? $0.dropFirst(15) : $0 }
    guard code != 127 else {
      throw Failure(
        .usage, "error: there is no sbatch on this machine; --slurm works where jobs for Slurm can be submitted")
    }
    guard code == 0, let id = lines.last?.prefix(while: \.isNumber), !id.isEmpty else {
      throw Failure(.inputOutput, "error: Slurm's sbatch refuses the job: \(lines.joined(separator: "; "))")
    }
    let job = SlurmJob(id: String(id), parts: parts, tasks: missing)
    try writeText(JSONOutput.encode(job), to: folder + "/job.json")
    standardError("submitted \(missing.count) of \(parts) parts as job \(job.id)")
    return job
  }

  /// What a task runs.
  private var script: String {
    get throws {
      let words = [try wholePath("/proc/self/exe")] + arguments
      let output = hasFolders ? #" -o \#(shellWord(folder))/part-"$SLURM_ARRAY_TASK_ID""# : ""
      return """
        #!/bin/sh
        # One part of the work; antibunch \(Antibunch.version) wrote this and submits it as a job array.
        cd \(shellWord(try wholePath("."))) || exit 74
        \(words.map(shellWord).joined(separator: " "))\(output) \\
          --part "$SLURM_ARRAY_TASK_ID/\(parts)" --threads "${SLURM_CPUS_PER_TASK:-1}"
        code=$?
        echo "exit code $code"
        exit $code

        """
    }
  }

  /// What was submitted last; `nil` if nothing was.
  private func lastJob() throws -> SlurmJob? {
    let path = folder + "/job.json"
    guard isFile(path) else { return nil }
    guard let job = try? JSONInput.decode(SlurmJob.self, from: readText(path)) else {
      throw Failure(.badData, "error: \(path) is damaged; remove it if none of its jobs is in the queue")
    }
    guard job.parts == parts else {
      throw Failure(
        .usage,
        "error: \(folder) has \(job.parts) parts; --slurm-parts must be \(job.parts) too, or the folder be removed once its job has ended"
      )
    }
    return job
  }

  // MARK: Results and failures

  /// The parts that have any of some pieces of the work.
  func parts(with pieces: [Int]) -> [Int] { Set(pieces.map { Part.number(of: $0, among: parts) }).sorted() }

  /// The folder of a part's results, where it has one.
  func results(_ part: Int) -> String { "\(folder)/part-\(part)" }

  private func log(_ part: Int) -> String { "\(folder)/part-\(part).log" }

  /// The exit code at the end of a part's log, `nil` if its task did not come to that; and the last line before it.
  private func end(of part: Int) -> (code: Int32?, words: String?) {
    var lines = ((try? readText(log(part))) ?? "").split(separator: "\n")
    guard let last = lines.last, last.hasPrefix("exit code ") else { return (nil, lines.last.map(String.init)) }
    lines.removeLast()
    return (Int32(last.dropFirst(10)), lines.last.map(String.init))
  }

  /// What happened to the first of some parts.
  private func sentence(_ failed: [Int], in job: SlurmJob) -> String {
    let (code, words) = end(of: failed[0])
    let what = code.map { "ended with exit code \($0)" } ?? "was stopped or never began"
    return "\(failed.count) of \(job.tasks.count) tasks of job \(job.id) failed; part \(failed[0]) \(what)"
      + (words.map { ": \($0)" } ?? "") + " (log: \(log(failed[0])))"
  }

  private func failure(of missing: [Int], in job: SlurmJob) -> Failure {
    Failure(
      end(of: missing[0]).code.flatMap(Failure.Code.init) ?? .inputOutput,
      "error: \(sentence(missing, in: job)); the same command submits what is missing")
  }
}
