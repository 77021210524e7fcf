extension CrossSection {
  /// Throws what is wrong: an index below 1 or not a number, or a size that is not above zero.
  public func validate() throws(ModeError) {
    let indices: [(String, Double?)] = [
      ("the substrate", substrateIndex), ("the cover", coverIndex), ("the guide", guide?.peakIndex),
      ("the film", film?.index), ("the strip", strip?.index),
    ]
    for case (let name, let index?) in indices where !(index >= 1 && index.isFinite) {
      throw .indexBelowOne(part: name, index: index)
    }
    let sizes: [(String, Double?)] = [
      ("the guide's width", guide?.widthNanometers), ("the guide's depth", guide?.depthNanometers),
      ("the film's thickness", film?.thicknessNanometers), ("the strip's width", strip?.widthNanometers),
      ("the strip's height", strip?.heightNanometers),
    ]
    for case (let name, let size?) in sizes where !(size > 0 && size.isFinite) {
      throw .notPositive(what: name, nanometers: size)
    }
    if let offset = strip?.offsetNanometers, !offset.isFinite {
      throw .notSensible(what: "the strip's offset", value: offset)
    }
  }
}
