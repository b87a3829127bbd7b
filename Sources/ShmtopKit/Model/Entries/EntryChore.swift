/// Work over all rows that the operator asked for, in slices. While one is under way no new order is shown, so a
/// row means the same from its first slice to its last.
struct EntryChore {
  typealias Row = EntryTable.Row

  /// What is done with the rows.
  enum Kind {
    /// Looks for the first that matches.
    case search(RowFilter, what: String)
    /// Marks them.
    case mark
    /// Takes the mark from all that have one.
    case unmark
    /// Takes down keys and stamps, for a question about them.
    case collect(SeenEntries, filter: RowFilter?, purpose: CollectPurpose)
  }

  /// What came of it.
  enum Outcome {
    case found(place: Int)
    case notFound(what: String)
    case marked
    case collected(SeenEntries, CollectPurpose)
  }

  var kind: Kind
  /// The rows it goes over; nil for all of the table, shown or not.
  let rows: ArraySlice<Row>?
  private let count: Int
  /// Where it starts, and which way it goes: round the end and back to the start.
  private let start: Int
  private let step: Int
  private var done = 0

  init(_ kind: Kind, rows: ArraySlice<Row>?, table: EntryTable, start: Int = 0, step: Int = 1) {
    self.kind = kind
    self.rows = rows
    self.start = start
    self.step = step
    count = rows?.count ?? table.rowCount
  }

  /// How far it is, 0 to 1.
  var progress: Double { Double(done) / Double(max(1, count)) }

  /// Goes on for so many rows.
  ///
  /// - Returns: What came of it; nil while it is not done.
  mutating func step(_ amount: Int, table: inout EntryTable) -> Outcome? {
    let end = min(count, done + amount)
    while done < end {
      let place = (((start + done * step) % count) + count) % count
      done += 1
      let row = rows.map { $0[$0.startIndex + place] } ?? Row(place)
      if visit(row, &table) { return .found(place: place) }
    }
    guard done == count else { return nil }
    return switch kind {
    case .search(_, let what): .notFound(what: what)
    case .mark, .unmark: .marked
    case .collect(let entries, _, let purpose): .collected(entries, purpose)
    }
  }

  /// - Returns: Whether the search ends here.
  private mutating func visit(_ row: Row, _ table: inout EntryTable) -> Bool {
    switch kind {
    case .search(let wanted, _): return wanted.matches(table.keyBytes(row))
    case .mark: table.setMarked(true, row)
    case .unmark: table.setMarked(false, row)
    case .collect(var entries, let filter, let purpose):
      // Given up here: held twice, all bytes would be copied.
      kind = .mark
      if table.keyLength(row) > 0, !entries.areMarked || table.isMarked(row), table.mark(row) != .removed {
        let key = table.keyBytes(row)
        // What is to be removed is compared with what was seen; the whole of it is at hand where it is short.
        let isWhole = purpose == .remove && table.valueLength(row) <= EntryTable.valuePrefixLimit
        entries.append(key: key, value: isWhole ? table.prefixBytes(row) : nil, stamp: table.stamp(row))
        if let filter, !filter.matches(key), !table.isPinned(row) { entries.hiddenCount += 1 }
      }
      kind = .collect(entries, filter: filter, purpose: purpose)
    }
    return false
  }
}

/// What entries are taken down for.
public enum CollectPurpose: Sendable, Hashable { case remove, write }
