/// A column of a list: its title, its room, and what it means.
struct Column<ID: Hashable & Sendable>: Sendable {
  let id: ID
  let title: String
  /// The columns of the terminal it takes; for one that grows, the fewest it can do with.
  let width: Int
  var grows = false
  var alignment = DisplayWidth.Alignment.right
  /// What the numbers are, in a sentence.
  let meaning: String
}

/// What the columns of each list are, for the manual page.
public enum ColumnTable {
  public static let lists: [(view: String, columns: [(title: String, meaning: String)])] = [
    ("Entries", EntriesView.columns.map { ($0.title, $0.meaning) }),
    ("Groups of entries", GroupsView.columns.map { ($0.title, $0.meaning) }),
    ("Processes", ProcessesView.columns(perSecond: true).map { ($0.title, $0.meaning) }),
  ]
}

extension [Column<EntryColumn>] {
  func arranged(as order: [EntryColumn]) -> Self { order.compactMap { id in first { $0.id == id } } }
}

extension [Column<ProcessColumn>] {
  func arranged(as order: [ProcessColumn]) -> Self { order.compactMap { id in first { $0.id == id } } }
}

/// Which columns fit into a line, and where.
struct ColumnLayout<ID: Hashable & Sendable> {
  struct Place {
    let column: Column<ID>
    let start: Int
    let width: Int
  }

  let places: [Place]

  /// The column whose title stands on a column of the terminal.
  func id(at position: Int) -> ID? {
    places.last { $0.start <= position && position <= $0.start + $0.width }?.column.id
  }

  /// Lays out columns from left to right, one blank between them.
  ///
  /// - Parameter columns: the most important ones first where not all fit; they are shown in the order of
  ///   `order`.
  /// - Parameter chosen: is shown in any case.
  init(_ columns: [Column<ID>], importance: [ID], chosen: ID?, start: Int, width: Int) {
    var room = width
    var shown: Set<ID> = []
    for id in (chosen.map { [$0] } ?? []) + importance where !shown.contains(id) {
      guard let column = columns.first(where: { $0.id == id }) else { continue }
      let needed = column.width + (shown.isEmpty ? 0 : 1)
      if needed <= room {
        shown.insert(id)
        room -= needed
      }
    }
    let visible = columns.filter { shown.contains($0.id) }
    let growing = visible.count { $0.grows }
    var places: [Place] = []
    var position = start
    var grown = 0
    for column in visible {
      var columnWidth = column.width
      if column.grows {
        // What is left is shared evenly; the odd columns go to the first.
        columnWidth += room / growing + (grown < room % growing ? 1 : 0)
        grown += 1
      }
      places.append(Place(column: column, start: position, width: columnWidth))
      position += columnWidth + 1
    }
    self.places = places
  }
}

extension Screen {
  /// Writes the titles of columns, with an arrow at the one that rows are sorted by.
  mutating func writeTitles<ID>(
    _ layout: ColumnLayout<ID>, row: Int, width: Int, sort: SortOrder<ID>?, chosen: ID?
  ) {
    fill(Area(row: row, column: 0, height: 1, width: width), role: .columnTitle)
    for place in layout.places {
      var title = place.column.title
      if let sort, sort.column == place.column.id {
        title += String(sort.isDescending ? glyphs.descending : glyphs.ascending)
      }
      write(
        title, row: row, column: place.start, columns: place.width, alignment: place.column.alignment,
        role: place.column.id == chosen ? .chosenTitle : .columnTitle)
    }
  }

  /// Writes the cells of one row of a list.
  mutating func writeCells<ID>(
    _ layout: ColumnLayout<ID>, row: Int, role: Role, text: (ID, Int) -> (String, Role?)
  ) {
    for place in layout.places {
      let (cell, ownRole) = text(place.column.id, place.width)
      write(
        cell, row: row, column: place.start, columns: place.width, alignment: place.column.alignment,
        role: role == .plain ? ownRole ?? role : role)
    }
  }
}
