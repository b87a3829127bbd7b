/// A bar that shows how much of something is taken, and by what.
struct Gauge {
  /// Parts of the whole, 0 to 1, from the left.
  var live: Double
  var removed = 0.0
  /// Where something happens; nil for nowhere.
  var mark: Double?

  func draw(into screen: inout Screen, row: Int, column: Int, width: Int) {
    guard width >= 6 else { return }
    let inner = width - 2
    let liveEnd = cells(live, of: inner)
    let removedEnd = max(liveEnd + (removed > 0 ? 1 : 0), cells(live + removed, of: inner))
    screen.write("[", row: row, column: column, role: .faint)
    for cell in 0..<inner {
      let (glyph, role): (Character, Role) =
        cell < liveEnd
        ? (screen.glyphs.full, .gaugeLive)
        : cell < min(inner, removedEnd)
          ? (screen.glyphs.half, .gaugeRemoved) : (screen.glyphs.empty, .gaugeFree)
      screen.write(String(glyph), row: row, column: column + 1 + cell, role: role)
    }
    if let mark {
      let cell = min(inner - 1, cells(mark, of: inner))
      screen.write(String(screen.glyphs.mark), row: row, column: column + 1 + cell, role: .gaugeMark)
    }
    screen.write("]", row: row, column: column + width - 1, role: .faint)
  }

  /// The cells for a share: one at least for what is not nothing.
  private func cells(_ share: Double, of width: Int) -> Int {
    guard share.isFinite, share > 0 else { return 0 }
    return min(width, max(1, Int((share * Double(width)).rounded())))
  }
}
