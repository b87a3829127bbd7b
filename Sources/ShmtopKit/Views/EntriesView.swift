import SharedSimple

/// The entries: what is in the store.
struct EntriesView {
  let inspector: Inspector

  static let columns: [Column<EntryColumn>] = [
    Column(
      id: .key, title: "KEY", width: 10, grows: true, alignment: .left,
      meaning: "Key. + is new, * has changed, - is gone."
    ),
    Column(
      id: .value, title: "VALUE", width: 10, grows: true, alignment: .left,
      meaning: "Value, shown with escapes; its first 64 bytes."),
    Column(id: .length, title: "LENGTH", width: 7, meaning: "Length of the value in bytes."),
    Column(
      id: .written, title: "WRITTEN", width: 9,
      meaning: "How long ago it was last written; a span where that is all that is known."),
    Column(
      id: .changes, title: "CHANGES", width: 8,
      meaning: "In how many of the last 32 passes it was another one."),
  ]

  func draw(into screen: inout Screen) {
    let area = inspector.layout.rows
    let entries = inspector.entries
    let columns = ColumnLayout(
      Self.columns, importance: [.key, .value, .length, .written, .changes], chosen: entries.column, start: 2,
      width: area.width - 3)
    screen.writeTitles(
      columns, row: inspector.layout.titles.row, width: area.width, sort: entries.sort, chosen: entries.column
    )

    guard !entries.rows.isEmpty else { return drawEmpty(into: &screen) }
    let top = entries.cursor.top
    for (line, place) in (top..<min(entries.rows.count, top + area.height)).enumerated() {
      draw(
        entries.rows[place], isSelected: place == entries.cursor.place, columns, into: &screen,
        row: area.row + line)
    }
    if entries.cursor.selected != nil, entries.cursor.isVisible(height: area.height) {
      screen.cursor = Screen.Position(row: area.row + entries.cursor.place - top, column: 0)
    }
  }

  private func draw(
    _ entry: EntriesModel.Row, isSelected: Bool, _ columns: ColumnLayout<EntryColumn>,
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
    screen.write(sign, row: row, column: 0, role: role)
    let repertoire = screen.glyphs.repertoire
    let glyphs = screen.glyphs
    screen.writeCells(columns, row: row, role: role) { column, width in
      switch column {
      case .key: (SafeText(table.key(entry), limit: width, repertoire: repertoire).text, nil)
      case .value: (value(entry, width: width, repertoire), nil)
      case .length: (length(table.valueLength(entry), width: width), nil)
      case .written: (written(table.stamp(entry), glyphs), nil)
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

  /// The age of the write; a span where the write clock knows no better.
  private func written(_ stamp: UInt64, _ glyphs: GlyphSet) -> String {
    let now = inspector.shownWall
    let span = inspector.writeClock.span(ofStamp: stamp)
    let latest = Quantity.age(from: span.latest ?? now, to: now)
    guard let earliest = span.earliest else { return glyphs.atLeast + latest }
    let age = now > earliest ? now - earliest : 0
    let width = (span.latest ?? now) > earliest ? (span.latest ?? now) - earliest : 0
    // A span as short as two samples, or a tenth of the age, is not worth two numbers.
    if width <= UInt64(inspector.delay * 2e9) || width <= age / 10 { return latest }
    let oldest = Quantity.age(from: earliest, to: now)
    return oldest == latest ? latest : latest + glyphs.to + oldest
  }

  private func drawEmpty(into screen: inout Screen) {
    let entries = inspector.entries
    let text =
      if case .gone = inspector.presence, !entries.isComplete {
        "The segment is gone; its entries were not read."
      } else if !entries.isComplete { "Reading the entries…" } else if !entries.isOrdered {
        "Sorting…"
      } else if let filter = entries.filter {
        "No key matches \(DisplayWidth.truncate(filter.text, to: 30)). Esc ends the filter."
      } else if (inspector.sample?.table.entryCount ?? 0) > 0 {
        "The entries are not listed yet."
      } else { "The store is empty. a adds an entry." }
    screen.write(text, row: inspector.layout.rows.row, column: 2, role: .faint)
  }
}
