/// The bottom line: the keys that work here, dimmed where they cannot act now.
struct KeysView {
  let inspector: Inspector

  func draw(into screen: inout Screen) {
    let row = inspector.layout.keys.row
    var column = 0
    for item in items {
      let acts = inspector.reasonAgainst(item.binding.command) == nil
      column = screen.write(item.key, row: row, column: item.start, role: acts ? .key : .keyDimmed)
      column = screen.write(item.label, row: row, column: column, role: acts ? .keyAction : .keyDimmed)
    }
    screen.fill(
      Area(row: row, column: column, height: 1, width: inspector.layout.width - column), role: .keyAction)
  }

  /// What a key is asked for whose word stands on a column of the terminal.
  func command(at column: Int) -> Command? {
    items.first { ($0.start..<($0.start + $0.key.count + $0.label.count)).contains(column) }?.binding.command
  }

  /// The keys that there is room for.
  private var items: [(binding: KeyBinding, key: String, label: String, start: Int)] {
    var column = 0
    var items: [(binding: KeyBinding, key: String, label: String, start: Int)] = []
    for binding in ordered {
      guard let word = word(of: binding), let key = binding.keys.first else { continue }
      let (name, label) = (" \(key.name)", " \(word) ")
      guard column + name.count + label.count <= inspector.layout.width else { continue }
      items.append((binding, name, label, column))
      column += name.count + label.count
    }
    return items
  }

  /// The keys in the order of the bar. Where other moments than now are shown, those that go through time come before
  /// all but the ways in and out.
  private var ordered: [KeyBinding] {
    let bindings = KeyTable.bindings(in: inspector.scope)
    guard isPast else { return bindings }
    func rank(_ binding: KeyBinding) -> Int {
      switch binding.command {
      case .help, .quit, .back, .detail, .openGroup, .nextPage: 0
      case .pause, .frameBack: 1
      default: binding.isOfPast ? 1 : 2
      }
    }
    return (0...2).flatMap { wanted in bindings.filter { rank($0) == wanted } }
  }

  private var isPast: Bool { inspector.isPaused || inspector.isReplay }

  /// The word of a key as things stand; nil where the bar leaves it out.
  private func word(of binding: KeyBinding) -> String? {
    if inspector.isOutOfPlace(binding.command) || (binding.isOfPast && !isPast) { return nil }
    guard binding.command == .pause else { return binding.label }
    if inspector.isReplay { return inspector.timeline?.isPlaying ?? false ? "Halt" : "Play" }
    return inspector.isPaused ? "Live" : binding.label
  }
}
