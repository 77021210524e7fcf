import Analysis
import CGSL
import Testing

@Suite struct MeasuredSpectrumTests {
  @Test(arguments: [
    "600,10\n601,12\n602,9\n", "wavelength_nm;counts\n600;10\n601;12\n602;9",
    "# exported\n600\t10\r\n601\t12\r\n602\t9\r\n",
    "602 9\n601 12\n600 10\n", "\"pixel\",\"Wavelength (nm)\",\"Intensity\"\n0,600,10\n1,601,12\n2,602,9\n",
  ])
  func readsWhatSpectrometersExport(_ text: String) throws {
    let spectrum = try MeasuredSpectrum(text: text, file: "a.csv")
    #expect(spectrum.wavelengthsNanometers == [600, 601, 602])
    #expect(spectrum.counts == [10, 12, 9])
    #expect(spectrum.response == nil)
    #expect(spectrum.edgesNanometers == [599.5, 600.5, 601.5, 602.5])
  }

  @Test func readsAResponse() throws {
    let text = "wavelength_nm,counts,expected_counts,response\n600,10,11,0.5\n601,12,11,0.25\n"
    #expect(try MeasuredSpectrum(text: text, file: "a.csv").response == [0.5, 0.25])
  }

  @Test(arguments: [
    ("600,10\n601,x\n", "a.csv:2: expected a number for the counts, found 'x'"),
    ("600,10\n601\n", "a.csv:2: no counts: the line has 1 of the columns"),
    ("", "a.csv holds no spectrum: not a line of numbers"),
    ("time,volts\n1,2\n", "a.csv:1: no columns named wavelength and counts among time, volts"),
    ("600,10\n600,11\n", "a.csv: the wavelengths of a spectrum must rise from pixel to pixel"),
    ("600,10\n", "a.csv: a spectrum needs at least two pixels, found 1"),
    ("600,10\n601,inf\n", "a.csv: a spectrum's numbers must be finite"),
    (
      "wavelength,counts,response\n600,1,-1\n601,1,1\n",
      "a.csv: the response of a spectrum must not be negative, and not zero everywhere"
    ),
  ])
  func saysWhatIsWrong(_ text: String, _ message: String) {
    do {
      _ = try MeasuredSpectrum(text: text, file: "a.csv")
      Issue.record("read: \(text)")
    } catch {
      #expect(error.message == message)
    }
  }

  /// Counted photons on an uneven axis, from GSL's Poisson numbers.
  private func counted(_ rate: (Double) -> Double, seed: UInt) throws -> MeasuredSpectrum {
    let generator = gsl_rng_alloc(cgsl_rng_mt19937())
    defer { gsl_rng_free(generator) }
    gsl_rng_set(generator, seed)
    let axis = (0..<400).map { (i: Int) -> Double in
      let x = Double(i)
      return 560 + 0.4 * x + 2e-4 * x * x
    }
    return try MeasuredSpectrum(
      wavelengthsNanometers: axis, counts: axis.map { Double(gsl_ran_poisson(generator, rate($0))) })
  }

  @Test func findsLinesAndTheirNumber() throws {
    func gaussian(_ x: Double, _ center: Double, _ fwhm: Double, _ area: Double) -> Double {
      area * gsl_ran_gaussian_pdf(x - center, fwhm / 2.3548200450309493)
    }
    let spectrum = try counted(
      { x in
        // Photons per nm times the pixel's width, which grows from 0.40 to 0.56 nm: dx/di = √(0.4² + 8e-4 (x − 560)).
        let pixel = (0.16 + 8e-4 * (x - 560)).squareRoot()
        let bands = gaussian(x, 610, 28, 60_000) + gaussian(x, 690, 40, 40_000)
        return 40 + pixel * (bands + gaussian(x, 650, 2, 3_000))
      }, seed: 3)
    let fit = try fitSpectrum(spectrum, noise: CameraNoise())
    #expect(fit.lines.count == 3)
    guard fit.lines.count == 3 else { return }
    #expect(abs(fit.lines[0].centerNm.value - 610) < 1 && abs(fit.lines[0].fwhmNm.value - 28) < 1)
    #expect(abs(fit.lines[1].centerNm.value - 650) < 0.2 && abs(fit.lines[1].fwhmNm.value - 2) < 0.3)
    #expect(abs(fit.lines[2].centerNm.value - 690) < 1 && abs(fit.lines[2].fwhmNm.value - 40) < 2)
    #expect(fit.fit.count == 400)
    // A fit of part of it knows nothing of the rest.
    var options = SpectrumFitOptions()
    options.rangeNanometers = 640...660
    options.lines = 1
    #expect(abs(try fitSpectrum(spectrum, noise: CameraNoise(), options: options).lines[0].centerNm.value - 650) < 0.3)
  }

  @Test func nothingButAFloorHasNoLines() throws {
    let fit = try fitSpectrum(counted({ _ in 100 }, seed: 8), noise: CameraNoise())
    #expect(fit.lines.isEmpty)
    // 400 pixels of 100 counts: ± 0.5.
    #expect(abs(fit.floor.value - 100) < 2.5 && abs(fit.floor.uncertainty - 0.5) < 0.05)
  }

  @Test func refusesWhatCannotBeFitted() throws {
    let spectrum = try counted({ _ in 100 }, seed: 1)
    var options = SpectrumFitOptions()
    options.rangeNanometers = 600...600.5
    #expect(throws: AnalysisError("5 pixels at least are needed for the fit, found 1 between 600.0 and 600.5 nm")) {
      try fitSpectrum(spectrum, noise: CameraNoise(), options: options)
    }
    options.rangeNanometers = nil
    options.lines = 13
    #expect(throws: AnalysisError.self) { try fitSpectrum(spectrum, noise: CameraNoise(), options: options) }
  }
}
