import Glibc

/// A word as a shell reads it back, whatever is in it.
func shellWord(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

/// Runs a program of the search path and waits for it.
///
/// - Returns: its exit code, 127 where there is no such program, 128 and more where a signal ended it; and what it wrote to
///   standard output and standard error.
func runShellCommand(_ words: [String]) throws -> (code: Int32, output: String) {
  let line = words.map(shellWord).joined(separator: " ") + " 2>&1"
  guard let pipe = popen(line, "r") else {
    throw Failure(.inputOutput, "error: \(words[0]) cannot be started: \(systemMessage())")
  }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 12)
  while true {
    let count = fread(&buffer, 1, buffer.count, pipe)
    if count == 0 { break }
    bytes += buffer[..<count]
  }
  let status = pclose(pipe)
  // As the shell counts: the low seven bits are the signal, the next byte the exit code.
  let code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  return (code, String(decoding: bytes, as: UTF8.self))
}
