extension Screen {
  /// Writes text from a cell on, cut at `limit` columns and at the right edge.
  ///
  /// - Returns: The column after the last one written.
  @discardableResult
  mutating func write(_ text: String, row: Int, column: Int, limit: Int = .max, role: Role = .plain) -> Int {
    guard (0..<height).contains(row) else { return column }
    let end = min(width, limit > width ? width : column + limit)
    var column = column
    for character in glyphs.spelled(text) {
      let columns = max(1, character.unicodeScalars.reduce(0) { max($0, DisplayWidth.of($1)) })
      guard column + columns <= end else { break }
      if column >= 0 {
        self[row, column] = Cell(glyph: character, role: role)
        if columns == 2 { self[row, column + 1] = Cell(glyph: nil, role: role) }
      }
      column += columns
    }
    return column
  }

  /// Writes text into exactly `columns` columns, with an ellipsis where it does not fit.
  mutating func write(
    _ text: String, row: Int, column: Int, columns: Int, alignment: DisplayWidth.Alignment,
    role: Role = .plain
  ) {
    let spelled = glyphs.spelled(text)
    let fitted = DisplayWidth.fit(
      spelled, to: columns, alignment: alignment, ellipsis: String(glyphs.ellipsis))
    write(fitted, row: row, column: column, limit: columns, role: role)
  }

  /// Writes pieces of text one after another, with an ellipsis where they do not fit.
  @discardableResult
  mutating func write(_ pieces: [Piece], row: Int, column: Int, limit: Int = .max) -> Int {
    let room = min(limit, width - column)
    let isCut = room > 0 && spelledColumns(pieces.withoutLastBlanks) > room
    let end = column + room - (isCut ? 1 : 0)
    var (next, role) = (column, Role.plain)
    for piece in pieces where next < end {
      next = write(piece.text, row: row, column: next, limit: end - next, role: piece.role)
      role = piece.role
    }
    return isCut ? write(String(glyphs.ellipsis), row: row, column: next, role: role) : next
  }

  /// Fills a rectangle with one character.
  mutating func fill(_ area: Area, with glyph: Character = " ", role: Role = .plain) {
    for row in area.rows {
      for column in area.columns where contains(row: row, column: column) {
        self[row, column] = Cell(glyph: glyph, role: role)
      }
    }
  }

  /// Gives all cells of a rectangle another meaning.
  mutating func mark(_ area: Area, as role: Role) {
    for row in area.rows {
      for column in area.columns where contains(row: row, column: column) { self[row, column].role = role }
    }
  }

  /// Draws a frame on the border of a rectangle, and clears what is inside.
  mutating func frame(_ area: Area, title: String, role: Role = .frame) {
    guard area.height >= 2, area.width >= 2 else { return }
    fill(area)
    let line = String(repeating: glyphs.horizontal, count: area.width - 2)
    let last = area.row + area.height - 1
    write("\(glyphs.corners[0])\(line)\(glyphs.corners[1])", row: area.row, column: area.column, role: role)
    write("\(glyphs.corners[2])\(line)\(glyphs.corners[3])", row: last, column: area.column, role: role)
    for row in (area.row + 1)..<last {
      write(String(glyphs.vertical), row: row, column: area.column, role: role)
      write(String(glyphs.vertical), row: row, column: area.column + area.width - 1, role: role)
    }
    write(" \(title) ", row: area.row, column: area.column + 2, limit: area.width - 4, role: .heading)
  }

  /// Copies rows of another screen, of which the top one shown is `firstRow`.
  mutating func copy(_ source: Screen, from firstRow: Int, to area: Area) {
    for row in 0..<min(area.height, source.height - firstRow) where row + firstRow >= 0 {
      for column in 0..<min(area.width, source.width)
      where contains(row: area.row + row, column: area.column + column) {
        self[area.row + row, area.column + column] = source[firstRow + row, column]
      }
    }
  }
}

/// A piece of text with one meaning.
struct Piece: Sendable, Equatable {
  var text: String
  var role: Role

  init(_ text: String, _ role: Role = .plain) {
    self.text = text
    self.role = role
  }
}

extension [Piece] {
  /// The columns that the pieces take together.
  var columns: Int { reduce(0) { $0 + DisplayWidth.of($1.text) } }

  /// The pieces up to the last letter.
  fileprivate var withoutLastBlanks: [Piece] {
    var pieces = self
    while let last = pieces.last, last.text.hasSuffix(" ") || last.text.isEmpty {
      if last.text.isEmpty { pieces.removeLast() } else { pieces[pieces.count - 1].text.removeLast() }
    }
    return pieces
  }
}
