public import Bench

/// A bench read from a YAML file, what its author expects of it, and where each of its values comes from.
public struct Scenario: Sendable {
  /// The optical table that the file describes.
  public var bench: Bench
  /// The scan of a sample, where the scenario has one: `bench` is then what lies in the middle of its spot, all of it at
  /// once, and of no use by itself.
  public var scan: ScanBench?
  /// The device whose coupling and Purcell factor the bench has; `nil` where the file writes them down itself.
  public var device: Device?
  /// The device's guide; `nil` where no file of a guide is named, as in a resolved scenario.
  public var guide: Guide?
  /// How devices of this design differ; the bench is the design itself.
  public var tolerances: Tolerances?
  /// Where the emitters are, if the file's lifetimes hold somewhere else; the bench's rates are those here.
  public var environment: Environment?
  /// What the file says under `expect`, in the order of `Expectation.Quantity`; empty when it says nothing.
  public var expectations: [Expectation]
  /// Every value with its provenance, defaults included; `resolved.yaml()` is a complete scenario again.
  public var resolved: Resolved

  /// A statement of the scenario about its result.
  public struct Expectation: Sendable, Hashable {
    /// What is expected.
    public enum Quantity: String, Sendable, CaseIterable {
      /// The centre coincidence peak over the side peaks, as measured.
      case g2Zero = "g2_zero"
      /// The same after correction for background by the square of the signal fraction.
      case g2ZeroCorrected = "g2_zero_corrected"
      /// The shortest lifetime of the fitted decay, in ns.
      case shortLifetime = "short_lifetime"
      /// The longest lifetime of the fitted decay, in ns.
      case longLifetime = "long_lifetime"
      /// The mean of the fitted lifetimes with equal weights, in ns.
      case meanLifetime = "mean_lifetime"

      /// The unit the scenario gives it in.
      public var unit: String { self == .g2Zero || self == .g2ZeroCorrected ? "" : "ns" }
    }
    /// Which result the statement is about.
    public var quantity: Quantity
    /// The value it should have, in ``Quantity/unit``.
    public var value: Double
    /// The largest difference that still counts as agreement.
    public var within: Double
    /// Who says so.
    public var source: String
  }
}

/// Calculates what a guide does to its dipole: with how many threads, and who is told the share that is done. Gives the share of
/// the light that the guide takes in one direction, and the total rate over that on the bare substrate.
public typealias DeviceSolver =
  (_ guide: Guide, _ threads: Int, _ progress: (@Sendable (Double) -> Void)?) throws -> (
    coupling: Double, purcellFactor: Double
  )

/// Reads a scenario.
///
/// - Parameters:
///   - text: the YAML text.
///   - file: its name, for messages.
///   - overrides: values laid over the file, for example from a parameter sweep.
///   - threads: how many solve a device that is calculated from its guide; does not change the result.
///   - progress: called with the share of that which is done, from any thread.
///   - solve: what solves it, `solveDevice` of `Devices`; without it such a device is a fault.
/// - Throws: `Diagnostics` with every fault found, each with file, line and column.
public func readScenario(
  _ text: String, file: String, overrides: [Override] = [], threads: Int = 1,
  progress: (@Sendable (Double) -> Void)? = nil, solve: DeviceSolver? = nil
) throws -> Scenario {
  let (value, resolved) = try readDocument(text, file: file, presets: Presets.library, overrides: overrides) { root in
    root.reader.deviceModel = solve.map { solve in { try solve($0, threads, progress) } }
    let description = readScan(root) ?? readBench(root)
    return (description: description, expectations: description.scan == nil ? readExpectations(root) : [])
  }
  return Scenario(
    bench: value.description.bench, scan: value.description.scan, device: value.description.device,
    guide: value.description.guide, tolerances: value.description.tolerances,
    environment: value.description.environment, expectations: value.expectations, resolved: resolved)
}
