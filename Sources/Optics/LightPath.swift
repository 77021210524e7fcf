public import Light

/// What stands between the emitter and the detectors, each element with its transmission against wavelength.
///
///     emitters ── coupling ── losses ── filters ── beamsplitter ─┬─ arm 0: filters ── detector 0
///                                                                └─ arm 1: filters ── detector 1
public struct LightPath: Sendable, Hashable {
  /// One element on the way, for example a fibre splice or a band-pass.
  public struct Element: Sendable, Hashable {
    /// What it is, for example "fibre splice".
    public var name: String
    /// The share of photons that passes, against wavelength.
    public var transmission: Transmission

    /// An element by its transmission.
    public init(name: String, transmission: Transmission) {
      self.name = name
      self.transmission = transmission
    }

    /// An element that passes the same share, 0 to 1, of every light; from dB by `Quantity.transmission(ofDecibels:)`.
    public init(name: String, transmission: Double) {
      self.init(name: name, transmission: .constant(transmission))
    }
  }

  /// One way out of the beamsplitters, to one detector.
  public struct Arm: Sendable, Hashable {
    /// Of each beamsplitter on the way, in order, the share of the light that leaves it here.
    public var shares: [Transmission]
    /// What else stands between the first beamsplitter and the detector, the beamsplitters' own losses first.
    public var elements: [Element]

    /// An arm by its shares of the light; nothing else in it unless told.
    public init(shares: [Transmission], elements: [Element] = []) {
      self.shares = shares
      self.elements = elements
    }

    /// An arm behind one beamsplitter; nothing else in it unless told.
    public init(share: Transmission, elements: [Element] = []) {
      self.init(shares: [share], elements: elements)
    }
  }

  /// Through what the light is collected.
  public enum Route: String, Sendable, CaseIterable {
    /// From above, through the microscope objective.
    case objective
    /// Through the guided mode and the fibre.
    case waveguide
  }

  /// Where light joins the path.
  public enum Entrance: Sendable, Hashable {
    /// Where the emitters are: it must still couple in.
    case emitter
    /// Behind the coupling, in the objective or in the guide.
    case collected
    /// In front of the first filter.
    case filter
  }

  /// Through what the light is collected; `nil` where the scenario does not say.
  public var route: Route?
  /// The share of the emitters' photons that enters the path: into the objective, or into the guided mode.
  public var coupling: Transmission
  /// From there to the filters, in order: strip to guide, propagation, facet, pigtail, fibre.
  public var losses: [Element]
  /// The filters before the beamsplitter, in order.
  public var filters: [Element]
  /// The ways out of the beamsplitters, one per detector; without a beamsplitter a single one with share 1.
  public var arms: [Arm]

  /// A path from its parts, unchecked: one arm per detector, whose shares sum to 1 or less at every wavelength.
  public init(
    route: Route? = nil, coupling: Transmission, losses: [Element], filters: [Element], arms: [Arm]
  ) {
    self.route = route
    self.coupling = coupling
    self.losses = losses
    self.filters = filters
    self.arms = arms
  }

  /// The first band-pass before the beamsplitter, as titles and figures name it; `nil` if there is none.
  public var passBand: SpectralFilter? {
    filters.lazy.compactMap { if case .bandPass(let filter) = $0.transmission { filter } else { nil } }.first
  }

  /// What light passes from where it joins the path to the beamsplitter.
  public func way(from entrance: Entrance) -> [Transmission] {
    let filters = filters.map(\.transmission)
    return switch entrance {
    case .emitter: [coupling] + losses.map(\.transmission) + filters
    case .collected: losses.map(\.transmission) + filters
    case .filter: filters
    }
  }

  /// What light passes from the beamsplitter, its share of this arm included, to the detector.
  public func way(throughArm arm: Int) -> [Transmission] {
    arms[arm].shares + arms[arm].elements.map(\.transmission)
  }
}
