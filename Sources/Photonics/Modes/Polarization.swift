/// The direction in which a mode's electric field mostly points.
public enum Polarization: String, Sendable, Hashable, CaseIterable, Codable {
  /// Along the surface and across the guide (x): transverse electric.
  case te = "TE"
  /// Away from the surface (y): transverse magnetic.
  case tm = "TM"
}
