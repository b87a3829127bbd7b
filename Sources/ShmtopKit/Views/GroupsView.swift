/// The entries counted by what their keys begin with.
struct GroupsView {
  let inspector: Inspector
  let groups: GroupsModel

  static let columns: [Column<GroupColumn>] = [
    Column(
      id: .prefix, title: "PREFIX", width: 10, grows: true, alignment: .left,
      meaning: "What keys begin with, up to the first of : / . | or, without these, _ - #. Enter shows them."),
    Column(
      id: .count, title: "COUNT", width: 9, meaning: "Entries. Enter shows those of the selected group."),
    Column(id: .bytes, title: "BYTES", width: 8, meaning: "Bytes of their keys and values."),
    Column(
      id: .changes, title: "CHANGES", width: 9,
      meaning: "How often one of them was another one in the last 32 passes."),
  ]

  var layout: ColumnLayout<GroupColumn> {
    ColumnLayout(
      Self.columns, importance: [.prefix, .count, .bytes, .changes], chosen: groups.column, start: 1,
      width: inspector.layout.width - 2)
  }

  func draw(into screen: inout Screen) {
    let area = inspector.layout.rows
    let columns = layout
    screen.writeTitles(
      columns, row: inspector.layout.titles.row, width: area.width, sort: groups.sort, chosen: groups.column)
    guard !groups.rows.isEmpty else {
      let text = groups.isComplete ? "There is no entry to count." : "Counting the entries…"
      screen.write(text, row: area.row, column: 2, role: .faint)
      return
    }
    for (line, place) in groups.cursor.places(height: area.height, count: groups.rows.count).enumerated() {
      draw(groups.rows[place], columns, into: &screen, row: area.row + line)
    }
    if groups.cursor.isVisible(height: area.height) {
      screen.cursor = Screen.Position(row: area.row + groups.cursor.line, column: 0)
    }
  }

  private func draw(
    _ group: KeyGroup, _ columns: ColumnLayout<GroupColumn>, into screen: inout Screen, row: Int
  ) {
    let isSelected = groups.cursor.selected == .some(group.prefix)
    if isSelected { screen.mark(Area(row: row, column: 0, height: 1, width: screen.width), as: .selected) }
    let repertoire = screen.glyphs.repertoire
    screen.writeCells(columns, row: row, role: isSelected ? .selected : .plain) { column, width in
      switch column {
      case .prefix:
        group.prefix.map { (SafeText($0, limit: width, repertoire: repertoire).text, nil) }
          ?? ("(keys without a prefix)", .faint)
      case .count: (Quantity.exact(group.count), nil)
      case .bytes: (Quantity.bytes(group.byteCount), nil)
      case .changes: (group.changes == 0 ? "" : Quantity.count(group.changes), nil)
      }
    }
  }
}
