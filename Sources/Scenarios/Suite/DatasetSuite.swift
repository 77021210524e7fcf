/// A family of recordings whose true values are known: what `antibunch dataset build` makes.
public struct DatasetSuite: Sendable {
  /// What the suite is called.
  public var name: String
  /// How often a correct analysis fails a question by chance.
  public var falseAlarmProbability: Double
  /// In the order of the document.
  public var cases: [Case]
  /// Every value with its provenance.
  public var resolved: Resolved

  /// One bench, recorded once, and what is asked about its recording.
  public struct Case: Sendable {
    /// "antibunching/low-counts": also the folder.
    public var name: String
    /// What it is for, in a sentence.
    public var about: String
    /// The path of the scenario.
    public var scenario: String
    /// Values laid over the scenario; messages name their places in the suite.
    public var overrides: [Override]
    /// The seed of the recording.
    public var seed: UInt64
    /// Which files are written.
    public var files: [File]
    /// What is asked.
    public var questions: [Question]
    /// For ``Question/gatedG2Zero``: the times after the laser pulse between which photons count, in nanoseconds.
    public var gateNanoseconds: ClosedRange<Double>?
    /// For ``Question/g2Zero`` under continuous excitation: the mean is taken over ± so many nanoseconds.
    public var zeroHalfWidthNanoseconds: Double?
    /// Where the scenario and the questions stand in the document, "suite.yaml:3:5", for messages.
    public var scenarioPlace: String
    /// See ``scenarioPlace``.
    public var questionsPlace: String
  }

  /// A file of a case.
  public enum File: String, Sendable, CaseIterable {
    /// PTU in T2.
    case t2
    /// PTU in T3, of the same photons.
    case t3
    /// Photon-HDF5 with the truth of every record, in the scenario's mode.
    case truth
  }

  /// What can be asked about a recording.
  public enum Question: String, Sendable, CaseIterable {
    /// How many photons each channel and how many markers the file holds.
    case counts
    /// The mean rate of each channel.
    case rates
    /// The centre coincidence peak over the side peaks or, under continuous excitation, the mean around zero delay.
    case g2Zero = "g2_zero"
    /// The same, background taken off by the signal fraction that is told.
    case correctedG2Zero = "g2_zero_corrected"
    /// The same of the photons within a gate.
    case gatedG2Zero = "g2_zero_gated"
    /// The lifetimes of the decay.
    case lifetimes
    /// When the brightness changes.
    case changePoints = "change_points"
  }
}
