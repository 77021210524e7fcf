import Analysis
import ArgumentParser
import Glibc
import Reporting
import Scenarios
import SweepStore
import TimeTags

/// How a command ends when it does not end well: one sentence and the exit code.
struct Failure: Error {
  enum Code: Int32 {
    case expectationFailed = 1
    case usage = 64
    case badData = 65
    case noInput = 66
    case fault = 70
    case cannotCreate = 73
    case inputOutput = 74
    case interrupted = 130
  }
  var code: Int32
  var message: String

  init(_ code: Code, _ message: String = "") {
    self.code = code.rawValue
    self.message = message
  }

  /// The failure that an error of the libraries means.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let diagnostics as Diagnostics: self.init(.badData, diagnostics.description)
    case let diagnostic as Diagnostic: self.init(.badData, diagnostic.description)
    case let error as TimeTagError: self.init(Code(rawValue: error.exitCode) ?? .fault, "error: \(error)")
    case let error as AnalysisError: self.init(.badData, "error: \(error)")
    case let error as SweepStoreError:
      let code: Code =
        switch error.kind {
        case .otherSweep, .notAStore: .badData
        case .cannotOpen: .cannotCreate
        case .inputOutput: .inputOutput
        }
      self.init(code, "error: \(error)")
    default: self.init(.fault, "error: \(error)")
    }
  }
}

/// Runs a command's body and turns whatever it throws into a ``Failure``.
func orFail<Value>(_ body: () throws -> Value) throws -> Value {
  do {
    return try body()
  } catch let code as ExitCode {
    throw code
  } catch let usage as ValidationError {
    throw usage
  } catch {
    throw Failure(error)
  }
}

func standardError(_ text: String) {
  let line = text + "\n"
  _ = line.utf8CString.withUnsafeBytes { write(2, $0.baseAddress, $0.count - 1) }
}
