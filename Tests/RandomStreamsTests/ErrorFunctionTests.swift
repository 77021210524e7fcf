import CGSL
import RandomStreams
import Testing

@Test("The portable error function against GSL's")
func errorFunctionAgainstGSL() {
  for x in stride(from: -7.0, through: 7, by: 0.01) {
    #expect(abs(PortableMath.errorFunction(x) - gsl_sf_erf(x)) < 2e-15, "\(x)")
  }
  #expect(PortableMath.errorFunction(0) == 0)
}
