import TimeTags

/// The nanotimes of one channel that a time gate lets pass.
///
/// The sync that an instrument pairs with a photon is the last one before it. With a cable behind the detector the latest photons of
/// a pulse come after the next sync: they have early nanotimes, and belong to the pulse before the one that the instrument counted.
public struct NanotimeGate: Sendable, Hashable {
  /// The nanotimes between which photons pass, or do not where `isOutside`.
  var range: Range<Int32>
  /// Whether photons pass outside the range, as where a gate reaches round the end of the period.
  var isOutside = false
  /// Nanotimes below this belong to the pulse before; 0 where the gate passes none of them.
  var pulseStart: Int32 = 0

  /// Every nanotime.
  public static let open = NanotimeGate(range: 0..<65536)

  /// Whether a nanotime passes.
  func contains(_ nanotime: Int32) -> Bool { range.contains(nanotime) != isOutside }
}

extension TimeGate {
  /// The gate in the nanotimes of a channel.
  ///
  /// - Parameters:
  ///   - edge: the channel's rising edge; nil: delays count from the sync.
  ///   - marginPs: how long before the edge photons belong to its pulse already.
  /// - Throws: ``AnalysisError`` for a gate without length, one that begins after the next pulse, and a file without a unit of
  ///   nanotimes.
  func nanotimes(_ header: RecordingHeader, edge: FoldedDecay.Edge?, marginPs: Double) throws(AnalysisError)
    -> NanotimeGate
  {
    guard let unit = header.nanotimeUnitSeconds, unit > 0 else {
      throw AnalysisError("The file states no nanotime resolution, so there is no time gate.")
    }
    let periodNs = header.macroTimeUnitSeconds * 1e9
    try check(periodNs: periodNs)
    let edgeNs = reference == .risingEdge ? (edge?.timePs ?? 0) / 1000 : 0
    let pulseNs = edgeNs - (reference == .risingEdge && edge != nil ? marginPs / 1000 : 0)
    func place(_ delayNs: Double) -> Int32 { nanotime(atDelayNs: delayNs, offsetNs: edgeNs, unitSeconds: unit) }
    let end = reachesRound ? stopNs + periodNs : stopNs
    // what lies beyond the end of the period, at early nanotimes
    let beyond = reachesRound ? edgeNs + end - periodNs : min(edgeNs + end - periodNs, pulseNs)
    guard periodNs > 0, edgeNs + end > periodNs, beyond > 0 else {
      let low = place(startNs)
      return NanotimeGate(range: low..<max(reachesRound ? 65536 : place(stopNs), low))
    }
    let pulseStart =
      reference != .risingEdge ? 0 : edge.map { nanotimeOfPulseStart($0, marginPs: marginPs, unitSeconds: unit) } ?? 0
    if beyond > periodNs {
      let low = place(stopNs - periodNs)
      return NanotimeGate(range: low..<max(place(startNs - periodNs), low), isOutside: true, pulseStart: pulseStart)
    }
    if edgeNs + startNs >= periodNs {
      let low = place(startNs - periodNs)
      return NanotimeGate(range: low..<max(place(beyond - edgeNs), low), pulseStart: pulseStart)
    }
    let low = place(beyond - edgeNs)
    return NanotimeGate(range: low..<max(place(startNs), low), isOutside: true, pulseStart: pulseStart)
  }
}

/// The first nanotime that belongs to the pulse of its own sync: a margin before the edge.
func nanotimeOfPulseStart(_ edge: FoldedDecay.Edge, marginPs: Double, unitSeconds: Double) -> Int32 {
  nanotime(atDelayNs: max(edge.timePs - marginPs, 0) / 1000, offsetNs: 0, unitSeconds: unitSeconds)
}

/// The gates of several channels, one after the other.
func nanotimeGates(
  _ gate: TimeGate, _ header: RecordingHeader, _ channels: [UInt8], edges: [UInt8: FoldedDecay.Edge]
) throws(AnalysisError) -> [NanotimeGate] {
  let marginPs = marginBeforeEdge(edges, periodPs: header.macroTimeUnitSeconds * 1e12)
  var gates: [NanotimeGate] = []
  for channel in channels {
    gates.append(try gate.nanotimes(header, edge: edges[channel], marginPs: marginPs))
  }
  return gates
}
