/// The moment a file claims to have been made. Always given by the caller, never by the clock, so that the same
/// photons give the same bytes.
public struct CreationTime: Sendable, Hashable, Codable {
  /// Seconds since 1970-01-01 00:00:00 UTC.
  public var unixSeconds: Int64

  /// A moment by its seconds since 1970-01-01 00:00:00 UTC; negative before.
  public init(unixSeconds: Int64) { self.unixSeconds = unixSeconds }

  /// PicoQuant's TDateTime: days since 1899-12-30.
  ///
  /// Source: PicoQuant, "Time-Tagged File Format Demos", `doc/apx_tagtypes.html`.
  public var tDateTime: Double { Double(unixSeconds) / 86_400 + 25_569 }

  /// "YYYY-MM-DD hh:mm:ss", the form of Photon-HDF5's `identity/creation_time`.
  public var text: String {
    let secondsOfDay = ((unixSeconds % 86_400) + 86_400) % 86_400
    let (year, month, day) = Self.civil(daysSince1970: (unixSeconds - secondsOfDay) / 86_400)
    let date = "\(year)-\(Self.padded(month))-\(Self.padded(day))"
    let hour = Self.padded(secondsOfDay / 3600)
    return "\(date) \(hour):\(Self.padded(secondsOfDay / 60 % 60)):\(Self.padded(secondsOfDay % 60))"
  }

  private static func padded(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// The Gregorian date of a day number (Howard Hinnant, "chrono-compatible low-level date algorithms").
  private static func civil(daysSince1970: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = daysSince1970 + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
  }
}
