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
  /// Which columns are shown.
  public internal(set) var columns = ColumnChoice<EntryColumn>(
    required: .key, hidden: [.stamp, .keyLength])
  /// The entries counted by what their keys begin with; nil while each entry is a row.
  public internal(set) var groups: GroupsModel?
  /// The filter that Esc goes back to from a group that was opened, which shows the groups again.
  var filterBeforeGroup: RowFilter??
  /// The key from which on rows are being marked, to the one that is selected.
  public internal(set) var rangeStart: [UInt8]?
  /// What is being done to all rows.
  public private(set) var chore: EntryChoreProgress?
  private var running: EntryChore?
  /// Where the range started: its place while rows are held.
  var cachedRangeStart = 0
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
  public var isSorting: Bool {
    running == nil && (builder != nil || (hasNews && !isHeld) || groups?.isCounting ?? false)
  }
  /// How far the sorting is; nil where none is under way.
  public var sortProgress: Double? { builder?.progress(of: table) }
  /// Whether a complete pass has been seen, so that rows that are not there are known not to be.
  public var isComplete: Bool { table.passes > 0 }

  // MARK: - Passes

  public mutating func beginPass(wall: UInt64 = 0, sequence: UInt64? = nil) {
    table.beginPass(wall: wall, sequence: sequence)
    passProgress = 0
  }

  public mutating func note(key: RawSpan, value: RawSpan, stamp: UInt64) {
    table.note(key: key, value: value, stamp: stamp)
  }

  public mutating func passed(_ progress: Double) { passProgress = progress }

  public mutating func endPass(wall: UInt64 = 0, removedShare: Double = 0) {
    table.endPass(removedShare: removedShare)
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
    model.columns = columns
    model.isHeld = false
    model.chore = nil
    model.running = nil
    model.rangeStart = nil
    for key in model.table.pins where !table.pins.contains(key) { model.table.setPinned(false, key) }
    for key in table.pins where !model.table.pins.contains(key) { model.table.setPinned(true, key) }
    // Marks are of entries as they are shown here: those that are not here any more are not marked there.
    model.table.takeMarks(of: table)
    model.groups = groups
    model.filterBeforeGroup = filterBeforeGroup
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
    // A chore's rows must stay what they are until it is done.
    guard running == nil else { return false }
    if groups?.isCounting ?? false {
      return groups!.countOn(amount, table: table, isHeld: isHeld, height: height)
    }
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
    settleCursor(height: height)
    table.releaseExpired()
    countGroups()
    return true
  }

  /// Pinned rows stay on the screen, as long as they leave half of it to the others.
  private mutating func settleCursor(height: Int) {
    let pinned = rows.prefix(table.pins.count).prefix { table.isPinned($0) }.count
    cursor.frozen = min(pinned, height / 2)
    cursor.settle(in: rows, height: height)
  }

  /// Whether rows stand still on top.
  mutating func resize(height: Int) {
    settleCursor(height: height)
    cursor.reveal(height)
    groups?.cursor.reveal(height)
  }

  /// The rows on the screen, of which it pays to know more than passes tell.
  func visibleRows(height: Int) -> [Row] {
    cursor.places(height: height, count: rows.count).map { rows[$0] }
  }

  /// Takes what an entry on the screen is now.
  mutating func refresh(_ row: Row, value: RawSpan, stamp: UInt64, wall: UInt64) {
    // While rows are being sorted they keep what they are sorted by.
    if builder == nil { table.refresh(row, value: value, stamp: stamp, wall: wall) }
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

  /// Has rows put in order again though no pass has ended: what they are sorted by has changed.
  mutating func sortAgain() {
    builder = nil
    hasNews = isComplete
    isHeld = false
  }

  // MARK: - Work that the operator asked for

  /// Begins a piece of work over all rows, and does the first of it.
  mutating func begin(_ kind: EntryChore.Kind, rows: ArraySlice<Row>?, start: Int = 0, step: Int = 1) {
    running = EntryChore(kind, rows: rows, table: table, start: start, step: step)
    chore = running.map { EntryChoreProgress(kind: $0.kind, share: 0) }
  }

  /// Goes on with it for so many rows.
  ///
  /// - Returns: What came of it; nil while it is not done, or where there is none.
  mutating func workOn(_ amount: Int) -> EntryChore.Outcome? {
    guard let outcome = running?.step(amount, table: &table) else {
      chore = running.map { EntryChoreProgress(kind: $0.kind, share: $0.progress) }
      return nil
    }
    dropChore()
    return outcome
  }

  mutating func dropChore() { (running, chore) = (nil, nil) }

  /// Marks one row, or takes its mark away.
  mutating func toggleMark(_ row: Row) { table.setMarked(!table.isMarked(row), row) }

  mutating func setPinned(_ isPinned: Bool, _ key: [UInt8]) { table.setPinned(isPinned, key) }

  /// The rows from where the range started to the selected one; nil where none is being marked.
  public var range: ClosedRange<Int>? {
    guard let rangeStart, let row = table.row(of: rangeStart), let start = place(of: row) else { return nil }
    return min(start, cursor.place)...max(start, cursor.place)
  }

  /// Near where the cursor is first: a range is looked at at each drawing.
  private func place(of row: Row) -> Int? {
    if cachedRangeStart < rows.count, rows[cachedRangeStart] == row { return cachedRangeStart }
    return rows.firstIndex(of: row)
  }

  // MARK: - Groups

  /// Shows groups, or entries again.
  mutating func showGroups(_ shows: Bool) {
    groups = shows ? GroupsModel() : nil
    countGroups()
  }

  private mutating func countGroups() {
    groups?.count(rows, given: filter?.prefix.count ?? 0)
  }

  /// The selected row, while it is one of those shown.
  public var selectedKey: [UInt8]? { cursor.selected.map { table.key($0) } }
}

/// How far some work over all rows is.
public struct EntryChoreProgress: Sendable, Hashable {
  /// What is being done, in a word.
  public let word: String
  /// 0 to 1.
  public let share: Double

  init(kind: EntryChore.Kind, share: Double) {
    word =
      switch kind {
      case .search: "searching"
      case .mark, .unmark: "marking"
      case .collect: "listing"
      }
    self.share = share
  }
}
