/// The bottom line: the keys that work here, dimmed where they cannot act now.
struct KeysView {
  let inspector: Inspector

  func draw(into screen: inout Screen) {
    let row = inspector.layout.keys.row
    var column = 0
    for binding in KeyTable.bindings(in: inspector.scope) {
      guard let label = binding.label, let key = binding.keys.first else { continue }
      let width = key.name.count + label.count + 3
      guard column + width <= inspector.layout.width else { continue }
      let acts = inspector.reasonAgainst(binding.command) == nil
      column = screen.write(" \(key.name)", row: row, column: column, role: acts ? .key : .keyDimmed)
      column = screen.write(
        " \(label) ", row: row, column: column, role: acts ? .keyAction : .keyDimmed)
    }
    screen.fill(
      Area(row: row, column: column, height: 1, width: inspector.layout.width - column), role: .keyAction)
  }
}
