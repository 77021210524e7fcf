/// How many photons each of 256 channels has.
struct ChannelCounts {
  /// Four in turn: the same channel often comes twice, and its count would have to wait for the one before.
  private var tables: [Int]

  init(_ counts: [Int] = Array(repeating: 0, count: 256)) { tables = counts + Array(repeating: 0, count: 3 * 256) }

  var perChannel: [Int] { (0..<256).map { tables[$0] + tables[256 + $0] + tables[512 + $0] + tables[768 + $0] } }

  mutating func append(_ channels: UnsafeBufferPointer<UInt8>) {
    tables.withUnsafeMutableBufferPointer { tables in
      var i = 0
      while i &+ 4 <= channels.count {
        tables[Int(channels[i])] &+= 1
        tables[256 &+ Int(channels[i &+ 1])] &+= 1
        tables[512 &+ Int(channels[i &+ 2])] &+= 1
        tables[768 &+ Int(channels[i &+ 3])] &+= 1
        i &+= 4
      }
      while i < channels.count {
        tables[Int(channels[i])] &+= 1
        i &+= 1
      }
    }
  }
}
