/// By which column rows are sorted, and which way.
public struct SortOrder<Column: Hashable & Sendable>: Sendable, Hashable {
  public var column: Column
  public var isDescending: Bool

  public init(_ column: Column, isDescending: Bool = false) {
    self.column = column
    self.isDescending = isDescending
  }
}

extension EntryTable {
  /// Whether the left row stands before the right one. Rows that are equal in the column go by key, so
  /// that no two rows ever change places for nothing. Pinned rows stand before all others.
  func precedes(_ left: Row, _ right: Row, in order: SortOrder<EntryColumn>) -> Bool {
    if isPinned(left) != isPinned(right) { return isPinned(left) }
    let comparison =
      switch order.column {
      case .key: compareKeys(left, right)
      case .value: compareValues(left, right)
      case .length: valueLength(left) - valueLength(right)
      case .keyLength: keyLength(left) - keyLength(right)
      case .written, .stamp: stamp(left) < stamp(right) ? -1 : stamp(left) > stamp(right) ? 1 : 0
      case .writes: compareWrites(left, right)
      case .changes: changeCount(left) - changeCount(right)
      }
    if comparison != 0 { return (comparison < 0) != order.isDescending }
    return order.column != .key && compareKeys(left, right) < 0
  }

  /// What is not known is less than all that is.
  private func compareWrites(_ left: Row, _ right: Row) -> Int {
    let (left, right) = (writeShare(left) ?? -1, writeShare(right) ?? -1)
    return left < right ? -1 : left > right ? 1 : 0
  }

  private func compareValues(_ left: Row, _ right: Row) -> Int {
    let order = comparePrefixes(left, right)
    return order != 0 ? order : valueLength(left) - valueLength(right)
  }
}
