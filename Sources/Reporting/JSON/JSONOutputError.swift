/// Why a result could not be written as JSON.
public enum JSONOutputError: Error, Hashable, CustomStringConvertible {
  /// The number under `key` (a path such as "simulation.rates[2]") is NaN or infinite.
  case notFinite(key: String, value: Double)

  /// One sentence that names the key, without a full stop.
  public var description: String {
    switch self {
    case .notFinite(let key, let value):
      let what = value.isNaN ? "not a number" : "infinite"
      let name = key.isEmpty ? "the value" : "'\(key)'"
      return "cannot write JSON: \(name) is \(what); a quantity that may be undefined has to be null"
    }
  }
}
