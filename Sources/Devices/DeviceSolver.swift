internal import Photonics
public import Scenarios

/// The mode solver, for scenarios whose device is to be calculated.
public func solveDevice(
  _ guide: Guide, threads: Int, progress: (@Sendable (Double) -> Void)?
) throws -> (coupling: Double, purcellFactor: Double) {
  let model = try guide.deviceModel(threads: threads, progress: progress)
  return (model.share(of: model.intoGuideOneEnd).average, model.purcell.average)
}
