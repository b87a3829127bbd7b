/// The entries counted by what their keys begin with.
public struct GroupsModel {
  typealias Row = EntryTable.Row

  /// Groups that are counted; keys of further ones are counted as those without a prefix. Arbitrary.
  static let limit = 10_000

  public private(set) var rows: [KeyGroup] = []
  public private(set) var sort = SortOrder<GroupColumn>(.count, isDescending: true)
  public private(set) var column = GroupColumn.count
  public var cursor = RowCursor<[UInt8]?>()
  /// Whether all entries have been counted once.
  public private(set) var isComplete = false
  private var counting: Counting?

  /// A count under way.
  private struct Counting {
    let rows: [Row]
    let given: Int
    var position = 0
    var groups: [[UInt8]: KeyGroup] = [:]
    var others = KeyGroup(prefix: nil)
  }

  var isCounting: Bool { counting != nil }
  /// How far the count is; nil where none is under way.
  public var progress: Double? { counting.map { Double($0.position) / Double(max(1, $0.rows.count)) } }

  /// Begins to count rows of which so many first bytes are known to be alike.
  mutating func count(_ rows: [Row], given: Int) { counting = Counting(rows: rows, given: given) }

  /// Counts on.
  ///
  /// - Returns: Whether there is something new to show.
  mutating func countOn(_ amount: Int, table: EntryTable, isHeld: Bool, height: Int) -> Bool {
    guard var now = counting else { return false }
    counting = nil
    let end = min(now.rows.count, now.position + amount)
    for row in now.rows[now.position..<end] where table.mark(row) != .removed {
      let key = table.keyBytes(row)
      let length = KeyGroup.prefixLength(of: key, after: now.given)
      if let prefix = length.map({ Array(key.prefix($0)) }),
        now.groups[prefix] != nil || now.groups.count < Self.limit
      {
        Self.add(row, to: &now.groups[prefix, default: KeyGroup(prefix: prefix)], table)
      } else {
        Self.add(row, to: &now.others, table)
      }
    }
    now.position = end
    guard end == now.rows.count else {
      counting = now
      return false
    }
    show(now.groups.values + (now.others.count > 0 ? [now.others] : []), isHeld: isHeld, height: height)
    isComplete = true
    return true
  }

  private static func add(_ row: Row, to group: inout KeyGroup, _ table: EntryTable) {
    group.count += 1
    group.byteCount += table.keyLength(row) + table.valueLength(row)
    group.changes += table.changeCount(row)
  }

  private mutating func show(_ groups: [KeyGroup], isHeld: Bool, height: Int) {
    let places =
      isHeld ? Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($1.prefix, $0) }) : [:]
    rows = groups.sorted { a, b in
      if isHeld {
        let (left, right) = (places[a.prefix] ?? .max, places[b.prefix] ?? .max)
        if left != right { return left < right }
      }
      let comparison = sort.column.compare(a, b)
      if comparison != 0 { return (comparison < 0) != sort.isDescending }
      // Keys without a prefix stand behind all others.
      guard let left = a.prefix, let right = b.prefix else { return a.prefix != nil }
      return left.lexicographicallyPrecedes(right) != (sort.column == .prefix && sort.isDescending)
    }
    cursor.settle(in: rows.map(\.prefix), height: height)
    if cursor.selected == nil { cursor.select(place: cursor.place, in: rows.map(\.prefix), height: height) }
  }

  /// Sorts by the chosen column, or the other way round where it is sorted by that already.
  mutating func sortByColumn(height: Int) {
    let isSame = sort.column == column
    sort = SortOrder(column, isDescending: isSame ? !sort.isDescending : column.startsDescending)
    show(rows, isHeld: false, height: height)
  }

  mutating func invert(height: Int) {
    sort.isDescending.toggle()
    show(rows, isHeld: false, height: height)
  }

  mutating func choose(column: GroupColumn) { self.column = column }

  mutating func chooseColumn(by distance: Int) {
    let all = GroupColumn.allCases
    column = all[min(max(0, all.firstIndex(of: column)! + distance), all.count - 1)]
  }

  mutating func move(by distance: Int, height: Int) {
    cursor.move(by: distance, in: rows.map(\.prefix), height: height)
  }

  mutating func scroll(by distance: Int, height: Int) {
    cursor.scroll(by: distance, count: rows.count, height: height)
  }

  mutating func select(line: Int, height: Int) {
    cursor.select(line: line, in: rows.map(\.prefix), height: height)
  }

  /// The group that keys act on.
  public var selected: KeyGroup? {
    cursor.selected.flatMap { prefix in rows.first { $0.prefix == prefix } }
  }
}
