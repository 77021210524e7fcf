import Reporting
import Testing

@Suite struct NumberFormatTests {
  @Test(arguments: [
    (0.1432, 0.0048, "0.1432 ± 0.0048"),
    (0.143234, 0.00481, "0.1432 ± 0.0048"),
    (0.5, 0.0996, "0.50 ± 0.10"),
    (0.5, 0.00996, "0.500 ± 0.010"),
    (1234.5, 99.96, "1230 ± 100"),
    (1234.5, 99.4, "1234 ± 99"),
    (123_456, 2345, "123500 ± 2300"),
    (10, 0.0996, "10.00 ± 0.10"),
    (-0.0001, 0.02, "0.000 ± 0.020"),
    (0, 0.5, "0.00 ± 0.50"),
    (3.21e-9, 4e-11, "(3.210 ± 0.040)×10⁻⁹"),
    (5.4321e7, 1.2e4, "(5.4321 ± 0.0012)×10⁷"),
    (9.996e5, 1.2e4, "(1.000 ± 0.012)×10⁶"),
    (2e6, 3e7, "(0.2 ± 3.0)×10⁷"),
    (0.1432, 0, "0.1432"),
    (0.1432, .nan, "0.1432 ± unknown"),
    (0.1432, -1, "0.1432 ± unknown"),
    (.nan, 0.1, "undefined"),
  ])
  func valueWithUncertainty(value: Double, uncertainty: Double, text: String) {
    #expect(RoundedMeasurement(value, uncertainty).description == text)
  }

  /// 0.00995 lies just above 995/100000 in binary, so two digits give 0.010 and not 0.0099.
  @Test func roundingUpMovesThePlace() {
    #expect(RoundedMeasurement(0.1, 0.00995).description == "0.100 ± 0.010")
    #expect(RoundedMeasurement(0.1, 0.009949).description == "0.1000 ± 0.0099")
  }

  @Test func units() {
    #expect(NumberFormat.measured(6.512, uncertainty: 0.043, unit: "ns") == "(6.512 ± 0.043) ns")
    #expect(NumberFormat.measured(6.5, uncertainty: 0, unit: "ns") == "6.500 ns")
    #expect(NumberFormat.measured(6.5, uncertainty: 0.1) == "6.50 ± 0.10")
  }

  @Test func rates() {
    #expect(NumberFormat.rate(4210) == "4.21 kcps")
    #expect(NumberFormat.rate(999.6) == "1.00 kcps")
    #expect(NumberFormat.rate(99.96) == "100 cps")
    #expect(NumberFormat.rate(1.5e6) == "1.50 Mcps")
    #expect(NumberFormat.rate(0.123) == "0.123 cps")
    #expect(NumberFormat.rate(0) == "0 cps")
    #expect(NumberFormat.rate(.nan) == "undefined cps")
    #expect(NumberFormat.quantity(5e6, unit: "Hz") == "5.00 MHz")
    #expect(NumberFormat.quantity(3.2e-11, unit: "s") == "32.0 ps")
    #expect(NumberFormat.quantity(-4.5e3, unit: "V") == "-4.50 kV")
  }

  @Test func durations() {
    #expect(NumberFormat.duration(seconds: 0) == "0 s")
    #expect(NumberFormat.duration(seconds: 0.35) == "350 ms")
    #expect(NumberFormat.duration(seconds: 4.21) == "4.2 s")
    #expect(NumberFormat.duration(seconds: 9.96) == "10 s")
    #expect(NumberFormat.duration(seconds: 59.7) == "1 min 00 s")
    #expect(NumberFormat.duration(seconds: 125) == "2 min 05 s")
    #expect(NumberFormat.duration(seconds: 3599.8) == "1 h 00 min")
    #expect(NumberFormat.duration(seconds: 3720) == "1 h 02 min")
    #expect(NumberFormat.duration(seconds: 273_600) == "3 d 04 h")
    #expect(NumberFormat.duration(seconds: .infinity) == "∞")
    #expect(NumberFormat.duration(seconds: -5) == "-5.0 s")
  }

  @Test func plainNumbers() {
    #expect(NumberFormat.fixed(-0.001, places: 2) == "0.00")
    #expect(NumberFormat.fixed(.infinity, places: 2) == "∞")
    #expect(NumberFormat.significant(1234.56, digits: 3) == "1230")
    #expect(NumberFormat.significant(99.96, digits: 3) == "100")
    #expect(NumberFormat.significant(1.234e-7, digits: 2) == "1.2×10⁻⁷")
    #expect(NumberFormat.percent(0.1432) == "14.3 %")
    #expect(NumberFormat.count(12_345_678) == "12\u{202F}345\u{202F}678")
    #expect(NumberFormat.count(1234) == "1234")
    #expect(NumberFormat.count(-12_345) == "-12\u{202F}345")
    #expect(NumberFormat.count(.min).hasPrefix("-9\u{202F}223"))
  }
}
