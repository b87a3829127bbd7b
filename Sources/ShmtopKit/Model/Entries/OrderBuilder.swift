/// Makes the order in which entries are shown, in slices.
///
/// Where the same order was made before, only rows that came or changed are sorted, and merged into what
/// the others have already: a store of a million entries of which a thousand change a second costs a
/// thousand rows' sorting, not a million's.
struct OrderBuilder {
  typealias Row = EntryTable.Row

  private enum Phase { case keep, choose, sort, merge, done }

  private let order: SortOrder<EntryColumn>
  private let filter: RowFilter?
  private let previous: [Row]
  private let candidates: Chunks<Row>
  private let takesAll: Bool
  private var phase = Phase.keep
  private var position = 0
  private var kept: [Row] = []
  private var chosen: [Row] = []
  private var sort = SlicedSort([])
  private var result: [Row] = []
  private var sortedRows: [Row] = []
  private var keptPosition = 0

  /// Starts from nothing.
  init(_ order: SortOrder<EntryColumn>, filter: RowFilter?, table: EntryTable) {
    self.order = order
    self.filter = filter
    previous = []
    candidates = Chunks()
    takesAll = true
    phase = .choose
  }

  /// Starts from an order made with the same sorting and filter.
  init(
    _ order: SortOrder<EntryColumn>, filter: RowFilter?, previous: [Row], dirty: Chunks<Row>
  ) {
    self.order = order
    self.filter = filter
    self.previous = previous
    candidates = dirty
    takesAll = false
  }

  var isDone: Bool { phase == .done }

  /// Where so many rows are worked on that an operator would notice, how far it is.
  func progress(of table: EntryTable) -> Double {
    let total = Double(max(1, takesAll ? table.rowCount : previous.count))
    return switch phase {
    case .keep: 0.2 * Double(position) / total
    case .choose: 0.2 + 0.2 * Double(position) / total
    case .sort: 0.4 + 0.5 * sort.progress
    case .merge, .done: 0.95
    }
  }

  /// Goes on for about so many rows or comparisons.
  mutating func step(_ amount: Int, table: EntryTable) {
    var budget = amount
    while budget > 0, phase != .done {
      switch phase {
      case .keep: budget -= keepSome(budget, table)
      case .choose: budget -= chooseSome(budget, table)
      case .sort:
        sort.step(budget) { [order] in table.precedes($0, $1, in: order) }
        budget = 0
        if sort.isDone {
          sortedRows = sort.result()
          sort = SlicedSort([])
          enter(.merge)
          if kept.isEmpty {
            result = sortedRows
            phase = .done
          } else {
            result.reserveCapacity(kept.count + sortedRows.count)
          }
        }
      case .merge: budget -= mergeSome(budget, table)
      case .done: break
      }
    }
  }

  /// The finished order.
  consuming func rows() -> [Row] { result }

  private mutating func enter(_ next: Phase) {
    phase = next
    position = 0
  }

  private mutating func keepSome(_ budget: Int, _ table: EntryTable) -> Int {
    let end = min(previous.count, position + budget)
    if kept.isEmpty { kept.reserveCapacity(previous.count) }
    for row in previous[position..<end] where !table.isDirty(row) && table.isShown(row) { kept.append(row) }
    let spent = end - position
    position = end
    if end == previous.count { enter(.choose) }
    return max(1, spent)
  }

  private mutating func chooseSome(_ budget: Int, _ table: EntryTable) -> Int {
    let total = takesAll ? table.rowCount : candidates.count
    // What is not used costs nothing; to grow would copy what there is.
    if chosen.isEmpty { chosen.reserveCapacity(total) }
    let cost = filter?.cost ?? 4
    let end = min(total, position + budget / cost + 1)
    for place in position..<end {
      let row = takesAll ? Row(place) : candidates[place]
      guard table.isShown(row) else { continue }
      if let filter, !table.isPinned(row), !filter.matches(table.keyBytes(row)) { continue }
      chosen.append(row)
    }
    let spent = (end - position) * cost
    position = end
    if end == total {
      sort = SlicedSort(chosen)
      chosen = []
      enter(.sort)
    }
    return max(1, spent)
  }

  private mutating func mergeSome(_ budget: Int, _ table: EntryTable) -> Int {
    var spent = 0
    while spent < budget {
      guard position < sortedRows.count else {
        result.append(contentsOf: kept[keptPosition...])
        kept = []
        phase = .done
        break
      }
      let row = sortedRows[position]
      // The kept rows that stand before this one, found by halving.
      var low = keptPosition
      var high = kept.count
      while low < high {
        let middle = (low + high) / 2
        if table.precedes(row, kept[middle], in: order) { high = middle } else { low = middle + 1 }
      }
      result.append(contentsOf: kept[keptPosition..<low])
      result.append(row)
      spent += 20 + (low - keptPosition) / 64
      keptPosition = low
      position += 1
    }
    return max(1, spent)
  }
}
