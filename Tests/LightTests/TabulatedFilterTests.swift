import CGSL
import Light
import Testing

@Suite("Tabulated filters")
struct TabulatedFilterTests {
  /// A steep, wavy and asymmetric table with so many rows.
  func table(rows: Int, from low: Double = 560, to high: Double = 680) -> EfficiencyCurve {
    let x = (0..<rows).map { low + (high - low) * Double($0) / Double(rows - 1) }
    return EfficiencyCurve(
      wavelengthsNanometers: x,
      values: x.map { (0.5 + 0.4 * gsl_sf_sin($0 / 3)) / (1 + gsl_sf_exp((595 - $0) / 0.7)) })
  }

  /// ∫ S(λ) Π (aᵢ + bᵢλ) dλ of a Gaussian and up to two tables in closed form, piece by piece: moments of the normal law from
  /// GSL's error function.
  func closedForm(_ line: Spectrum, _ tables: [EfficiencyCurve]) -> Double {
    let sigma = line.fwhmNanometers / 2.3548200450309493
    let mu = line.centerNanometers
    let kinks = [-1e4] + tables.flatMap(\.wavelengthsNanometers).map { ($0 - mu) / sigma }.sorted() + [1e4]
    var sum = 0.0
    for (a, b) in zip(kinks, kinks.dropFirst()) where b > a {
      // The product of the tables as a polynomial in u = (λ − μ)/σ.
      var polynomial = [1.0, 0, 0]
      for table in tables {
        let (y0, y1) = (table.value(atNanometers: mu + sigma * a), table.value(atNanometers: mu + sigma * b))
        let slope = (y1 - y0) / (b - a)
        let constant = y0 - slope * a
        polynomial = [
          polynomial[0] * constant, polynomial[1] * constant + polynomial[0] * slope,
          polynomial[2] * constant + polynomial[1] * slope,
        ]
      }
      let (pa, pb) = (gsl_ran_gaussian_pdf(a, 1), gsl_ran_gaussian_pdf(b, 1))
      let m0 =
        a > 0
        ? gsl_cdf_gaussian_Q(a, 1) - gsl_cdf_gaussian_Q(b, 1) : gsl_cdf_gaussian_P(b, 1) - gsl_cdf_gaussian_P(a, 1)
      sum += polynomial[0] * m0 + polynomial[1] * (pa - pb) + polynomial[2] * (m0 + a * pa - b * pb)
    }
    return sum
  }

  @Test(arguments: [2, 7, 61, 1_201, 12_001])
  func overlapsAreExactAcrossTheKinks(rows: Int) {
    let line = Spectrum(centerNanometers: 610, fwhmNanometers: 28)
    let one = table(rows: rows)
    #expect(abs(overlap(of: line, through: [.table(one)]) - closedForm(line, [one])) < 1e-9)
    let other = EfficiencyCurve(wavelengthsNanometers: [590, 601.3, 640], values: [0.9, 0.2, 0.7])
    #expect(abs(overlap(of: line, through: [.table(other), .table(one)]) - closedForm(line, [one, other])) < 1e-9)
  }

  /// A laser line behind a filter of optical density 6, and a line so narrow that the table is a straight line under it.
  @Test func narrowLines() {
    let leak = SpectralFilter(centerNanometers: 618, bandwidthNanometers: 50, leak: 1e-6)
    let laser = Spectrum(centerNanometers: 532, fwhmNanometers: 0.1)
    #expect(abs(overlap(of: laser, through: [.bandPass(leak)]) / 1e-6 - 1) < 1e-9)
    let line = Spectrum(centerNanometers: 610.02, fwhmNanometers: 1e-3)
    let one = table(rows: 1_201)
    #expect(abs(overlap(of: line, through: [.table(one)]) - one.value(atNanometers: 610.02)) < 1e-9)
  }

  /// A Lorentzian through a table and soft edges against GSL's adaptive quadrature between the table's kinks.
  @Test func lorentzianAgreesWithAdaptiveQuadrature() {
    struct Integrand {
      var line: Spectrum
      var elements: [Transmission]
    }
    for fwhm in [0.05, 4, 30] {
      let line = Spectrum(shape: .lorentzian, centerNanometers: 611.3, fwhmNanometers: fwhm)
      let curve = table(rows: 25)
      let soft = SpectralFilter(
        centerNanometers: 612, bandwidthNanometers: 30, transmission: 0.9, leak: 1e-3, edgeOrder: 4)
      var integrand = Integrand(line: line, elements: [.table(curve), .bandPass(soft)])
      let support = line.supportNanometers
      let kinks =
        [support.lowerBound]
        + (curve.wavelengthsNanometers + [line.centerNanometers]).filter { support.contains($0) }.sorted()
        + [support.upperBound]
      let workspace = gsl_integration_workspace_alloc(2_000)
      defer { gsl_integration_workspace_free(workspace) }
      var sum = 0.0
      withUnsafeMutablePointer(to: &integrand) { pointer in
        var function = gsl_function(
          function: { x, parameters in
            let integrand = parameters!.assumingMemoryBound(to: Integrand.self).pointee
            return integrand.line.density(atNanometers: x) * integrand.elements.value(atNanometers: x)
          }, params: pointer)
        for (a, b) in zip(kinks, kinks.dropFirst()) where b > a {
          var (value, error) = (0.0, 0.0)
          gsl_integration_qag(&function, a, b, 1e-11, 1e-9, 2_000, 6, workspace, &value, &error)
          sum += value
        }
      }
      #expect(abs(overlap(of: line, through: [.table(curve), .bandPass(soft)]) - sum) < 1e-7, "\(fwhm) nm")
    }
  }

  /// The paper's shares in 593 to 643 nm (REFERENCE (f) 12) through the same pass band as a table with steep flanks.
  @Test(arguments: [(610.0, 28.0, 0.921), (617, 59.5, 0.677), (676, 51.4, 0.065)])
  func aSteepTableGivesTheSharesOfTheIdealFilter(center: Double, fwhm: Double, rounded: Double) {
    let curve = EfficiencyCurve(
      wavelengthsNanometers: [592.99, 593.01, 642.99, 643.01], values: [0, 1, 1, 0])
    let share = overlap(of: Spectrum(centerNanometers: center, fwhmNanometers: fwhm), through: [.table(curve)])
    #expect(abs(share - rounded) < 6e-4)
  }

  @Test func bisectionFindsEveryRow() {
    let curve = table(rows: 12_001)
    for i in stride(from: 0, to: 12_001, by: 97) {
      #expect(curve.value(atNanometers: curve.wavelengthsNanometers[i]) == curve.values[i])
    }
    #expect(curve.value(atNanometers: 100) == curve.values[0])
    #expect(curve.value(atNanometers: 1_000) == curve.values[12_000])
    #expect(abs(curve.complement.value(atNanometers: 610.01) + curve.value(atNanometers: 610.01) - 1) < 1e-15)
  }
}
