import SharedSimple

/// One entry looked at closely: what it is, and a page of its value, in place of the rows.
struct DetailView {
  let inspector: Inspector
  let detail: DetailModel

  /// Lines of one page, of which those are made that are shown.
  private struct Content {
    /// Stands above the lines, however far they are scrolled.
    var title: [Piece]?
    let count: Int
    let line: (Int) -> [Piece]
  }

  private var isCompact: Bool { inspector.layout.isCompact }
  /// Whether the store itself stamps its entries.
  private var isStamped: Bool { inspector.knowledge.contains(.writeTimes) }
  /// Lines above the page.
  private var headHeight: Int { isCompact ? 2 : 4 }

  func draw(into screen: inout Screen) {
    let body = inspector.layout.body
    drawHead(into: &screen, body)
    let content = content(screen.glyphs)
    var area = body
    _ = area.takeTop(headHeight)
    if let title = content.title {
      screen.write(title, row: area.row, column: 1, limit: area.width - 2)
      _ = area.takeTop(1)
    }
    let top = min(detail.scroll, max(0, content.count - area.height))
    for line in 0..<min(area.height, content.count - top) {
      screen.write(content.line(top + line), row: area.row + line, column: 1, limit: area.width - 2)
    }
    drawPages(content.count, top: top, height: area.height, into: &screen, row: body.row + headHeight - 1)
    screen.cursor = Screen.Position(row: area.row, column: 0)
  }

  /// How far the page can be scrolled.
  var scrollLimit: Int {
    let content = content(.unicode)
    return max(
      0, content.count - (inspector.layout.body.height - headHeight - (content.title == nil ? 0 : 1)))
  }

  // MARK: - Above the page

  private func drawHead(into screen: inout Screen, _ body: Area) {
    let width = body.width - 2
    let keySize = detail.key.count > 60 ? "  (key of \(Quantity.exact(detail.key.count)) bytes)" : ""
    let facts = facts(screen.glyphs)
    let factsWidth = isCompact ? min(screen.spelledColumns(facts) + 2, width / 2) : 0
    let room = width - keySize.count - factsWidth
    let key = SafeText(detail.key, limit: max(8, room), repertoire: screen.glyphs.repertoire).text
    let end = screen.write(
      [Piece(key, .heading), Piece(keySize, .faint)], row: body.row, column: 1, limit: width - factsWidth)
    if isCompact {
      screen.write(facts, row: body.row, column: end + 2, limit: width - end - 1)
    } else {
      screen.write(facts, row: body.row + 1, column: 1, limit: width)
    }
  }

  /// Length, stamp and time, the most wanted first.
  private func facts(_ glyphs: GlyphSet) -> [Piece] {
    var pieces: [Piece] = []
    if let gone = detail.goneWall {
      pieces.append(Piece("GONE since \(WallTime.clock(gone))  ", .critical))
    }
    let size = Quantity.counted(detail.length, "byte", "bytes")
    pieces += [
      Piece(size, .strong), Piece("  written "), Piece(inspector.writtenAge(detail.stamp, glyphs), .strong),
      Piece(" ago"),
    ]
    guard !isCompact else { return pieces }
    if isStamped { pieces += [Piece("  stamp ", .faint), Piece(Quantity.exact(detail.stamp))] }
    if detail.changeCount > 0 {
      pieces += [Piece("  changes seen ", .faint), Piece(Quantity.exact(detail.changeCount), .strong)]
    }
    if isStamped, let row = inspector.entries.table.row(of: detail.key),
      let share = inspector.entries.table.writeShare(row)
    {
      pieces += [Piece("  all writes ≈ ", .faint), Piece(Quantity.roughPercent(share), .strong)]
    }
    if detail.value.count < detail.length {
      pieces.append(Piece("  its first \(Quantity.exact(detail.value.count)) bytes were kept", .warning))
    }
    return pieces
  }

  private func drawPages(_ count: Int, top: Int, height: Int, into screen: inout Screen, row: Int) {
    screen.fill(Area(row: row, column: 0, height: 1, width: screen.width), role: .columnTitle)
    var column = 1
    for page in DetailModel.Page.allCases {
      column = screen.write(
        " \(page.title) ", row: row, column: column, role: page == detail.page ? .openTab : .columnTitle)
    }
    guard count > height else { return }
    let place =
      "\(Quantity.exact(top + 1))\(screen.glyphs.to)\(Quantity.exact(min(count, top + height))) of \(Quantity.exact(count))"
    screen.write(place, row: row, column: max(column + 1, screen.width - 1 - place.count), role: .columnTitle)
  }

  // MARK: - Pages

  private func content(_ glyphs: GlyphSet) -> Content {
    switch detail.page {
    case .text: text(detail.value, glyphs)
    case .key: text(detail.key, glyphs)
    case .hex: hex()
    case .numbers: numbers()
    case .history: history(glyphs)
    }
  }

  private func text(_ bytes: [UInt8], _ glyphs: GlyphSet) -> Content {
    let text = TextLines(bytes, width: inspector.layout.width - 2, repertoire: glyphs.repertoire)
    let lines =
      text.lines.map { [Piece($0)] }
      + (text.leftOut == 0
        ? [] : [[Piece("\(Quantity.exact(text.leftOut)) more bytes: Hex shows them all.", .warning)]])
    return Content(count: lines.count) { lines[$0] }
  }

  private func hex() -> Content {
    let lines = HexLines(detail.value, width: inspector.layout.width - 2)
    return Content(count: lines.count) { [Piece(lines.line($0))] }
  }

  private func numbers() -> Content {
    let readings = NumberReadings(detail.value).readings
    let lines: [[Piece]] =
      readings.isEmpty
      ? [[Piece("No number: neither decimal text nor 1, 2, 4 or 8 bytes.", .faint)]]
      : readings.map {
        [Piece(DisplayWidth.fit($0.name, to: 30), .faint), Piece(" "), Piece($0.text, .strong)]
      }
    return Content(count: lines.count) { lines[$0] }
  }

  /// The newest first: what it is now stands on top.
  private func history(_ glyphs: GlyphSet) -> Content {
    let values = Array(detail.history.reversed())
    let width = inspector.layout.width - 2
    func stamp(_ text: String) -> String { isStamped ? DisplayWidth.fit(text, to: 14) : "" }
    let title = [Piece(DisplayWidth.fit("SEEN", to: 10) + stamp("STAMP") + "VALUE", .faint)]
    return Content(title: title, count: values.count) { line in
      let seen = values[line]
      let time = seen.wall == 0 ? "before" : WallTime.clock(seen.wall)
      guard !seen.isGone else {
        return [Piece(DisplayWidth.fit(time, to: 10) + stamp("")), Piece("no such key", .removed)]
      }
      let size = seen.prefix.count < seen.length ? " (\(Quantity.exact(seen.length)) bytes)" : ""
      let value = SafeText(seen.prefix, limit: max(8, width - 24 - size.count), repertoire: glyphs.repertoire)
        .text
      return [
        Piece(DisplayWidth.fit(time, to: 10)),
        Piece(stamp(Quantity.exact(seen.stamp)), .faint),
        Piece(value, line == 1 ? .strong : .plain), Piece(size, .faint),
      ]
    }
  }
}
