import RandomStreams
import Testing

@Suite("Same seed, same bits: on any processor, for ever")
struct KnownDrawsTests {
  /// The bits of 100 000 draws in one number (FNV-1a by words; Fowler, Noll, Vo), slow paths included.
  func hash(_ draw: (inout RandomStream) -> UInt64) -> UInt64 {
    var random = testStream(200)
    return (0..<100_000).reduce(0xCBF2_9CE4_8422_2325) { hash, _ in (hash ^ draw(&random)) &* 0x100_0000_01B3 }
  }

  @Test func draws() {
    let ziggurat = Ziggurat()
    let geometric = GeometricLaw(success: 0.02)
    let discrete = DiscreteLaw(weights: [0.3, 5, 1e-3, 0.7])
    let poisson = PoissonLaw(mean: 3000)
    let power = TruncatedPowerLaw(exponent: 1.5, minimum: 1e-3, cutoff: 2)
    let diffusion = DiffusionControlledDwell(crossover: 0.03, tailRate: 1)
    #expect(hash { ziggurat.exponential(&$0).bitPattern } == 0x9769_BB8E_40BB_4C80)
    #expect(hash { ziggurat.normal(&$0).bitPattern } == 0x41B6_0582_4DEC_B197)
    #expect(hash { UInt64(geometric.draw(ziggurat, &$0)) } == 0x6B13_9FD0_9D98_7FCE)
    #expect(hash { UInt64(discrete.draw(&$0)) } == 0xDEF8_8964_7768_825D)
    #expect(hash { UInt64(poisson.draw(&$0)) } == 0xC099_E6ED_BE15_635D)
    #expect(hash { power.draw(&$0).bitPattern } == 0x764E_2FA6_0B9B_411F)
    #expect(hash { power.drawResidual(&$0).bitPattern } == 0xFB01_1F49_E082_9B55)
    #expect(hash { diffusion.draw(&$0).bitPattern } == 0x0B8A_2463_291A_3143)
    #expect(hash { diffusion.drawResidual(&$0).bitPattern } == 0x025E_C6FE_175C_30C1)
  }
}
