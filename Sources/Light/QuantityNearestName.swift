/// The name among `candidates` that somebody who wrote `name` most probably meant, or `nil` when none is near.
///
/// Near means few insertions, deletions, replacements and swaps of neighbours (a difference in letter case alone counts
/// half): at most a third of the letters, or `limit` when given. Failing that, the one name that `name` abbreviates.
/// Among equals the first wins.
package func nearestName(to name: String, among candidates: [String], atMost limit: Int? = nil) -> String? {
  let limit = limit ?? max(1, name.count / 3)
  var best: (name: String, distance: Int)?
  for candidate in candidates {
    let distance = editDistance(Array(name), Array(candidate))
    if distance <= 2 * limit, distance < best?.distance ?? .max { best = (candidate, distance) }
  }
  if let best { return best.name }
  let completions = candidates.filter { name.count >= 3 && $0.hasPrefix(name) }
  return completions.count == 1 ? completions[0] : nil
}

/// Twice the optimal string alignment distance; letter case alone costs one instead of two.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var rows = [Array(stride(from: 0, through: 2 * b.count, by: 2))]
  for i in 0..<a.count {
    var row = [2 * (i + 1)]
    for j in 0..<b.count {
      let replacement = a[i] == b[j] ? 0 : a[i].lowercased() == b[j].lowercased() ? 1 : 2
      var cost = min(rows[i][j] + replacement, rows[i][j + 1] + 2, row[j] + 2)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 2) }
      row.append(cost)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
