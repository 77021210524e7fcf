import Scenarios
import Prediction
import Glibc
func slurp(_ p: String) -> String { let f = fopen(p, "r")!; var b = [UInt8](repeating: 0, count: 1<<20); let n = fread(&b, 1, b.count, f); fclose(f); return String(decoding: b[..<n], as: UTF8.self) }
for p in CommandLine.arguments.dropFirst() {
  do { let s = try readScenario(slurp(p), file: p)
    let q = Predictor(bench: s.bench)
    print(p, q.recordedRatesHz, q.g2Zero ?? -1, q.g2ZeroBackgroundFree ?? -1, q.signalFraction)
    for c in q.componentRatesHz { print("   ", c) }
  } catch { print(error) }
}
