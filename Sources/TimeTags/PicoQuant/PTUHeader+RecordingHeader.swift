extension PTUHeader {
  /// What the tags say about the recording.
  ///
  /// - Throws: ``TimeTagError/corrupt(path:reason:)`` when a tag is missing without which the records mean nothing.
  func recordingHeader(path: String) throws(TimeTagError) -> RecordingHeader {
    let recordType = try recordType(path: path)
    let mode = recordType.mode
    let syncRate = value("TTResult_SyncRate")?.number.flatMap { $0 > 0 ? $0 : nil }
    let nanotimeUnit = positive("MeasDesc_Resolution")
    if mode == .t3 && nanotimeUnit == nil {
      throw .corrupt(path: path, reason: "the header has no tag MeasDesc_Resolution, so the nanotimes have no unit")
    }
    let announced = value("TTResult_NumberOfRecords")?.integerValue
    let comment = value("File_Comment")?.textValue ?? ""
    return RecordingHeader(
      format: "PTU", mode: mode, recordType: recordType,
      macroTimeUnitSeconds: try macroTimeUnit(recordType, syncRate: syncRate, path: path),
      nanotimeUnitSeconds: mode == .t3 ? nanotimeUnit : nil,
      syncRateHz: syncRate,
      laserRepetitionRateHz: positive("UsrLaserRepetitionRate") ?? (mode == .t3 ? syncRate : nil),
      announcedRecords: announced.flatMap { $0 > 0 ? $0 : nil },
      acquisitionTimeSeconds: acquisitionTime,
      creator: [value("CreatorSW_Name"), value("CreatorSW_Version")].compactMap { $0?.textValue }
        .joined(separator: " "),
      hardware: value("HW_Type")?.textValue ?? "",
      comment: comment, isPartial: PartialMark.isPartial(comment: comment))
  }

  /// A number greater than zero.
  private func positive(_ name: String) -> Double? {
    value(name)?.number.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }

  private func recordType(path: String) throws(TimeTagError) -> RecordType {
    guard let code = value("TTResultFormat_TTTRRecType")?.integerValue else {
      throw .corrupt(path: path, reason: "the header has no tag TTResultFormat_TTTRRecType")
    }
    guard let recordType = UInt32(exactly: code).flatMap(RecordType.init(rawValue:)) else {
      throw .notTimeTags(path: path, reason: "holds records of the unknown type 0x\(String(code, radix: 16))")
    }
    if let bits = value("TTResultFormat_BitsPerRecord")?.integerValue, bits != 32 {
      throw .corrupt(path: path, reason: "the header announces records of \(bits) bits instead of 32")
    }
    return recordType
  }

  /// `MeasDesc_GlobalResolution`; without it, what the instrument is known to use.
  private func macroTimeUnit(
    _ recordType: RecordType, syncRate: Double?, path: String
  ) throws(TimeTagError) -> Double {
    if let unit = positive("MeasDesc_GlobalResolution") { return unit }
    switch (recordType, recordType.mode) {
    case (.picoHarp300T2, _): return 4e-12
    case (_, .t2): return positive("HW_BaseResolution") ?? 1e-12
    case (_, .t3):
      guard let syncRate else {
        throw .corrupt(path: path, reason: "the header has neither MeasDesc_GlobalResolution nor TTResult_SyncRate")
      }
      return 1 / syncRate
    }
  }

  /// The time the acquisition lasted: our own exact tag, else what PicoQuant's software wrote when it stopped
  /// (`TTResult_StopAfter`, ms), else what was planned (`MeasDesc_AcquisitionTime`, ms).
  private var acquisitionTime: Double? {
    if let seconds = positive("UsrAcquisitionTime") { return seconds }
    return (positive("TTResult_StopAfter") ?? positive("MeasDesc_AcquisitionTime")).map { $0 / 1000 }
  }
}
