import SharedSimple

/// The live segments of this machine, to pick one from.
struct PickerView {
  let inspector: Inspector

  private enum PickerColumn: Hashable, Sendable { case name, entries, bytes, processes, age }

  private static let columns: [Column<PickerColumn>] = [
    Column(id: .name, title: "SEGMENT", width: 16, grows: true, alignment: .left, meaning: ""),
    Column(id: .entries, title: "ENTRIES", width: 12, meaning: ""),
    Column(id: .bytes, title: "CLAIMED", width: 7, meaning: ""),
    Column(id: .processes, title: "PROCS", width: 5, meaning: ""),
    Column(id: .age, title: "AGE", width: 5, meaning: ""),
  ]

  func draw(into screen: inout Screen) {
    let layout = inspector.layout
    screen.write("shmtop", row: 0, column: 1, role: .heading)
    screen.write("Which segment?", row: 0, column: 9)
    drawMachine(into: &screen, row: 2)
    let columns = ColumnLayout(
      Self.columns, importance: [.name, .entries, .bytes, .processes, .age], chosen: nil, start: 1,
      width: layout.width - 2)
    screen.writeTitles(columns, row: layout.titles.row, width: layout.width, sort: nil, chosen: nil)
    let picker = inspector.picker
    guard !picker.rows.isEmpty else {
      screen.write(
        "There is no segment on this machine. shmtop --demo makes one.", row: layout.rows.row, column: 1,
        role: .faint)
      return
    }
    let top = picker.cursor.top
    for (line, place) in (top..<min(picker.rows.count, top + layout.rows.height)).enumerated() {
      draw(picker.rows[place], columns, into: &screen, row: layout.rows.row + line)
      if picker.rows[place].name == picker.cursor.selected {
        screen.cursor = Screen.Position(row: layout.rows.row + line, column: 0)
      }
    }
  }

  /// Of a format other than the store's own, with the word for it.
  private func name(_ listing: SourceListing, width: Int, _ repertoire: SafeText.Repertoire) -> String {
    let mark = listing.identity?.formatWord.map { " (\($0))" } ?? ""
    return SafeText(listing.name, limit: width - mark.count, repertoire: repertoire).text + mark
  }

  /// How many there are, and what is left of the memory that all of them live in.
  private func drawMachine(into screen: inout Screen, row: Int) {
    let rows = inspector.picker.rows
    guard let memory = rows.lazy.compactMap(\.sample).first?.memory else { return }
    screen.write(
      [
        Piece("\(rows.count)", .strong), Piece(rows.count == 1 ? " segment" : " segments", .faint),
        Piece("    free in /dev/shm ", .faint), Piece(Quantity.bytes(memory.systemFree), .strong),
        Piece(" of \(Quantity.bytes(memory.systemTotal))", .faint),
      ], row: row, column: 1)
  }

  private func draw(
    _ listing: SourceListing, _ columns: ColumnLayout<PickerColumn>, into screen: inout Screen, row: Int
  ) {
    let isSelected = listing.name == inspector.picker.cursor.selected
    let role: Role = isSelected ? .selected : listing.refusal == nil ? .plain : .keyDimmed
    if isSelected { screen.mark(Area(row: row, column: 0, height: 1, width: screen.width), as: .selected) }
    let repertoire = screen.glyphs.repertoire
    screen.writeCells(columns, row: row, role: role) { column, width in
      switch column {
      case .name: (name(listing, width: width, repertoire), nil)
      case .entries:
        (listing.sample.map { Quantity.exact($0.table.entryCount) } ?? "refused", nil)
      case .bytes: (listing.sample.map { Quantity.bytes($0.memory.claimed) } ?? "", nil)
      case .processes:
        (listing.isKnown(.participants) ? listing.sample.map { String($0.livingCount) } ?? "" : "", nil)
      case .age:
        (
          listing.isKnown(.creation)
            ? listing.identity.map { Quantity.age(from: $0.createdWall, to: inspector.now.wall) } ?? "" : "",
          nil
        )
      }
    }
  }
}
