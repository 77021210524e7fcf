import Devices
import Photonics
import Reporting
import ResultCache
import Scenarios
import Synchronization

/// A device's coupling over one or two of its parameters.
struct DeviceMap {
  /// One device of the map.
  struct Point: Sendable {
    /// Rates over the free-space rate, averaged over orientations.
    var bothEnds: Double
    var oneEnd: Double
    var guided: Double
    var best: Double
    var bestLengthNanometers: Double
    /// The dipole's total rate, if it was asked for.
    var total: Double?
  }

  var axes: [ValueRange]
  /// Each axis' values as numbers, in the unit of the file's reader, and that unit.
  var numbers: [[Double]]
  var units: [String]
  /// The last axis runs fastest.
  var points: [Point]

  /// Solves every device of the map; what the cache has is not solved again.
  ///
  /// - Parameter withTotal: also the total rate, on a coarse grid.
  init(
    axes: [ValueRange], file: GuideFile, withTotal: Bool, threads: Int
  ) throws {
    self.axes = axes
    let counts = axes.map(\.values.count)
    let count = counts.reduce(1, *)
    func indices(_ number: Int) -> [Int] {
      var rest = number
      return counts.reversed().map { size in
        defer { rest /= size }
        return rest % size
      }.reversed()
    }
    // Everything is read before anything is solved: a wrong value in the last row shows at once.
    var numbers = counts.map { [Double](repeating: 0, count: $0) }
    var units = axes.map { _ in "" }
    let guides = try (0..<count).map { number in
      let places = indices(number)
      let source = file.changed(by: zip(axes, places).map { $0.override($1, option: "--map") })
      let (guide, resolved) = try source.read()
      for (axis, place) in places.enumerated() {
        guard let value = resolved[axes[axis].path], let size = value.number else {
          throw Diagnostic(file: "--map \(axes[axis].path)", message: "a map needs a number at this path")
        }
        numbers[axis][place] = size
        units[axis] = value.unit ?? ""
      }
      return (source: source, guide: guide)
    }
    self.numbers = numbers
    self.units = units
    let labels = (0..<count).map { zip(axes, indices($0)).map { "\($0.path)=\($0.values[$1])" } }
    let bar = ProgressBar("solving \(count) devices", unit: "devices")
    let done = Atomic<Int>(0)
    points = try inParallel(count, threads: threads) { number in
      let (source, guide) = guides[number]
      let point = try naming(source, labels[number]) {
        let place = try guide.neededStripPlace()
        let transfer = try guide.transfer()
        let best = transfer.best(upTo: 60_000)
        return Point(
          bothEnds: transfer.bothEnds(
            stripLengthNanometers: place.length, positionNanometers: place.position
          ).average,
          oneEnd: transfer.oneEnd(lengthNanometers: place.length - place.position).average,
          guided: transfer.guided.average, best: best.bothEnds, bestLengthNanometers: best.lengthNanometers,
          total: withTotal ? try guide.totalRate(spacing: .coarseDipole).average : nil)
      }
      let finished = done.wrappingAdd(1, ordering: .relaxed).newValue
      bar.update(fraction: Double(finished) / Double(count), count: Double(finished))
      return point
    }
    bar.finish()
  }

  /// The point with the most light at both ends.
  var best: Int { points.indices.max { points[$0].bothEnds < points[$1].bothEnds } ?? 0 }

  /// A point's values on the axes.
  func place(_ number: Int) -> [Double] {
    var rest = number
    return zip(axes, numbers).reversed().map { axis, numbers in
      defer { rest /= axis.values.count }
      return numbers[rest % axis.values.count]
    }.reversed()
  }

  var table: Table {
    let hasTotal = points.contains { $0.total != nil }
    var table = Table(
      zip(axes, units).map { .init($1.isEmpty ? $0.path : "\($0.path) (\($1))", .right) } + [
        .init("both ends", .right), .init("one end", .right), .init("guided", .right),
        .init("best over length", .right), .init("at (um)", .right),
      ] + (hasTotal ? [.init("total", .right)] : []))
    for (number, point) in points.enumerated() {
      table.append(
        place(number).map { NumberFormat.significant($0, digits: 6) }
          + [point.bothEnds, point.oneEnd, point.guided, point.best].map { NumberFormat.significant($0, digits: 5) }
          + [NumberFormat.fixed(point.bestLengthNanometers / 1e3, places: 2)]
          + (hasTotal ? [point.total.map { NumberFormat.significant($0, digits: 5) } ?? ""] : []))
    }
    return table
  }
}

extension DeviceMap {
  /// What `modes --json` says of it.
  struct Output: Encodable {
    struct Axis: Encodable {
      var path: String
      var unit: String
      var values: [Double]
    }
    struct Best: Encodable {
      var values: [String: Double]
      var bothEnds: Double
      enum CodingKeys: String, CodingKey {
        case values
        case bothEnds = "both_ends"
      }
    }
    var axes: [Axis]
    /// Over the rate in free space, the last axis running fastest.
    var bothEnds: [Double]
    var oneEnd: [Double]
    var guided: [Double]
    var bestOverLength: [Double]
    var total: [Double]
    var best: Best
    enum CodingKeys: String, CodingKey {
      case axes, guided, total, best
      case bothEnds = "both_ends"
      case oneEnd = "one_end"
      case bestOverLength = "best_over_length"
    }
  }

  var output: Output {
    Output(
      axes: zip(axes, zip(units, numbers)).map { .init(path: $0.path, unit: $1.0, values: $1.1) },
      bothEnds: points.map(\.bothEnds), oneEnd: points.map(\.oneEnd), guided: points.map(\.guided),
      bestOverLength: points.map(\.best), total: points.compactMap(\.total),
      best: .init(
        values: Dictionary(zip(axes.map(\.path), place(best)), uniquingKeysWith: { first, _ in first }),
        bothEnds: points[best].bothEnds))
  }
}

/// Turns what the mode solver says into one sentence about the file, and the values that were laid over it.
func naming<Value>(_ source: GuideFile, _ values: [String] = [], _ body: () throws -> Value) throws -> Value {
  func fault(_ found: Diagnostic) -> Diagnostics {
    let place = values.isEmpty ? "" : ", at \(values.joined(separator: ", "))"
    return Diagnostics([
      Diagnostic(file: found.file, line: found.line, column: found.column, message: found.message + place)
    ])
  }
  do {
    return try body()
  } catch let error as ModeError {
    throw fault(source.diagnostic(error))
  } catch let error as PlanarStackError {
    throw fault(Diagnostic(file: source.file, message: "\(error)"))
  } catch let error as Diagnostic {
    // The guide does not know its file.
    throw fault(Diagnostic(file: source.file, message: error.message))
  }
}
