/// A screen as a picture, as SVG text.
///
/// Every cell has its place, whatever font the viewer has: runs of text are as long as their cells, and the
/// characters that charts and frames are made of are shapes, because fonts leave gaps between them.
public struct ScreenPicture {
  private let screen: Screen
  private let palette: PicturePalette

  private static let cellWidth = 9
  private static let cellHeight = 18
  private static let fontSize = 15
  /// From the top of a cell to the line that letters stand on.
  private static let ascent = 14
  private static let margin = 12

  public init(_ screen: Screen, palette: PicturePalette) {
    self.screen = screen
    self.palette = palette
  }

  public var text: String {
    let width = Self.x(screen.width) + Self.margin
    let height = Self.y(screen.height) + Self.margin
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" viewBox="0 0 \(width) \(height)" \
      font-family="'DejaVu Sans Mono',Menlo,Consolas,'Liberation Mono',monospace" font-size="\(Self.fontSize)">
      <rect width="\(width)" height="\(height)" rx="6" fill="\(palette.background)"/>
      \((0..<screen.height).flatMap(elements).joined(separator: "\n"))
      </svg>

      """
  }

  // MARK: - Runs

  /// Cells beside each other that one element draws.
  private struct Piece {
    var columns: Range<Int>
    var text: String

    mutating func extend(to column: Int) { columns = columns.lowerBound..<(column + 1) }
  }

  private func elements(ofRow row: Int) -> [String] {
    var elements: [String] = []
    var start = 0
    for column in 1..<max(1, screen.width + 1) {
      guard column == screen.width || screen[row, column].role != screen[row, start].role else { continue }
      elements += self.elements(row, start..<column, palette.theme.look(screen[row, start].role))
      start = column
    }
    return elements
  }

  /// The cells of one look.
  private func elements(_ row: Int, _ columns: Range<Int>, _ look: Look) -> [String] {
    let isReverse = look.attributes.contains(.reverse)
    let color = isReverse ? palette.background : palette.text(look.color)
    var elements: [String] = []
    if isReverse {
      elements.append(
        Self.rectangle(row, columns, height: Self.cellHeight, fill: palette.text(look.color)))
    }
    elements += pieces(row, columns).map { piece in
      Self.shape(piece.text, row, piece.columns, color)
        ?? Self.words(piece.text, row, piece.columns, look.attributes, color)
    }
    if look.attributes.contains(.underline) {
      elements.append(Self.rectangle(row, columns, height: 1, fill: color))
    }
    return elements
  }

  /// Words with single blanks between them, and equal shapes; a character that fonts may give another width stands
  /// alone, so that it moves no other.
  private func pieces(_ row: Int, _ columns: Range<Int>) -> [Piece] {
    var pieces: [Piece] = []
    var isOpen = false
    for column in columns {
      guard let glyph = screen[row, column].glyph else {
        // The second cell of a character that takes two.
        if !pieces.isEmpty { pieces[pieces.count - 1].extend(to: column) }
        isOpen = false
        continue
      }
      if glyph == " " {
        let isBeforeWord =
          column + 1 < columns.upperBound && screen[row, column + 1].glyph.map(Self.isLatin) ?? false
        isOpen = isOpen && isBeforeWord
        if isOpen { extend(glyph, to: column) }
        continue
      }
      let isShape = Self.isShape(glyph)
      let goesOn =
        isOpen && (isShape ? pieces.last?.text.last == glyph : Self.isLatin(glyph))
        && pieces.last?.columns.upperBound == column
      if goesOn {
        extend(glyph, to: column)
      } else {
        pieces.append(Piece(columns: column..<(column + 1), text: String(glyph)))
      }
      isOpen = isShape || Self.isLatin(glyph)
    }
    return pieces

    func extend(_ glyph: Character, to column: Int) {
      pieces[pieces.count - 1].text.append(glyph)
      pieces[pieces.count - 1].extend(to: column)
    }
  }

  /// Letters that every monospaced font has, blanks excepted.
  private static func isLatin(_ glyph: Character) -> Bool {
    glyph != " " && glyph.unicodeScalars.allSatisfy { $0.value < 0x250 }
  }

  // MARK: - Elements

  private static func x(_ column: Int) -> Int { margin + column * cellWidth }
  private static func y(_ row: Int) -> Int { margin + row * cellHeight }

  private static func words(
    _ text: String, _ row: Int, _ columns: Range<Int>, _ attributes: Look.Attributes, _ color: String
  ) -> String {
    let weight = attributes.contains(.bold) ? #" font-weight="bold""# : ""
    let opacity = attributes.contains(.dim) ? #" opacity=".65""# : ""
    return #"<text x="\#(x(columns.lowerBound))" y="\#(y(row) + ascent)" "#
      + #"textLength="\#(columns.count * cellWidth)" lengthAdjust="spacingAndGlyphs" "#
      + #"fill="\#(color)"\#(weight)\#(opacity)>\#(escaped(text))</text>"#
  }

  /// The lower part of some cells.
  private static func rectangle(
    _ row: Int, _ columns: Range<Int>, height: Int, fill: String, opacity: String = ""
  ) -> String {
    #"<rect x="\#(x(columns.lowerBound))" y="\#(y(row + 1) - height)" width="\#(columns.count * cellWidth)" "#
      + #"height="\#(height)" fill="\#(fill)"\#(opacity)/>"#
  }

  private static func isShape(_ glyph: Character) -> Bool {
    "▁▂▃▄▅▆▇█░▒▓─│┌┐└┘".contains(glyph)
  }

  /// Equal characters of charts and frames; nil for all others.
  private static func shape(_ text: String, _ row: Int, _ columns: Range<Int>, _ color: String) -> String? {
    guard let glyph = text.first, isShape(glyph), let scalar = glyph.unicodeScalars.first else { return nil }
    switch glyph {
    case "▁"..."█":
      let eighths = Int(scalar.value) - 0x2580
      return rectangle(row, columns, height: (eighths * cellHeight + 4) / 8, fill: color)
    case "░"..."▓":
      let quarters = Int(scalar.value) - 0x2590
      return rectangle(
        row, columns, height: cellHeight, fill: color, opacity: #" fill-opacity="\#(Double(quarters) / 4)""#)
    default: break
    }
    let (left, right) = (x(columns.lowerBound), x(columns.upperBound))
    let (top, bottom) = (y(row), y(row + 1))
    let (middle, center) = (top + cellHeight / 2, left + cellWidth / 2)
    let path =
      switch glyph {
      case "─": "M\(left) \(middle)H\(right)"
      case "│":
        columns.map { "M\(x($0) + cellWidth / 2) \(top)V\(bottom)" }.joined()
      case "┌": "M\(center) \(bottom)V\(middle)H\(right)"
      case "┐": "M\(left) \(middle)H\(center)V\(bottom)"
      case "└": "M\(center) \(top)V\(middle)H\(right)"
      default: "M\(left) \(middle)H\(center)V\(top)"
      }
    return #"<path d="\#(path)" fill="none" stroke="\#(color)"/>"#
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      default: result.append(character)
      }
    }
  }
}
