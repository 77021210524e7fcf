/// A PTU file put together byte by byte from PicoQuant's documents, independently of the module's own writer.
struct HandAssembledFile {
  var bytes: [UInt8] = Array("PQTTTR\0\0".utf8) + Array("1.0.00\0\0".utf8)

  mutating func number(_ value: some FixedWidthInteger) {
    for index in 0..<(value.bitWidth / 8) { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * index))) }
  }

  mutating func tag(_ name: String, type: UInt32, value: UInt64, index: Int32 = -1, payload: [UInt8] = []) {
    bytes += Array(name.utf8) + Array(repeating: 0, count: 32 - name.utf8.count)
    number(index)
    number(type)
    number(value)
    bytes += payload
  }

  mutating func integer(_ name: String, _ value: Int64) {
    tag(name, type: 0x1000_0008, value: UInt64(bitPattern: value))
  }

  mutating func float(_ name: String, _ value: Double) { tag(name, type: 0x2000_0008, value: value.bitPattern) }

  /// A file with the fewest tags and the given records.
  init(type: UInt32, mode: Int64, records: [UInt32], announced: Int64? = nil, globalResolution: Double = 4e-12) {
    integer("Measurement_Mode", mode)
    integer("TTResultFormat_TTTRRecType", Int64(type))
    integer("TTResultFormat_BitsPerRecord", 32)
    integer("TTResult_NumberOfRecords", announced ?? Int64(records.count))
    integer("TTResult_SyncRate", 80_000_000)
    float("MeasDesc_GlobalResolution", globalResolution)
    float("MeasDesc_Resolution", 16e-12)
    tag("Header_End", type: 0xFFFF_0008, value: 0)
    for record in records { number(record) }
  }

  init() {}
}
