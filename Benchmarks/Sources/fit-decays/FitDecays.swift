import Analysis
import Glibc

/// Our side of `lifetime.py`: reads bin width and period in ns, then a line "counts response" per bin, from standard input; fits
/// two exponentials from the script's start (from several starts of its own with the argument `free`) as often as the first
/// argument says, and prints the processor seconds per fit and what was found.
@main struct FitDecays {
  static func main() throws {
    let rounds = Int(CommandLine.arguments[1])!
    let head = readLine()!.split(separator: " ").map { Double($0)! }
    var counts: [Int] = []
    var response: [Int] = []
    while let line = readLine() {
      let pair = line.split(separator: " ").map { Int($0)! }
      counts.append(pair[0])
      response.append(pair[1])
    }
    func decay(_ counts: [Int]) -> FoldedDecay {
      FoldedDecay(counts: counts, binPs: head[0] * 1e3, periodPs: head[1] * 1e3)
    }
    var options = LifetimeOptions(components: 2)
    options.response = .measured(decay(response))
    if !CommandLine.arguments.contains("free") { options.startLifetimesNs = [2, 12] }
    var result = try fitDecay(decay(counts), options: options)
    let begin = clock()
    for _ in 0..<rounds { result = try fitDecay(decay(counts), options: options) }
    let seconds = Double(clock() - begin) / Double(CLOCKS_PER_SEC) / Double(rounds)
    print(seconds, result.components[0].lifetimeNs, result.components[1].lifetimeNs, result.deviance)
  }
}
