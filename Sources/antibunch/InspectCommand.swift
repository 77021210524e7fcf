import Analysis
import ArgumentParser
import Reporting
import TimeTags

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Shows what is in a time-tag file: header, record type, counts, rates.")

  @OptionGroup var recording: RecordingOptions
  @Flag(help: "Print JSON.") var json = false
  @Flag(help: "Show every tag of a PTU header.") var header = false

  @Flag(
    help:
      "Make a recording whose program was stopped readable to its last whole record. A PTU or .pt3 file is changed in place: its header counts the records that are there. FILE.h5.part becomes FILE.h5."
  )
  var repair = false

  func run() throws {
    try orFail {
      var recording = recording
      if repair {
        if let done = try repairRecording(at: recording.file) {
          let before = done.announced.map { ", and announced \(NumberFormat.count($0))" } ?? ""
          standardError("repaired: \(done.path) holds \(NumberFormat.count(done.records)) records\(before)")
          recording.file = done.path
        } else {
          standardError("\(recording.file): header and records agree, nothing to repair")
        }
      }
      let open = try recording.open()
      if open.header.isPartial && !open.warnings.isEmpty {
        standardError("'antibunch inspect --repair \(recording.file)' makes the header count what is there")
      }
      var survey = RecordingSurvey(header: open.header)
      let reader = try open.play { survey.consume($0) }
      let summary = survey.summary(overflows: reader.overflowRecords)
      if json {
        print(try JSONOutput.encode(summary), terminator: "")
        return
      }
      var table = Table([.init(recording.file), .init("", .right)])
      table.append("format", summary.format)
      table.append("record type", summary.recordType)
      table.append("instrument", summary.hardware)
      table.append("written by", open.header.creator)
      if !open.header.comment.isEmpty { table.append("comment", open.header.comment) }
      if summary.isPartial { table.append("partial", "yes: ended before its planned end") }
      table.append("records", NumberFormat.count(summary.records))
      for (channel, photons) in summary.photonsPerChannel.sorted(by: { $0.key < $1.key }) {
        table.append(
          "photons in channel \(channel)",
          "\(NumberFormat.count(photons))  (\(NumberFormat.rate(summary.rateHzPerChannel[channel] ?? 0)))")
      }
      table.append("markers", NumberFormat.count(summary.markers))
      table.append("overflows", NumberFormat.count(summary.overflows))
      table.append("duration", NumberFormat.duration(seconds: summary.durationS))
      table.append("resolution", "\(NumberFormat.significant(summary.resolutionPs, digits: 6)) ps")
      if let rate = summary.syncRateHz { table.append("sync rate", NumberFormat.quantity(rate, unit: "Hz", digits: 6)) }
      for (channel, gap) in summary.minimumGapPsPerChannel.sorted(by: { $0.key < $1.key }) {
        table.append("smallest gap in channel \(channel)", "\(NumberFormat.significant(gap / 1e3, digits: 5)) ns")
      }
      if let gap = summary.minimumGapAcrossPs {
        table.append("smallest gap across channels", "\(NumberFormat.significant(gap / 1e3, digits: 5)) ns")
      }
      print(table.text())
      if header, let tags = reader.ptuHeader?.tags {
        var list = Table([.init("tag"), .init("index", .right), .init("value")])
        for tag in tags { list.append(tag.name, tag.index < 0 ? "" : "\(tag.index)", "\(tag.value)") }
        print(list.text())
      }
    }
  }
}
