/// Where the emitters are, if that is not where their lifetimes are given for: `{reference: on glass, purcell: 1.19}`; the
/// Purcell factor is the device's where there is one.
func readEnvironment(_ section: Section, device: Device?) -> Environment {
  let reference = section.string("reference")
  guard let device else {
    return Environment(
      reference: reference, purcellFactor: section.number("purcell", range: .above(0).and(.atMost(1e6))))
  }
  if section.has("purcell") {
    section.fail("comes from the device (device.source is \(device.source.rawValue)); leave it out here", at: "purcell")
  }
  return Environment(reference: reference, purcellFactor: device.purcellFactor)
}
