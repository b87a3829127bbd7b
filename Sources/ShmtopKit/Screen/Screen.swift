/// A grid of cells that views draw into. It knows no terminal, so a screen can be tested as text.
public struct Screen: Sendable, Equatable {
  public struct Cell: Sendable, Equatable {
    /// One character; empty in the second cell of one that takes two columns.
    public var glyph: Character?
    public var role: Role

    public static let blank = Cell(glyph: " ", role: .plain)
  }

  public struct Position: Sendable, Equatable {
    public var row: Int
    public var column: Int

    public init(row: Int, column: Int) {
      self.row = row
      self.column = column
    }
  }

  public let width: Int
  public let height: Int
  public let glyphs: GlyphSet
  /// Cells row by row.
  public private(set) var cells: [Cell]
  /// Where the terminal's own cursor rests: screen readers follow it.
  public var cursor: Position?
  /// Whether the cursor is to be seen, as where text is typed.
  public var showsCursor = false

  public init(width: Int, height: Int, glyphs: GlyphSet = .unicode) {
    self.width = max(0, width)
    self.height = max(0, height)
    self.glyphs = glyphs
    cells = Array(repeating: .blank, count: self.width * self.height)
  }

  public var area: Area { Area(row: 0, column: 0, height: height, width: width) }

  public subscript(row: Int, column: Int) -> Cell {
    get { cells[row * width + column] }
    set { cells[row * width + column] = newValue }
  }

  /// Whether there is such a cell.
  func contains(row: Int, column: Int) -> Bool {
    (0..<height).contains(row) && (0..<width).contains(column)
  }
}
