/// The entries of a segment as the screen shows them.
public struct EntriesModel {
  public typealias Row = EntryTable.Row

  public private(set) var table = EntryTable()
  /// The rows that are shown, in order; made by the last complete pass and sort.
  public private(set) var rows: [Row] = []
  public private(set) var sort = SortOrder<EntryColumn>(.key)
  public private(set) var filter: RowFilter?
  public var cursor = RowCursor<Row>()
  /// The column that is explained, and that `s` sorts by.
  public private(set) var column = EntryColumn.key
  /// When the last complete pass ended.
  public private(set) var readAt: UInt64 = 0
  /// How far the pass under way is, 0 to 1; nil between passes.
  public private(set) var passProgress: Double?
  /// While true, rows keep their places: contents go on changing, new rows wait.
  public internal(set) var isHeld = false
  private var builder: OrderBuilder?
  /// Whether the work under way is done once, at the start or because the operator asked for another
  /// order, and says nothing about what the next pass will cost.
  public var isStartingOver: Bool { !isOrdered }
  /// Whether the next order must be made from nothing.
  private var startsOver = true
  /// Whether `rows` is the order that is asked for, not yet an older one.
  public private(set) var isOrdered = false
  /// Whether a pass has ended since the last order was begun.
  private var hasNews = false

  public init() {}

  /// Whether there is sorting to be done.
  public var isSorting: Bool { builder != nil || (hasNews && !isHeld) }
  /// How far the sorting is; nil where none is under way.
  public var sortProgress: Double? { builder?.progress(of: table) }
  /// Whether a complete pass has been seen, so that rows that are not there are known not to be.
  public var isComplete: Bool { table.passes > 0 }

  // MARK: - Passes

  public mutating func beginPass(expecting count: Int) {
    table.beginPass(expecting: count)
    passProgress = 0
  }

  public mutating func note(key: RawSpan, value: RawSpan, stamp: UInt64) {
    table.note(key: key, value: value, stamp: stamp)
  }

  public mutating func passed(_ progress: Double) { passProgress = progress }

  public mutating func endPass(wall: UInt64 = 0) {
    table.endPass()
    readAt = wall
    passProgress = nil
    hasNews = true
  }

  /// Lets the table be changed by who tells it of a pass in another way.
  mutating func withTable<R, E: Error>(_ body: (inout EntryTable) throws(E) -> R) throws(E) -> R {
    try body(&table)
  }

  /// What another model has seen, as the operator chose to see it here.
  func choices(over seen: EntriesModel) -> EntriesModel {
    var model = seen
    model.column = column
    model.isHeld = false
    model.filter = filter
    // Also where the choice is the same: how far the other one's order is depends on who was looking.
    model.sort(by: sort)
    return model
  }

  // MARK: - Sorting

  /// Sorts on for about so many comparisons.
  ///
  /// - Returns: true where a new order is to be shown.
  mutating func sortOn(_ amount: Int, height: Int) -> Bool {
    if builder == nil {
      guard hasNews, !isHeld else { return false }
      hasNews = false
      // The number of changes goes down by itself, pass by pass, in rows that nobody touched.
      let isNew = startsOver || sort.column == .changes || table.dirty.count > rows.count / 2
      startsOver = false
      builder =
        isNew
        ? OrderBuilder(sort, filter: filter, table: table)
        : OrderBuilder(sort, filter: filter, previous: rows, dirty: table.dirty)
    }
    builder!.step(amount, table: table)
    guard builder!.isDone else { return false }
    rows = builder!.rows()
    isOrdered = true
    builder = nil
    table.clearDirty()
    cursor.settle(in: rows, height: height)
    table.releaseExpired()
    return true
  }

  /// The rows on the screen, of which it pays to know more than passes tell.
  func visibleRows(height: Int) -> ArraySlice<Row> {
    let start = min(cursor.top, rows.count)
    return rows[start..<min(rows.count, start + height)]
  }

  /// Takes what an entry on the screen is now.
  mutating func refresh(_ row: Row, value: RawSpan, stamp: UInt64) {
    // While rows are being sorted they keep what they are sorted by.
    if builder == nil { table.refresh(row, value: value, stamp: stamp) }
  }

  private mutating func startOver() {
    builder = nil
    startsOver = true
    isOrdered = false
    hasNews = isComplete
    isHeld = false
  }

  mutating func sort(by order: SortOrder<EntryColumn>) {
    sort = order
    startOver()
  }

  mutating func show(_ filter: RowFilter?) {
    self.filter = filter
    startOver()
  }

  mutating func choose(column: EntryColumn) { self.column = column }

  /// The selected row, while it is one of those shown.
  public var selectedKey: [UInt8]? { cursor.selected.map { table.key($0) } }
}
