/// The dialog in which columns, or kinds of events, are chosen.
struct ChoicesView {
  let inspector: Inspector
  let title: String
  let place: Int
  /// Whether lines can be moved.
  let canMove: Bool

  func draw(into screen: inout Screen) {
    let choices = inspector.choices
    let layout = inspector.layout
    let room = Area(row: 0, column: 0, height: layout.keys.row, width: layout.width)
    let height = min(choices.count, room.height - 3)
    let frame = room.centered(height: height + 3, width: min(48, layout.width - 4))
    let top = max(0, min(place - height / 2, choices.count - height))
    let part =
      choices.count > height ? " (\(top + 1)\(screen.glyphs.to)\(top + height) of \(choices.count))" : ""
    screen.frame(frame, title: title + part)
    for (line, choice) in choices.dropFirst(top).prefix(height).enumerated() {
      let role: Role = top + line == place ? .selected : choice.isShown ? .plain : .faint
      let row = frame.row + 1 + line
      screen.mark(Area(row: row, column: frame.column + 1, height: 1, width: frame.width - 2), as: role)
      screen.write(
        "\(choice.isShown ? "[x]" : "[ ]") \(choice.title)", row: row, column: frame.column + 2,
        columns: frame.width - 4, alignment: .left, role: role)
    }
    let keys =
      [Piece("Space", .key), Piece(" shows  ")]
      + (canMove ? [Piece("Left Right", .key), Piece(" move  ")] : []) + [
        Piece("Enter", .key), Piece(" done"),
      ]
    screen.write(keys, row: frame.row + 1 + height, column: frame.column + 2, limit: frame.width - 4)
    screen.cursor = Screen.Position(row: frame.row + 1 + place - top, column: frame.column + 2)
  }
}
