/// A line of text being typed, scrolled so that the place of typing is in sight.
struct InputView {
  let line: InputLine

  func draw(into screen: inout Screen, row: Int, column: Int, width: Int) {
    guard width > 1 else { return }
    screen.fill(Area(row: row, column: column, height: 1, width: width), role: .input)
    // A letter that is shown as its escape still is one letter to move over.
    let shown = line.characters.map(screen.glyphs.typed)
    // The first character shown: the last of those from which all up to the place of typing fit.
    var first = line.position
    var used = 0
    while first > 0 {
      let columns = DisplayWidth.of(shown[first - 1])
      guard used + columns < width else { break }
      used += columns
      first -= 1
    }
    screen.write(shown[first...].joined(), row: row, column: column, limit: width, role: .input)
    screen.cursor = Screen.Position(row: row, column: column + used)
    screen.showsCursor = true
  }
}
