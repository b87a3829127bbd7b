/// The row that keys act on, and which rows the screen shows.
///
/// The selection is bound to what the row stands for, not to its place: when the order changes, it goes
/// where its row goes, even off the screen, and never to another row by itself.
public struct RowCursor<ID: Equatable> {
  public private(set) var selected: ID?
  /// Where the selected row stands, or where the row stood that is gone.
  public private(set) var place = 0
  /// The first row on the screen that scrolls.
  public private(set) var top = 0
  /// Rows at the start that stand still above the others.
  public internal(set) var frozen = 0
  /// Whether the screen follows the selected row when the order changes.
  public var isFollowing = false

  public init() {}

  /// Whether the selected row is among those on the screen.
  public func isVisible(height: Int) -> Bool {
    selected != nil && (place < frozen || (top..<(top + height - frozen)).contains(place))
  }

  /// The places on the screen, a line each.
  func places(height: Int, count: Int) -> [Int] {
    let start = min(max(top, frozen), count)
    return Array(0..<min(frozen, count)) + Array(start..<max(start, min(count, start + height - frozen)))
  }

  /// The line on which the selected row stands, where it is visible.
  var line: Int { place < frozen ? place : frozen + place - top }

  /// Moves by so many rows; the screen goes along.
  mutating func move(by distance: Int, in rows: some RandomAccessCollection<ID>, height: Int) {
    guard !rows.isEmpty else { return }
    // A row that has left stood here: the first step selects what stands here now.
    let start = selected == nil && distance > 0 ? place - 1 : place
    select(place: start + distance, in: rows, height: height)
  }

  mutating func select(place wanted: Int, in rows: some RandomAccessCollection<ID>, height: Int) {
    guard !rows.isEmpty else { return }
    place = min(max(0, wanted), rows.count - 1)
    selected = rows[rows.index(rows.startIndex, offsetBy: place)]
    reveal(height)
  }

  /// Selects the row on a line of the screen; none where the line is empty.
  mutating func select(line: Int, in rows: some RandomAccessCollection<ID>, height: Int) {
    let places = places(height: height, count: rows.count)
    if places.indices.contains(line) { select(place: places[line], in: rows, height: height) }
  }

  /// Shows rows so far from those that are shown; the selected one stays what it is.
  mutating func scroll(by distance: Int, count: Int, height: Int) {
    top = max(frozen, min(top + distance, count - (height - frozen)))
  }

  /// Finds the selected row again after the rows have changed.
  ///
  /// - Parameter isStill: says that the row at a place is the selected one; lets a long search be left out.
  mutating func settle(in rows: some RandomAccessCollection<ID>, height: Int) {
    defer { top = max(frozen, min(top, max(0, rows.count - (height - frozen)))) }
    guard !rows.isEmpty else {
      selected = nil
      place = 0
      top = 0
      return
    }
    guard let selected else {
      place = min(place, rows.count - 1)
      return
    }
    let here = place < rows.count ? rows[rows.index(rows.startIndex, offsetBy: place)] : nil
    if here != selected {
      guard let found = rows.firstIndex(of: selected) else {
        self.selected = nil
        place = min(place, rows.count - 1)
        return
      }
      place = rows.distance(from: rows.startIndex, to: found)
    }
    if isFollowing { reveal(height) }
  }

  /// Scrolls as little as needed for the place to be on the screen.
  mutating func reveal(_ height: Int) {
    top = max(frozen, top)
    guard place >= frozen else { return }
    let height = height - frozen
    if place < top { top = place }
    if place >= top + height { top = place - max(1, height) + 1 }
  }

  /// Starts again at the first row.
  mutating func reset() {
    selected = nil
    place = 0
    top = 0
  }
}
