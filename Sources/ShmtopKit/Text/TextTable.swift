/// A table in plain text: columns as wide as their widest cell, two spaces between them.
public struct TextTable: Sendable {
  public struct Column: Sendable {
    let title: String
    let alignment: DisplayWidth.Alignment

    public static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
    public static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
  }

  private let columns: [Column]
  private var rows: [[String]] = []

  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row. Cells that are missing at its end stay empty.
  public mutating func append(_ cells: [String]) { rows.append(cells) }

  /// The titles and the rows, a line each, without spaces at the ends of lines.
  public var lines: [String] {
    let all = [columns.map(\.title)] + rows
    let widths = columns.indices.map { column in
      all.map { column < $0.count ? DisplayWidth.of($0[column]) : 0 }.max() ?? 0
    }
    return all.map { cells in
      var line = zip(cells, zip(columns, widths)).map { cell, place in
        DisplayWidth.fit(cell, to: place.1, alignment: place.0.alignment)
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
