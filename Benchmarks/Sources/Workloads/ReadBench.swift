public import Bench
import Foundation
import Scenarios

/// The bench that a scenario file describes.
///
/// - Parameter overrides: values laid over the file: path and value.
/// - Throws: what is wrong with the file.
public func readBench(_ path: String, _ overrides: [(path: String, value: String)] = []) throws -> Bench {
  let text = try String(contentsOfFile: path, encoding: .utf8)
  return try readScenario(text, file: path, overrides: overrides.map { Override($0.path, $0.value) }).bench
}
