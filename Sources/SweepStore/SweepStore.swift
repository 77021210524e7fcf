internal import GRDB

/// The results of a sweep in an SQLite file, point by point as they are done: what is in it survives a crash, is not
/// calculated again, and can be asked by any program that reads SQLite. `README.md` describes its tables.
public struct SweepStore: Sendable {
  /// Where the file is.
  public let path: String
  private let database: DatabaseQueue

  /// Opens a sweep's store; makes it where there is none.
  ///
  /// - Throws: ``SweepStoreError`` for the store of another sweep, or what is no store.
  public init(path: String, sweep: SweepDescription) throws(SweepStoreError) {
    try self.init(path: path)
    try attempt {
      try database.write { database in
        try Self.prepareTables(database)
        if try Self.description(database) == nil { try Self.insert(sweep, database) }
      }
    }
    try check(isOf: sweep)
  }

  /// Refuses a file that is the store of another sweep, or none, and changes nothing in it.
  ///
  /// - Throws: ``SweepStoreError``.
  public static func check(_ path: String, isOf sweep: SweepDescription) throws(SweepStoreError) {
    try SweepStore(path: path).check(isOf: sweep)
  }

  private init(path: String) throws(SweepStoreError) {
    self.path = path
    var configuration = Configuration()
    // Two programs may work on the same sweep.
    configuration.busyMode = .timeout(20)
    do {
      database = try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw SweepStoreError(error, path)
    }
  }

  /// Everything that is done, by point.
  public func results(_ method: SweepResult.Method) throws(SweepStoreError) -> [Int: SweepResult] {
    try attempt {
      try database.read { database in
        let rows = try Row.fetchAll(
          database, sql: "SELECT * FROM result WHERE method = ?", arguments: [method.rawValue])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0["point"] as Int, SweepResult($0)) })
      }
    }
  }

  /// Keeps the results of some points, all of them or none.
  public func keep(_ results: [Int: SweepResult], _ method: SweepResult.Method) throws(SweepStoreError) {
    try attempt {
      try database.write { database in
        for (point, result) in results.sorted(by: { $0.key < $1.key }) {
          try database.execute(
            sql: "INSERT OR REPLACE INTO result VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
              point, method.rawValue, result.g2Zero, result.g2ZeroUncertainty, result.g2ZeroCorrected,
              result.g2ZeroCorrectedUncertainty, result.rateHz, result.rateHzUncertainty, result.signalFraction,
              result.timeNeededSeconds, result.durationSeconds, result.sharesPhotons, result.note,
            ])
        }
      }
    }
  }

  /// Takes over what another store of the same sweep has and this one has not: another machine's half.
  ///
  /// - Returns: how many results that were.
  public func merge(_ other: String) throws(SweepStoreError) -> Int {
    let source = try SweepStore(path: other)
    if let ours = try description() { try source.check(isOf: ours) }
    if try source.isEmpty() { return 0 }
    var count = 0
    for method in SweepResult.Method.allCases {
      let known = try results(method)
      let new = try source.results(method).filter { known[$0.key] == nil }
      try keep(new, method)
      count += new.count
    }
    return count
  }

  private func check(isOf sweep: SweepDescription) throws(SweepStoreError) {
    guard let found = try description() else {
      if try isEmpty() { return }
      throw SweepStoreError(.notAStore, "\(path) holds no sweep")
    }
    if let difference = found.difference(from: sweep) {
      throw SweepStoreError(.otherSweep, "\(path) is of another sweep: \(difference)")
    }
  }

  /// Whether not even the tables were made when its program ended.
  private func isEmpty() throws(SweepStoreError) -> Bool {
    try attempt {
      try database.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM sqlite_master") == 0 }
    }
  }

  private func description() throws(SweepStoreError) -> SweepDescription? {
    try attempt { try database.read { try Self.description($0) } }
  }

  private func attempt<Value>(_ body: () throws -> Value) throws(SweepStoreError) -> Value {
    do {
      return try body()
    } catch {
      throw SweepStoreError(error, path)
    }
  }
}

extension SweepStore {
  /// Raised whenever the tables change.
  private static let schema = 1

  /// Makes the tables of an empty file; those of another version are refused.
  private static func prepareTables(_ database: Database) throws {
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    if found == schema { return }
    guard found == 0, try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM sqlite_master") == 0 else {
      throw SweepStoreError(.notAStore, "holds something else than a sweep of this version")
    }
    try database.execute(
      sql: """
        CREATE TABLE sweep (version TEXT NOT NULL, name TEXT NOT NULL, scenario TEXT NOT NULL, seed TEXT NOT NULL);
        CREATE TABLE axis (number INTEGER PRIMARY KEY, path TEXT NOT NULL, unit TEXT NOT NULL);
        CREATE TABLE axis_value (axis INTEGER NOT NULL REFERENCES axis, place INTEGER NOT NULL, text TEXT NOT NULL,
          number REAL, PRIMARY KEY (axis, place));
        CREATE TABLE setting (point INTEGER NOT NULL, axis INTEGER NOT NULL REFERENCES axis, place INTEGER NOT NULL,
          PRIMARY KEY (point, axis));
        CREATE TABLE result (point INTEGER NOT NULL, method TEXT NOT NULL CHECK (method IN ('predict', 'simulate')),
          g2_zero REAL, g2_zero_uncertainty REAL, g2_zero_corrected REAL, g2_zero_corrected_uncertainty REAL,
          rate_hz REAL NOT NULL, rate_hz_uncertainty REAL, signal_fraction REAL NOT NULL, time_needed_s REAL,
          duration_s REAL, shares_photons INTEGER, note TEXT NOT NULL, PRIMARY KEY (point, method));
        PRAGMA user_version = \(schema);
        """)
  }

  private static func insert(_ sweep: SweepDescription, _ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO sweep VALUES (?, ?, ?, ?)",
      arguments: [sweep.version, sweep.name, sweep.scenario, "\(sweep.seed)"])
    for (number, axis) in sweep.axes.enumerated() {
      try database.execute(sql: "INSERT INTO axis VALUES (?, ?, ?)", arguments: [number, axis.path, axis.unit])
      for (place, text) in axis.texts.enumerated() {
        try database.execute(
          sql: "INSERT INTO axis_value VALUES (?, ?, ?, ?)", arguments: [number, place, text, axis.numbers[place]])
      }
    }
    for point in 0..<sweep.count {
      for (axis, place) in sweep.places(of: point).enumerated() {
        try database.execute(sql: "INSERT INTO setting VALUES (?, ?, ?)", arguments: [point, axis, place])
      }
    }
    // One row per result, one column per axis: what one wants to look at.
    func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }
    let columns = sweep.axes.enumerated().map { number, axis in
      "v\(number).\(axis.numbers.allSatisfy { $0 != nil } ? "number" : "text") AS "
        + quoted(axis.unit.isEmpty ? axis.path : "\(axis.path) (\(axis.unit))")
    }
    let joins = sweep.axes.indices.map {
      " JOIN setting s\($0) ON s\($0).point = r.point AND s\($0).axis = \($0)"
        + " JOIN axis_value v\($0) ON v\($0).axis = \($0) AND v\($0).place = s\($0).place"
    }
    try database.execute(
      sql: "CREATE VIEW overview AS SELECT \(columns.joined(separator: ", ")), r.* FROM result r\(joins.joined())")
  }

  private static func description(_ database: Database) throws -> SweepDescription? {
    guard try database.tableExists("sweep"), let row = try Row.fetchOne(database, sql: "SELECT * FROM sweep"),
      let seed = UInt64(row["seed"] as String)
    else { return nil }
    let axes = try Row.fetchAll(database, sql: "SELECT * FROM axis ORDER BY number").map { axis in
      let values = try Row.fetchAll(
        database, sql: "SELECT * FROM axis_value WHERE axis = ? ORDER BY place", arguments: [axis["number"] as Int])
      return SweepDescription.Axis(
        path: axis["path"], unit: axis["unit"], texts: values.map { $0["text"] }, numbers: values.map { $0["number"] })
    }
    return SweepDescription(
      version: row["version"], name: row["name"], scenario: row["scenario"], seed: seed, axes: axes)
  }
}

extension SweepResult {
  fileprivate init(_ row: Row) {
    self.init(
      g2Zero: row["g2_zero"], g2ZeroUncertainty: row["g2_zero_uncertainty"],
      g2ZeroCorrected: row["g2_zero_corrected"], g2ZeroCorrectedUncertainty: row["g2_zero_corrected_uncertainty"],
      rateHz: row["rate_hz"], rateHzUncertainty: row["rate_hz_uncertainty"],
      signalFraction: row["signal_fraction"], timeNeededSeconds: row["time_needed_s"],
      durationSeconds: row["duration_s"], sharesPhotons: row["shares_photons"], note: row["note"])
  }
}
