import Bench
import Reporting
import Scenarios
import SweepStore
import Synchronization

/// The points of a sweep: the bench of every combination of values.
struct SweepPoints {
  var description: SweepDescription
  /// By number; the last axis runs fastest.
  var benches: [Bench]

  /// The most points a sweep may have.
  static let mostPoints = 20_000

  /// Reads the scenario at every point.
  ///
  /// - Throws: the faults of the first point that has any; a ``Failure`` for axes that make no sweep.
  init(_ scenario: ScenarioOptions, axes: [ValueRange], seed: UInt64, threads: Int) throws {
    for (number, axis) in axes.enumerated() where axes[..<number].contains(where: { $0.path == axis.path }) {
      throw Failure(.usage, "error: --vary \(axis.path) is given twice; put all of its values in one list")
    }
    let counts = axes.map(\.values.count)
    let count = counts.reduce(1) { $0.multipliedReportingOverflow(by: $1).overflow ? .max : $0 * $1 }
    guard count <= Self.mostPoints else {
      throw Failure(
        .usage,
        "error: \(counts.map(String.init).joined(separator: " × ")) values are more than the \(Self.mostPoints) points a sweep may have; "
          + "take fewer of one --vary, or several sweeps")
    }
    var description = SweepDescription(
      version: Antibunch.version, name: "", scenario: "", seed: seed,
      axes: axes.map {
        .init(path: $0.path, unit: "", texts: $0.values, numbers: [Double?](repeating: nil, count: $0.values.count))
      })
    let bar = ProgressBar("reading \(count) points", unit: "points")
    let done = Atomic<Int>(0)
    let all = try inParallel(count, threads: threads) { [description] point in
      let places = description.places(of: point)
      let read = try scenario.load(over: zip(axes, places).map { $0.override($1, option: "--vary") })
      // A point that shows a value of one axis beside the first ones of the others tells its number.
      let values = axes.indices.map { axis -> ResolvedValue? in
        guard places.enumerated().allSatisfy({ $0.offset == axis || $0.element == 0 }) else { return nil }
        return read.resolved.value(atPath: axes[axis].path)
      }
      let number = done.wrappingAdd(1, ordering: .relaxed).newValue
      bar.update(fraction: Double(number) / Double(count), count: Double(number))
      return (bench: read.bench, values: values, resolved: point == 0 ? read.resolved.yaml() : "")
    }
    bar.finish()
    for (point, read) in all.enumerated() {
      let places = description.places(of: point)
      for (axis, value) in read.values.enumerated() {
        guard let value, let number = value.number else { continue }
        description.axes[axis].numbers[places[axis]] = number
        description.axes[axis].unit = value.unit ?? ""
      }
    }
    description.name = all[0].bench.name
    description.scenario = all[0].resolved
    self.description = description
    benches = all.map(\.bench)
  }
}

extension Resolved {
  /// The value at a path as people write it: "detectors.0.dark_counts" or "detectors[0].dark_counts".
  fileprivate func value(atPath path: String) -> ResolvedValue? {
    let parts = path.split(separator: ".")
    let canonical = parts.dropFirst().reduce(parts.first.map(String.init) ?? "") {
      Int($1) == nil ? "\($0).\($1)" : "\($0)[\($1)]"
    }
    return self[canonical]
  }
}
