/// Figures of several rounds, in each of which everything was measured once, one after the other.
///
/// What else the machine does changes from one round to the next, but less within one: so a ratio is the median of the
/// rounds' ratios, and not the ratio of two medians.
struct Rounds {
  private var figures: [String: [Double]] = [:]

  mutating func add(_ name: String, _ value: Double) { figures[name, default: []].append(value) }

  /// The median of the rounds; nil where it was not measured.
  func median(_ name: String) -> Double? { figures[name].flatMap { Self.median($0) } }

  /// The median of the ratios; nil where one of the two was not measured.
  func ratio(_ name: String, to other: String) -> Double? {
    median([name, other]) { $0[0] / $0[1] }
  }

  /// The median of what a formula makes of figures of one round; nil where one of them was not measured.
  func median(_ names: [String], _ formula: ([Double]) -> Double) -> Double? {
    let columns = names.compactMap { figures[$0] }
    guard columns.count == names.count, let count = columns.map(\.count).min(), count > 0 else { return nil }
    return Self.median((0..<count).map { round in formula(columns.map { $0[round] }) })
  }

  static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}
