public import Bench

/// A scenario of this repository that is timed, at a fixed length and brightness.
public struct Workload: Sendable {
  /// What results call it.
  public let name: String
  /// The file below `Scenarios`.
  public let scenario: String
  /// Values laid over the file: path and value.
  public let overrides: [(path: String, value: String)]

  /// A workload of a scenario with other values in some places.
  ///
  /// - Parameter duration: how long the recording lasts, chosen for a few million records.
  public init(_ name: String, _ scenario: String, duration: String, _ overrides: [(path: String, value: String)] = []) {
    self.name = name
    self.scenario = scenario
    self.overrides = [("duration", duration)] + overrides
  }

  /// The bench to simulate.
  public func bench() throws -> Bench {
    // This file is Benchmarks/Sources/Workloads/Workload.swift.
    let repository = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    return try readBench("/" + repository + "/Scenarios/" + scenario, overrides)
  }

  /// W1 at about 0.1 Mcps.
  public static let w1At100k = Workload("W1 100k", "w1-100k.yaml", duration: "60 s")
  /// W1 at about 1 Mcps.
  public static let w1At1M = Workload("W1 1M", "w1-1m.yaml", duration: "10 s")
  /// The nanocrystal of the home scenario so bright that about 1 Mcps are detected: every emitted photon collected and
  /// two photons absorbed per pulse. Multiexcitons, charging and two background components, unlike W1.
  public static let fibre = Workload(
    "fibre 1M", "fibre-hbt.yaml", duration: "6 s",
    [("collection.coupling", "1"), ("emitters[0].absorbed_photons_per_pulse", "2")])
  /// The NV centre, about 0.12 Mcps under continuous excitation.
  public static let nv = Workload("NV continuous", "emitters/nv-nanodiamond.yaml", duration: "10 s")
}
