/// All keys, under their headings, from the one table.
struct HelpView {
  let inspector: Inspector

  func draw(into screen: inout Screen) {
    let layout = inspector.layout
    let area = Area(row: 0, column: 0, height: layout.height - 1, width: layout.width)
    let lines = Self.lines(width: layout.width)
    let scroll = min(inspector.scroll, scrollLimit(lines.count))
    screen.write(
      "Keys of shmtop" + (lines.count > area.height - 1 ? "  (Up and Down scroll)" : ""), row: area.row,
      column: 1,
      role: .heading)
    for (row, line) in lines.dropFirst(scroll).prefix(area.height - 1).enumerated() {
      screen.write(line, row: area.row + 1 + row, column: 1, limit: area.width - 2)
    }
  }

  /// How far the help can be scrolled.
  var scrollLimit: Int { scrollLimit(Self.lines(width: inspector.layout.width).count) }

  private func scrollLimit(_ lineCount: Int) -> Int { max(0, lineCount - (inspector.layout.height - 2)) }

  private static let keyColumns = 14

  /// Every row of the table once; what is too long for a line goes on below itself.
  static func lines(width: Int) -> [[Piece]] {
    let room = max(20, width - 2 - keyColumns - 2)
    return KeyBinding.Group.allCases.flatMap { group in
      [[Piece(group.rawValue, .strong)]]
        + KeyTable.bindings.filter { $0.group == group }.flatMap { binding in
          let keys = ShmtopKit.lines(of: binding.keys.map(\.name).joined(separator: " "), width: keyColumns)
          let words = ShmtopKit.lines(of: binding.help + place(of: binding), width: room)
          return (0..<max(keys.count, words.count)).map { line in
            [
              Piece(
                DisplayWidth.fit(line < keys.count ? keys[line] : "", to: keyColumns, alignment: .right), .key
              ),
              Piece("  " + (line < words.count ? words[line] : "")),
            ]
          }
        }
    }
  }

  /// Where the key works, if it is not everywhere in its kind of place.
  private static func place(of binding: KeyBinding) -> String {
    let views = ViewKind.allCases.filter { binding.scopes.contains($0.scope) }
    guard binding.scopes.isSubset(of: Scope.views), views.count < ViewKind.allCases.count else { return "" }
    let places =
      (views.isEmpty ? [] : ["view \(views.map { String($0.number) }.joined(separator: ", "))"])
      + (binding.scopes.contains(.detail) && !views.contains(.entries) ? ["one entry"] : [])
      + (binding.scopes.contains(.groups) && !views.contains(.entries) ? ["groups"] : [])
    return " (\(places.joined(separator: ", ")))"
  }
}
