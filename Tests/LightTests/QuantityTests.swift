import Light
import Testing

struct QuantityTests {
  @Test(
    arguments: [
      ("20.09 ns", 20.09, Quantity.Unit.nanoseconds), ("5 MHz", 5, .megahertz), ("618 nm", 618, .nanometers),
      ("0.4 dB/cm", 0.4, .decibelsPerCentimeter), ("50 %", 50, .percent), ("50%", 50, .percent),
      ("100 cps", 100, .countsPerSecond), ("100 /s", 100, .perSecond), ("100/s", 100, .perSecond),
      ("100 Hz", 100, .hertz), ("1 uW", 1, .microwatts), ("1 \u{B5}W", 1, .microwatts), ("1 \u{3BC}W", 1, .microwatts),
      ("350 ps", 350, .picoseconds), ("60 s", 60, .seconds), ("10 min", 10, .minutes), ("1 h", 1, .hours),
      ("532nm", 532, .nanometers), ("1e6 cps", 1e6, .countsPerSecond), ("5e-16 cm^2", 5e-16, .squareCentimeters),
      ("5E-16 cm\u{B2}", 5e-16, .squareCentimeters), ("20 pJ", 20, .picojoules), ("12 meV", 12, .millielectronvolts),
      ("1 eV", 1, .electronvolts), ("0.95", 0.95, .one), ("-5 meV", -5, .millielectronvolts),
      (".5 us", 0.5, .microseconds),
      ("\u{2212}5 meV", -5, .millielectronvolts), ("+2. km", 2, .kilometers), ("  3   dB ", 3, .decibels),
      ("7 fm", 7, .femtometers),
      ("1e+3 kcps", 1000, .kilocountsPerSecond),
    ] as [(String, Double, Quantity.Unit)])
  func reads(_ text: String, _ value: Double, _ unit: Quantity.Unit) throws {
    #expect(try Quantity(text) == Quantity(value, unit))
  }

  @Test func readsOnePerSecond() throws {
    #expect(try Quantity("5 1/s").value(in: .hertz) == 5)
  }

  @Test(
    arguments: [
      (20.09, Quantity.Unit.nanoseconds, Quantity.Unit.picoseconds, 20090), (0.5, .microseconds, .nanoseconds, 500),
      (1.005, .seconds, .milliseconds, 1005), (20.09, .nanoseconds, .nanoseconds, 20.09),
      (350, .picoseconds, .nanoseconds, 0.35), (10, .minutes, .nanoseconds, 6e11), (1, .hours, .minutes, 60),
      (90, .seconds, .minutes, 1.5), (95, .percent, .one, 0.95), (0.07, .one, .percent, 7),
      (0.4, .decibelsPerCentimeter, .decibelsPerMeter, 40), (5e-16, .squareCentimeters, .squareMeters, 5e-20),
      (0.3, .squareMicrometers, .squareNanometers, 3e5), (1, .electronvolts, .joules, 1.602176634e-19),
      (12.3, .millielectronvolts, .electronvolts, 0.0123), (100, .countsPerSecond, .hertz, 100),
      (0.1, .megahertz, .kilohertz, 100), (-3, .millielectronvolts, .microelectronvolts, -3000),
      (0, .seconds, .hours, 0),
    ] as [(Double, Quantity.Unit, Quantity.Unit, Double)])
  func convertsExactly(_ value: Double, _ from: Quantity.Unit, _ to: Quantity.Unit, _ expected: Double) {
    #expect(Quantity(value, from).value(in: to) == expected)
  }

  /// Every number of up to four digits keeps its decimal form, whichever way the point moves.
  @Test func movesTheDecimalPoint() {
    for i in 1...9999 {
      let number = Double(i) / 100
      #expect(Quantity(number, .nanoseconds).value(in: .femtoseconds) == Double(i) * 10_000)
      #expect(Quantity(Double(i), .femtoseconds).value(in: .milliseconds) == Double("\(i)e-12"))
    }
  }

  @Test func isWrittenAsItIsRead() throws {
    for unit in Quantity.Unit.known {
      for value in [1, 0.1, 20.09, -3, 1e300, .leastNonzeroMagnitude, 1e16] {
        let quantity = Quantity(value, unit)
        #expect(try Quantity(quantity.description, expecting: unit.dimension) == quantity)
      }
      #expect(try Quantity(unit.example).unit == unit)
    }
    #expect(Quantity(5, .megahertz).description == "5 MHz")
    #expect(Quantity(1e16, .hertz).description == "1e16 Hz")
  }

  @Test(
    arguments: [
      ("20 nm", Quantity.Dimension.time, "expected a time such as '20 ns', found '20 nm' (a length)"),
      ("0.5 %", .time, "expected a time such as '20 ns', found '0.5 %' (a fraction)"),
      ("3 dB", .attenuation, "expected an attenuation per length such as '0.4 dB/cm', found '3 dB' (a loss)"),
      ("fast", .time, "expected a time such as '20 ns', found 'fast'"),
      ("", .time, "expected a time such as '20 ns', found ''"),
      ("ns", .time, "expected a time such as '20 ns', found 'ns'"),
      ("5", .time, "5 needs a unit of time, for example '5 ns'"),
      ("1e3", .rate, "1e3 needs a unit of rate, for example '1e3 MHz'"),
      ("5 nsec", .time, "unknown unit 'nsec'; did you mean 'ns'?"),
      ("5 nanoseconds", .time, "unknown unit 'nanoseconds'; did you mean 'ns'?"),
      ("5 sec", .time, "unknown unit 'sec'; did you mean 's'?"),
      ("5 microns", .length, "unknown unit 'microns'; did you mean 'um'?"),
      ("5 mhz", .rate, "unknown unit 'mhz'; did you mean 'MHz'?"),
      ("5 khz", .rate, "unknown unit 'khz'; did you mean 'kHz'?"),
      ("5 dB/Cm", .attenuation, "unknown unit 'dB/Cm'; did you mean 'dB/cm'?"),
      ("5 cm2", .area, "unknown unit 'cm2'; did you mean 'cm^2'?"),
      ("5 parsec", .time, "unknown unit 'parsec'; use one of fs, ps, ns, us, ms, s, min, h"),
      ("5 bananas", .fraction, "unknown unit 'bananas'; use a plain number or '%'"),
      ("5 nm", .fraction, "expected a fraction such as '0.95', found '5 nm' (a length)"),
      ("inf s", .time, "'inf s' is not a finite number"), (".nan", .time, "'.nan' is not a finite number"),
      ("1e400 s", .time, "'1e400 s' is not a finite number"),
      ("1,000 cps", .rate, "expected a rate such as '5 MHz', found '1,000 cps'"),
      (
        "5 counts per day", .rate,
        "unknown unit 'counts per day'; use one of Hz, kHz, MHz, GHz, THz, cps, kcps, Mcps, /s, 1/s"
      ),
    ] as [(String, Quantity.Dimension, String)])
  func explains(_ text: String, _ dimension: Quantity.Dimension, _ message: String) {
    do {
      let quantity = try Quantity(text, expecting: dimension)
      Issue.record("read as \(quantity)")
    } catch {
      #expect(error.description == message)
    }
  }

  @Test func examplesFollowTheUnitAskedFor() {
    let error = #expect(throws: QuantityError.self) { try Quantity("20 nm", convertibleTo: .seconds) }
    #expect(error?.description == "expected a time such as '60 s', found '20 nm' (a length)")
    let bare = #expect(throws: QuantityError.self) { try Quantity("5", convertibleTo: .countsPerSecond) }
    #expect(bare?.description == "5 needs a unit of rate, for example '5 cps'")
  }

  @Test func withoutExpectation() {
    let error = #expect(throws: QuantityError.self) { try Quantity("x") }
    #expect(error?.description == "expected a number with a unit such as '20 ns', found 'x'")
  }

  @Test func nearestNames() {
    #expect(nearestName(to: "bandwith", among: ["center", "bandwidth"]) == "bandwidth")
    #expect(nearestName(to: "dark", among: ["dark_counts", "dead_time"]) == "dark_counts")
    #expect(nearestName(to: "colour", among: ["center", "bandwidth"]) == nil)
    #expect(nearestName(to: "x", among: []) == nil)
  }
}
