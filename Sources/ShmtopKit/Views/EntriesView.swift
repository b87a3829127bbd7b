import SharedSimple

/// The entries: what is in the store.
struct EntriesView {
  let inspector: Inspector

  static let columns: [Column<EntryColumn>] = [
    Column(
      id: .key, title: "KEY", width: 14, grows: true, alignment: .left,
      meaning: "+ new, * changed, - gone, # marked, ^ on top. Right: the next column."
    ),
    Column(
      id: .value, title: "VALUE", width: 12, grows: true, alignment: .left,
      meaning: "Value, shown with escapes; its first 64 bytes."),
    Column(id: .length, title: "LENGTH", width: 7, meaning: "Length of the value in bytes."),
    Column(
      id: .written, title: "WRITTEN", width: 9,
      meaning: "How long ago it was last written; a span where that is all that is known."),
    Column(
      id: .writes, title: "WRITES≈", width: 8,
      meaning: "Its part of all writes, roughly: from whose the last ones before a pass were."),
    Column(
      id: .changes, title: "CHANGES", width: 8,
      meaning: "In how many of the last 32 passes it was another one."),
    Column(
      id: .stamp, title: "STAMP", width: 10,
      meaning: "Number of the write that made it, among all changes of the store: the exact order of writes."),
    Column(id: .keyLength, title: "KEY LEN", width: 7, meaning: "Length of the key in bytes."),
  ]

  func draw(into screen: inout Screen) {
    let area = inspector.layout.rows
    let entries = inspector.entries
    let columns = layout
    screen.writeTitles(
      columns, row: inspector.layout.titles.row, width: area.width, sort: entries.sort, chosen: entries.column
    )

    guard !entries.rows.isEmpty else { return drawEmpty(into: &screen) }
    let range = entries.range
    let places = entries.cursor.places(height: area.height, count: entries.rows.count)
    for (line, place) in places.enumerated() {
      draw(
        entries.rows[place], isSelected: place == entries.cursor.place,
        isInRange: range?.contains(place) ?? false, columns, into: &screen, row: area.row + line)
    }
    if entries.cursor.selected != nil, entries.cursor.isVisible(height: area.height) {
      screen.cursor = Screen.Position(row: area.row + entries.cursor.line, column: 0)
    }
  }

  /// The chosen columns, as many as fit.
  var layout: ColumnLayout<EntryColumn> {
    let entries = inspector.entries
    return ColumnLayout(
      Self.columns.arranged(as: entries.columns.shown).filter {
        inspector.knowledge.contains(.writeTimes) || ![.written, .writes, .stamp].contains($0.id)
      },
      // What the rows are sorted by is why they are looked at.
      importance: [
        .key, entries.sort.column, .value, .length, .written, .writes, .changes, .stamp, .keyLength,
      ],
      chosen: entries.column,
      start: 2, width: inspector.layout.width - 3)
  }

  private func draw(
    _ entry: EntriesModel.Row, isSelected: Bool, isInRange: Bool, _ columns: ColumnLayout<EntryColumn>,
    into screen: inout Screen, row: Int
  ) {
    let table = inspector.entries.table
    let (sign, markRole): (String, Role) =
      switch table.mark(entry) {
      case .none: (" ", .plain)
      case .added: ("+", .added)
      case .changed: ("*", .changed)
      case .removed: ("-", .removed)
      }
    let isChosen = isSelected && inspector.entries.cursor.selected == entry
    let role: Role = isChosen ? .selected : markRole
    if isChosen { screen.mark(Area(row: row, column: 0, height: 1, width: screen.width), as: .selected) }
    let isMarked = table.isMarked(entry) || isInRange
    screen.write(sign, row: row, column: 0, role: role)
    // Marked is what is asked about before anything is done to many; pinned is seen from the place as well.
    if isMarked || table.isPinned(entry) {
      screen.write(isMarked ? "#" : "^", row: row, column: 1, role: isChosen ? .selected : .key)
    }
    let repertoire = screen.glyphs.repertoire
    let glyphs = screen.glyphs
    screen.writeCells(columns, row: row, role: role == .plain && isMarked ? .strong : role) { column, width in
      switch column {
      case .key: (SafeText(table.key(entry), limit: width, repertoire: repertoire).text, nil)
      case .value: (value(entry, width: width, repertoire), nil)
      case .length: (length(table.valueLength(entry), width: width), nil)
      case .written: (inspector.writtenAge(table.stamp(entry), glyphs), nil)
      case .stamp: (Quantity.exact(table.stamp(entry)), nil)
      case .keyLength: (length(table.keyLength(entry), width: width), nil)
      case .writes: (table.writeShare(entry).map(Quantity.roughPercent) ?? "", nil)
      case .changes: (table.changeCount(entry) == 0 ? "" : String(table.changeCount(entry)), nil)
      }
    }
  }

  /// All digits where they fit: a number that is cut is another number.
  private func length(_ byteCount: Int, width: Int) -> String {
    let exact = Quantity.exact(byteCount)
    return exact.count <= width ? exact : Quantity.bytes(byteCount)
  }

  private func value(_ entry: EntriesModel.Row, width: Int, _ repertoire: SafeText.Repertoire) -> String {
    let table = inspector.entries.table
    let prefix = table.valuePrefix(entry)
    guard prefix.count < table.valueLength(entry) else {
      return SafeText(prefix, limit: width, repertoire: repertoire).text
    }
    // More follows than is kept: say so, even where all that is kept would fit.
    let shown = SafeText(prefix, limit: width - 1, repertoire: repertoire)
    return shown.isTruncated ? shown.text : shown.text + (repertoire == .unicode ? "…" : "~")
  }

  private func drawEmpty(into screen: inout Screen) {
    let entries = inspector.entries
    let text =
      if case .gone = inspector.presence, !entries.isComplete {
        "The segment is gone; its entries were not read."
      } else if !entries.isComplete {
        inspector.timeline == nil
          ? "Reading the entries…" : "The entries had not been read by then: t goes to the next sample."
      } else if !entries.isOrdered {
        "Sorting…"
      } else if let filter = entries.filter {
        "No key matches \(DisplayWidth.truncate(filter.text, to: 30)). Esc ends the filter."
      } else if (inspector.sample?.table.entryCount ?? 0) > 0 {
        "The entries are not listed yet."
      } else { "The store is empty. a adds an entry." }
    screen.write(text, row: inspector.layout.rows.row, column: 2, role: .faint)
  }
}
