import Glibc
import Testing

/// Tests on fine grids, which take longer than a default run should: on demand, and always in `make test`.
enum Thorough {
  static let isOn = getenv("ANTIBUNCH_THOROUGH") != nil
}

extension Trait where Self == ConditionTrait {
  /// Skips a test, and says how to run it, unless all were asked for.
  static var thorough: Self { .enabled(if: Thorough.isOn, "fine grids: set ANTIBUNCH_THOROUGH=1, or `make test`") }
}
