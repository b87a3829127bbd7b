/// Which columns a list shows, and in which order.
public struct ColumnChoice<Column>: Sendable, Hashable
where Column: Hashable & Sendable & CaseIterable, Column.AllCases == [Column] {
  /// All columns, also those that are not shown.
  public private(set) var order = Column.allCases
  public private(set) var hidden: Set<Column>
  /// Without it a row would not say what it is.
  private let required: Column

  init(required: Column, hidden: Set<Column> = []) {
    self.required = required
    self.hidden = hidden
  }

  /// Those that are shown, from left to right.
  public var shown: [Column] { order.filter { !hidden.contains($0) } }

  func isShown(_ column: Column) -> Bool { !hidden.contains(column) }

  /// Takes an order, as a file of settings has it: columns that it leaves out are hidden.
  public mutating func show(_ columns: [Column]) {
    let shown = (columns.contains(required) ? [] : [required]) + columns
    order = shown + Column.allCases.filter { !shown.contains($0) }
    hidden = Set(Column.allCases).subtracting(shown)
  }

  /// Shows or hides a column.
  ///
  /// - Returns: false for the one that stays.
  mutating func toggle(_ column: Column) -> Bool {
    guard column != required else { return false }
    if hidden.remove(column) == nil { hidden.insert(column) }
    return true
  }

  /// Moves a column; no further than the ends.
  ///
  /// - Returns: its new place.
  mutating func move(place: Int, by distance: Int) -> Int {
    let target = min(max(0, place + distance), order.count - 1)
    order.insert(order.remove(at: place), at: target)
    return target
  }

  /// The shown column so many places on, and no further than the ends.
  func neighbour(of column: Column, _ distance: Int) -> Column {
    let shown = shown
    guard let place = shown.firstIndex(of: column) else { return shown.first ?? column }
    return shown[min(max(0, place + distance), shown.count - 1)]
  }
}
