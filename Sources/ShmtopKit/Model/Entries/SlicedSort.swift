/// A merge sort that can be done in slices, so that keys are answered while a million rows are sorted.
struct SlicedSort {
  typealias Row = EntryTable.Row

  /// Rows sorted at once to begin with: a slice's worth.
  private static let runLength = 1024

  private var rows: [Row]
  private var merged: [Row] = []
  private var sortedRuns = 0
  private var width = runLength
  /// The pair of runs being merged: where it starts, and how far both runs have been used.
  private var start = 0
  private var left = 0
  private var right = 0

  init(_ rows: [Row]) { self.rows = rows }

  var isDone: Bool { sortedRuns >= rows.count && width >= rows.count }

  /// How far the work is, 0 to 1, about.
  var progress: Double {
    guard !isDone else { return 1 }
    // Sorting the first runs is a round, and so is each doubling of their length.
    var (rounds, past, length) = (1.0, 0.0, Self.runLength)
    while length < rows.count {
      if length < width { past += 1 }
      rounds += 1
      length *= 2
    }
    return (Double(sortedRuns + start) / Double(rows.count) + past) / rounds
  }

  /// Goes on for about so many comparisons. Done when `isDone`.
  mutating func step(_ comparisons: Int, by precedes: (Row, Row) -> Bool) {
    var budget = comparisons
    while budget > 0, sortedRuns < rows.count {
      let end = min(rows.count, sortedRuns + Self.runLength)
      rows[sortedRuns..<end].sort(by: precedes)
      budget -= (end - sortedRuns) * 10
      sortedRuns = end
    }
    guard sortedRuns >= rows.count else { return }
    while budget > 0, width < rows.count { budget -= mergeSome(budget, precedes) }
  }

  /// The sorted rows.
  consuming func result() -> [Row] { rows }

  private mutating func mergeSome(_ budget: Int, _ precedes: (Row, Row) -> Bool) -> Int {
    if merged.isEmpty { merged.reserveCapacity(rows.count) }
    var spent = 0
    while spent < budget {
      let middle = min(rows.count, start + width)
      let end = min(rows.count, start + 2 * width)
      if left < middle - start, right < end - middle {
        let takesRight = precedes(rows[middle + right], rows[start + left])
        merged.append(takesRight ? rows[middle + right] : rows[start + left])
        if takesRight { right += 1 } else { left += 1 }
        spent += 1
      } else {
        merged.append(contentsOf: rows[(start + left)..<middle])
        merged.append(contentsOf: rows[(middle + right)..<end])
        spent += 1
        (start, left, right) = (end, 0, 0)
        if start >= rows.count {
          swap(&rows, &merged)
          merged.removeAll(keepingCapacity: true)
          start = 0
          width *= 2
          break
        }
      }
    }
    return max(1, spent)
  }
}
