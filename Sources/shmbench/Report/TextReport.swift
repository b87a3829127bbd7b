/// A section as plain text, for a terminal.
struct TextReport {
  let section: Section

  var lines: [String] {
    var lines = ["", "\(section.name): \(section.title)" + (section.isQuick ? " (a quick look)" : "")]
    for table in section.tables {
      lines += ["", "  " + table.title]
      lines += Self.aligned(table).map { "    " + $0 }
    }
    if !section.verdicts.isEmpty { lines.append("") }
    for verdict in section.verdicts {
      lines.append("  \(verdict.isMet ? "met    " : "NOT MET") \(verdict.sentence)")
    }
    for omission in section.omissions { lines.append("  left out: \(omission)") }
    return lines
  }

  /// Labels to the left, figures to the right.
  private static func aligned(_ table: Table) -> [String] {
    let cells = table.cells
    let widths = cells[0].indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
      row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 ? text + space : space + text
      }.joined(separator: "  ")
    }
  }
}

extension Table {
  /// The titles and the rows, each figure as it is shown.
  var cells: [[String]] {
    let titles = columns.map { column in
      column.unit.caption.map { column.title.isEmpty ? $0 : "\(column.title), \($0)" } ?? column.title
    }
    return [[rowTitle] + titles]
      + rows.map { row in
        [row.label] + zip(columns, row.values).map { column, value in value.map(column.unit.cell) ?? "–" }
      }
  }
}
