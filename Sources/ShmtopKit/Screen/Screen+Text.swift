extension Screen {
  /// The characters, a line a row, without the blanks at the ends of lines.
  public var glyphLines: [String] {
    lines { $0.glyph.map(String.init) ?? "" }
  }

  /// The meanings, a letter a cell, likewise.
  public var roleLines: [String] {
    lines { $0.role == .plain ? " " : String($0.role.rawValue) }
  }

  private func lines(_ text: (Cell) -> String) -> [String] {
    (0..<height).map { row in
      var line = (0..<width).map { text(self[row, $0]) }.joined()
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }
}
