import Reporting
import Testing

/// `Tests/commands/test_export.py` reads the files with NumPy.
struct NumPyArrayTests {
  @Test func headerIsAsLongForEveryCount() {
    for count in [0, 7, Int.max] {
      let header = NumPyArray.header("<i8", count: count)
      #expect(header.count == 128)
      #expect(header.prefix(8) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0] && header[8] == 118 && header[9] == 0)
      let text = String(decoding: header[10...], as: UTF8.self)
      #expect(
        text.hasPrefix("{'descr': '<i8', 'fortran_order': False, 'shape': (\(count),), }") && text.hasSuffix(" \n"))
    }
  }

  @Test func values() {
    #expect(
      NumPyArray.littleEndian([1, -1] as [Int64]) == [1, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 8))
    #expect(NumPyArray.littleEndian([1.0]) == [0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
    #expect(
      NumPyArray.littleEndian(["→a", ""], scalars: 2) == [0x92, 0x21, 0, 0, 97, 0, 0, 0]
        + [UInt8](repeating: 0, count: 8))
  }
}
