/// The names that a mistyped one may have meant, nearest first.
///
/// - Parameter limit: the most names to give.
/// - Returns: names that are at most a third of the typed one's letters away (two at least), or that
///   start with it; none where nothing is near.
public func nearestNames(to typed: String, among names: [String], limit: Int = 3) -> [String] {
  let typedLetters = Array(typed.lowercased())
  let reach = max(2, typedLetters.count / 3)
  let near = names.compactMap { name -> (distance: Int, name: String)? in
    let letters = Array(name.lowercased())
    if !typedLetters.isEmpty, letters.starts(with: typedLetters) { return (0, name) }
    let distance = editDistance(typedLetters, letters)
    // A short name is within two edits of any other; at least one letter has to be right.
    return distance <= reach && distance < max(typedLetters.count, letters.count) ? (distance, name) : nil
  }
  return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(limit).map(\.name)
}

/// Letters to insert, remove, change or swap with a neighbour to make one name the other (optimal string
/// alignment).
private func editDistance(_ first: [Character], _ second: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...second.count)
  for (i, a) in first.enumerated() {
    var row = [i + 1]
    for (j, b) in second.enumerated() {
      var best = min(last[j] + (a == b ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a == second[j - 1], first[i - 1] == b { best = min(best, beforeLast[j - 1] + 1) }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[second.count]
}
