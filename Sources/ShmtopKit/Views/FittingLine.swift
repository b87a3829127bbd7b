extension Screen {
  /// Writes the first of several wordings that fits, the last one cut if none does.
  ///
  /// - Returns: The column after the last one written.
  @discardableResult
  mutating func writeFirstFitting(_ wordings: [[Piece]], row: Int, column: Int, limit: Int) -> Int {
    let pieces = wordings.first { spelledColumns($0) <= limit } ?? wordings.last ?? []
    return write(pieces, row: row, column: column, limit: limit)
  }

  /// The columns that pieces take as this screen spells them.
  func spelledColumns(_ pieces: [Piece]) -> Int {
    pieces.reduce(0) { $0 + DisplayWidth.of(glyphs.spelled($1.text)) }
  }
}
