import Analysis
import Testing

@Suite("Two lifetime results compared")
struct LifetimeComparisonTests {
  func components(_ lifetimes: [Double], uncertainty: Double? = 0.01) -> [LifetimeComponent] {
    lifetimes.map {
      LifetimeComponent(lifetimeNs: $0, lifetimeNsUncertainty: uncertainty, amplitude: 1, amplitudeUncertainty: 0.1)
    }
  }
  let glass = [3.39, 20.09]

  /// The paper's recipe and numbers: 11.74/9.79 on the strip, 11.74/10.83 on the bare guide (supplement S3, S4).
  @Test func thePapersRecipe() {
    let strip = LifetimeComparison(sample: components([3.05, 16.53]), reference: components(glass), quantumYield: 0.8)
    #expect(abs(strip.equalWeightRatio - 1.19918) < 1e-4)
    #expect(
      abs(strip.componentRatios[0] - 3.39 / 3.05) < 1e-12 && abs(strip.componentRatios[1] - 20.09 / 16.53) < 1e-12)
    // τ₀/τ = qF + 1 − q turned round.
    #expect(abs(0.8 * strip.radiativeFactor! + 0.2 - 20.09 / 16.53) < 1e-12)
    // Relative variances of two means of two: 2 × 0.01²/4 each.
    let relative = (0.005e-2 / (9.79 * 9.79) + 0.005e-2 / (11.74 * 11.74)).squareRoot()
    #expect(abs(strip.equalWeightRatioUncertainty! / strip.equalWeightRatio / relative - 1) < 1e-9)
    let bare = LifetimeComparison(sample: components([10.83]), reference: components([11.74]))
    #expect(abs(bare.equalWeightRatio - 1.084) < 1e-4)
    #expect(bare.radiativeFactor == nil)
  }

  @Test func undeterminedStaysUndetermined() {
    let one = LifetimeComparison(sample: components([10], uncertainty: nil), reference: components(glass))
    #expect(one.equalWeightRatioUncertainty == nil && one.componentRatios.isEmpty)
  }
}
