/// A chart a row high, the newest value at its right end.
struct Sparkline {
  let values: [Double?]
  /// The value of a full bar.
  let top: Double

  /// The values as characters, the last `width` of them.
  func text(width: Int, glyphs: GlyphSet) -> String {
    let shown = values.suffix(max(0, width))
    let bars = shown.map { value -> Character in
      guard let value, value > 0, top > 0 else { return value == nil ? " " : glyphs.levels[0] }
      let level = Int((value / top * Double(glyphs.levels.count)).rounded(.up)) - 1
      return glyphs.levels[min(max(0, level), glyphs.levels.count - 1)]
    }
    return String(repeating: " ", count: max(0, width - bars.count)) + String(bars)
  }
}
