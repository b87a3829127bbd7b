/// Where in time the screen is: the time from the first frame to the last as a bar, with what happened on it.
struct TimeBarView {
  let timeline: Timeline

  func draw(into screen: inout Screen, row: Int) {
    screen.fill(Area(row: row, column: 0, height: 1, width: screen.width))
    let glyphs = screen.glyphs
    let start = screen.write(
      [Piece("at ", .faint), Piece(WallTime.clock(timeline.wall), .strong), Piece("  ")], row: row, column: 1)
    let ends = [Piece(WallTime.clock(timeline.start), .faint), Piece(" ")]
    let end = [Piece(" "), Piece(WallTime.clock(timeline.end), .faint)]
    let least = 12 + screen.spelledColumns(ends) + screen.spelledColumns(end)
    let words =
      wordings.first { screen.spelledColumns($0) + least + start + 2 <= screen.width } ?? wordings.last!
    let bar = screen.write(ends, row: row, column: start)
    let room = screen.width - 1 - bar - screen.spelledColumns(end) - screen.spelledColumns(words)
    drawBar(into: &screen, row: row, column: bar, width: max(4, min(60, room)), glyphs)
    screen.write(end + words, row: row, column: bar + max(4, min(60, room)), limit: screen.width)
  }

  private func drawBar(into screen: inout Screen, row: Int, column: Int, width: Int, _ glyphs: GlyphSet) {
    let here = cell(Timeline.share(timeline.wall, from: timeline.start, to: timeline.end), width)
    screen.write(String(repeating: glyphs.horizontal, count: width), row: row, column: column, role: .faint)
    screen.write(String(repeating: glyphs.full, count: here), row: row, column: column, role: .gaugeLive)
    for place in eventful(width) {
      screen.write(String(glyphs.descending), row: row, column: column + place, role: .warning)
    }
    screen.write("O", row: row, column: column + here, role: .selected)
  }

  /// The cells in which something happened. Where that is so nearly everywhere, it tells nothing: then those in which
  /// it happened more than twice as often as in the others.
  private func eventful(_ width: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: width)
    for event in timeline.events { counts[cell(event.share, width)] += event.frameCount }
    let isRare = counts.count { $0 > 0 } * 2 <= width
    let most = isRare ? 0 : 2 * counts.reduce(0, +) / width
    return counts.indices.filter { counts[$0] > most }
  }

  private func cell(_ share: Double, _ width: Int) -> Int { Int((share * Double(width - 1)).rounded()) }

  /// Which frame of how many, and what there is to say of the whole, in more words and in fewer.
  private var wordings: [[Piece]] {
    let place = "\(Quantity.exact(timeline.position + 1)) of \(Quantity.exact(timeline.count))"
    let (full, short, role) = origin
    return [
      [Piece("  sample \(place)  ", .faint), Piece(full, role)],
      [Piece("  \(place)  ", .faint), Piece(full, role)],
      [Piece("  \(place) ", .faint), Piece(short, role)],
      [Piece(" ", .faint), Piece(short, role)],
    ]
  }

  private var origin: (full: String, short: String, role: Role) {
    switch timeline.origin {
    case .history(let byteCount, let budget, let keepsEntries):
      let size = "\(Quantity.bytes(byteCount)) of \(Quantity.bytes(budget)) kept"
      return keepsEntries ? (size, "", .faint) : (size + ", entries: the last", "entries: last", .warning)
    case .file(_, let end):
      let speed = timeline.isPlaying ? "playing \(Playback.words(timeline.speed)) " : ""
      switch end {
      case .whole: return (speed, speed, .faint)
      case .cutOff: return (speed + (end.words ?? ""), "cut off", .warning)
      case .damaged: return (speed + (end.words ?? ""), "damaged", .critical)
      }
    }
  }
}
