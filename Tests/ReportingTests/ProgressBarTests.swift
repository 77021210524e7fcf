import Glibc
import Reporting
import Testing

@Suite struct ProgressBarTests {
  @Test func aPipeSeesNothing() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    let bar = ProgressBar("simulating", unit: "photons", descriptor: ends[1])
    for step in 0...100 { bar.update(fraction: Double(step) / 100, count: Double(step)) }
    bar.finish("done")
    close(ends[1])
    var byte: UInt8 = 0
    #expect(read(ends[0], &byte, 1) == 0)
    close(ends[0])
  }

  @Test func aTerminalSeesABarAndThenACleanLine() throws {
    let (master, terminal) = try pseudoTerminal()
    let start = ContinuousClock.now
    let bar = ProgressBar("simulating", descriptor: terminal)
    for step in 0..<1000 { bar.update(fraction: Double(step) / 1000) }
    let allowed = Int((ContinuousClock.now - start) / .milliseconds(100)) + 1
    bar.finish("done")
    bar.update(fraction: 1)
    bar.finish("again")
    let text = everything(from: master)
    close(terminal)
    close(master)
    if getenv("TERM").map({ String(cString: $0) }) == "dumb" {
      #expect(text.isEmpty)
    } else {
      #expect(text.contains("simulating") && text.contains("%"))
      #expect(text.hasSuffix("\r\u{1B}[Kdone\r\n"))
      #expect(text.split(separator: "simulating", omittingEmptySubsequences: false).count - 1 <= allowed)
    }
  }

  /// What a terminal was sent: it hands it over in pieces, so read until nothing has come for a while.
  private func everything(from master: Int32) -> String {
    var text: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 4096)
    var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
    while poll(&waiting, 1, 300) == 1 {
      let length = read(master, &bytes, bytes.count)
      guard length > 0 else { break }
      text += bytes.prefix(length)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Linux' own way to a pseudo-terminal; the library functions for it are not in Swift's Glibc module.
  private func pseudoTerminal() throws -> (master: Int32, terminal: Int32) {
    let (unlock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)  // TIOCSPTLCK, TIOCGPTN
    let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
    var (locked, number): (Int32, Int32) = (0, 0)
    let isReady = master >= 0 && ioctl(master, unlock, &locked) == 0 && ioctl(master, getNumber, &number) == 0
    try #require(isReady)
    let terminal = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
    try #require(terminal >= 0)
    return (master, terminal)
  }

  @Test func theLineFitsTheTerminal() {
    let line = ProgressLine(title: "simulating", fraction: 0.471, count: 3.12e7, unit: "photons", elapsed: 10)
    #expect(line.text(columns: 200).hasSuffix("  47 %  3.12 Mphotons/s  11 s left"))
    for columns in 0...120 { #expect(terminalWidth(line.text(columns: columns)) <= max(0, columns - 1)) }
    var odd = line
    for fraction in [Double.nan, -1, 2, 0, 1] {
      odd.fraction = fraction
      #expect(odd.text(columns: 80).contains("%"))
    }
  }
}
