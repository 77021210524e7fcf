// `environ` is a variable that nobody else changes here.
@preconcurrency import Glibc

/// The Python that writes Parquet and executes notebooks.
///
/// The one that `ANTIBUNCH_PYTHON` names, else that of the active virtual environment, else of `.venv` in the current folder, else
/// `python3` on the path.
struct PythonProgram {
  let path: String

  init() {
    func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
    let inFolders = [variable("VIRTUAL_ENV"), ".venv"].compactMap { $0.map { "\($0)/bin/python3" } }
    path = variable("ANTIBUNCH_PYTHON") ?? inFolders.first { access($0, X_OK) == 0 } ?? "python3"
  }

  /// Runs a script, which says on standard error itself what is wrong.
  ///
  /// - Parameter folder: where IPython puts what it keeps for itself.
  /// - Returns: whether it ended well.
  /// - Throws: a ``Failure``: interrupted; the script has then been ended.
  func run(_ script: [UInt8], at place: String, arguments: [String], folder: String) throws -> Bool {
    try writeBytes(script, to: place)
    setenv("IPYTHONDIR", try wholePath(folder), 1)
    setenv("PYTHONDONTWRITEBYTECODE", "1", 1)
    var words = ([path, place] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    // A group of its own, so that Ctrl-C reaches it through us.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var process = pid_t(0)
    let status = posix_spawnp(&process, path, nil, &attributes, &words, environ)
    guard status == 0 else {
      standardError(
        "error: Parquet and executed notebooks take Python, and \(path) cannot be started (\(String(cString: strerror(status)))); "
          + "ANTIBUNCH_PYTHON names another")
      return false
    }
    var result: Int32 = 0
    var isEnding = false
    while waitpid(process, &result, WNOHANG) == 0 {
      if Interruption.isRequested && !isEnding {
        kill(-process, SIGTERM)
        isEnding = true
      }
      usleep(20_000)
    }
    if isEnding { throw Failure(.interrupted, "interrupted") }
    return result == 0
  }
}
