import Emitters
import Light
import RandomStreams

/// The emitters of one site of a sample on which they lie at random: how many there are in the spot (Poisson), of which
/// kind each is, and how much of the laser it meets.
///
/// The site's number is the address of its random stream: the same site of the same sample always holds the same emitters.
///
/// - Parameter most: the largest mean number.
func readPlacement(_ section: Section, _ illumination: Illumination, most: Double) -> [Emitter] {
  let mean = section.number("mean_number", range: .between(0...most))
  let site = section.integer("site", range: .between(0...1_000_000_000), default: .chosen(0, "the first site"))
  let sample = section.integer("sample", range: .between(0...1_000_000_000), default: .chosen(1, "numbers the sample"))
  let spread = section.number(
    "brightness_spread", range: .between(0...3),
    default: .chosen(0, "standard deviation of the logarithm of what an emitter absorbs"))
  let kinds = section.list("kinds", presets: "emitter", atLeast: 1).map { kind in
    (
      share: kind.number("share", range: .notNegative, default: .chosen(1, "one kind")),
      emitter: readEmitter(kind, illumination)
    )
  }
  guard kinds.contains(where: { $0.share > 0 }) else {
    section.fail("needs a share above 0", at: "kinds")
    return []
  }
  var stream = RandomStream(seed: UInt64(sample), purpose: .placement, entity: 0, block: UInt64(site))
  let law = DiscreteLaw(weights: kinds.map(\.share))
  let ziggurat = Ziggurat()
  let count = PoissonLaw(mean: mean).draw(&stream)
  return (0..<count).map { number in
    var emitter = kinds[law.draw(&stream)].emitter
    let brightness = PortableMath.exp(spread * ziggurat.normal(&stream))
    emitter.name += " \(number + 1)"
    emitter.absorption = emitter.absorption.scaled(by: brightness)
    return emitter
  }
}
