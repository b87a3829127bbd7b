public import SharedSimple

/// The processes of a segment as the screen shows them.
public struct ProcessesModel {
  /// What the numbers are counted over.
  public enum Period: String, Sendable, Hashable, CaseIterable {
    case interval, sinceZero, sinceCreation
  }

  public private(set) var rows: [ProcessRow] = []
  /// All of them added up.
  public private(set) var total = OperationCounters()
  /// Waits that all of them caused, and how long these were together.
  public private(set) var totalCaused: (count: UInt64, nanoseconds: UInt64) = (0, 0)
  public private(set) var sort = SortOrder<ProcessColumn>(.puts, isDescending: true)
  public private(set) var filter: RowFilter?
  public private(set) var column = ProcessColumn.puts
  /// Which columns are shown.
  public internal(set) var columns = ColumnChoice<ProcessColumn>(required: .pid)
  public var cursor = RowCursor<ProcessRow.ID?>()

  public init() {}

  /// Takes the rows of a difference.
  ///
  /// - Parameter isHeld: whether rows keep their places; those that came go to the end then.
  mutating func take(_ difference: SampleDifference, isHeld: Bool, height: Int) {
    deadCount = difference.participants.count { $0.participant?.liveness == .dead }
    let new = difference.participants.map(ProcessRow.init)
      .filter { filter == nil || $0.id == nil || filter!.matches($0.searchText[...]) }
    total = difference.counts
    totalCaused = difference.participants.reduce((0, 0)) {
      ($0.0 &+ $1.waitsCaused, $0.1 &+ $1.waitNanosecondsCaused)
    }
    let places = Dictionary(rows.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    rows = new.enumerated().sorted { left, right in
      // The row of those that left sums many up: it stays at the end.
      if (left.element.id == nil) != (right.element.id == nil) { return right.element.id == nil }
      if isHeld {
        let (a, b) = (places[left.element.id] ?? .max, places[right.element.id] ?? .max)
        return (a, left.offset) < (b, right.offset)
      }
      let comparison = sort.column.compare(left.element, right.element)
      if comparison != 0 { return (comparison < 0) != sort.isDescending }
      return left.offset < right.offset
    }.map(\.element)
    cursor.settle(in: rows.map(\.id), height: height)
  }

  mutating func sort(by order: SortOrder<ProcessColumn>) { sort = order }
  mutating func show(_ filter: RowFilter?) { self.filter = filter }
  mutating func choose(column: ProcessColumn) { self.column = column }

  /// Rows of processes that are gone, whether they are shown or not: all are cleared at once.
  public private(set) var deadCount = 0
}
