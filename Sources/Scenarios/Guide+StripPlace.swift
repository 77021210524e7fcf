extension Guide {
  /// The strip's length and the dipole's distance from its near end, in nanometres; the middle unless told.
  ///
  /// - Throws: `Diagnostic` if the file gives no length.
  public func neededStripPlace() throws(Diagnostic) -> (length: Double, position: Double) {
    guard let length = stripLengthNanometers else {
      throw Diagnostic(
        file: name, message: "strip.length is not given; light leaves a strip for the guide where it ends")
    }
    return (length, dipolePositionNanometers ?? length / 2)
  }
}
