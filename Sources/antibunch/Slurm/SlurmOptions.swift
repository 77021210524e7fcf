import ArgumentParser

/// How work is handed to Slurm, the job scheduler of a cluster.
struct SlurmOptions: ParsableArguments {
  @Flag(
    name: .customLong("slurm"),
    help: ArgumentHelp(
      "Let Slurm do it: submits a job array, a task per part, waits for it and collects. The same command again submits only what failed."
    ))
  var isAsked = false
  @Option(help: ArgumentHelp("How many parts (default: one for each piece of work, 100 at most).", valueName: "n"))
  var slurmParts: Int?
  @Option(
    name: .customLong("slurm-option"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "An option for sbatch, as --slurm-option \"--partition=long\"; any number of times.", valueName: "option"))
  var sbatchOptions: [String] = []
  @Flag(help: "With --slurm: return after the submission; the same command collects later.") var noWait = false

  /// The most parts unless told.
  static let mostParts = 100

  func validate() throws {
    if !isAsked, slurmParts != nil || !sbatchOptions.isEmpty || noWait {
      throw ValidationError("--slurm-parts, --slurm-option and --no-wait need --slurm")
    }
    if let slurmParts, slurmParts < 1 { throw ValidationError("--slurm-parts must be at least 1, found \(slurmParts)") }
  }

  /// A task is told its part by the job.
  func check(part: String?) throws {
    if isAsked, part != nil {
      throw ValidationError("--part is for a single machine; --slurm-parts N says into how many parts")
    }
  }
}
