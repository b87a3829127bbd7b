import SharedSimple

/// The table: how full it is, how far searches go, how its memory is used, how large entries are.
///
/// Drawn into a screen as high as it needs, of which the part is shown that was scrolled to.
struct TableView {
  let inspector: Inspector

  static let meaning = "Slots are counted without the lock."

  private var isCompact: Bool { inspector.layout.isCompact }
  /// Rows left free between the parts.
  private var gap: Int { isCompact ? 0 : 1 }
  private var width: Int { inspector.layout.width }

  func draw(into screen: inout Screen) {
    let body = inspector.layout.body
    let (sheet, used) = sheet(screen.glyphs)
    screen.copy(sheet, from: min(inspector.scroll, max(0, used - body.height)), to: body)
    screen.cursor = Screen.Position(row: body.row, column: 0)
  }

  /// How far the view can be scrolled.
  var scrollLimit: Int { max(0, sheet(.unicode).used - inspector.layout.body.height) }

  private func sheet(_ glyphs: GlyphSet) -> (Screen, used: Int) {
    var sheet = Screen(width: width, height: 200, glyphs: glyphs)
    guard let sample = inspector.sample else { return (sheet, 0) }
    var row = drawLoad(sample, into: &sheet, row: 0) + gap
    guard let survey = inspector.table.survey else {
      guard !inspector.wantsSurvey else {
        sheet.write("Counting the slots…", row: row, column: 1, role: .faint)
        return (sheet, row + 1)
      }
      // Entries are known of other moments too.
      let note = Self.uncounted.first { $0.count <= width - 2 } ?? ""
      sheet.write(note, row: row, column: 1, role: .faint)
      let sizes = Area(row: row + 1 + gap, column: 1, height: 40, width: width - 2)
      row = drawSizes(into: &sheet, area: sizes) + gap
      row = drawLargest(into: &sheet, row: row)
      return (sheet, row)
    }
    row = drawMap(survey, into: &sheet, row: row) + gap
    // Side by side where there is room for two.
    let isWide = width >= 100
    let half = isWide ? (width - 4) / 2 : width - 2
    let probes = Area(row: row, column: 1, height: 40, width: half)
    let afterProbes = drawProbes(survey, into: &sheet, area: probes)
    let sizeRow = isWide ? row : afterProbes + gap
    let sizes = Area(row: sizeRow, column: isWide ? half + 3 : 1, height: 40, width: half)
    let afterSizes = drawSizes(into: &sheet, area: sizes)
    row = max(afterProbes, afterSizes) + gap
    row = drawHeap(survey, sample.memory, into: &sheet, row: row) + gap
    row = drawLargest(into: &sheet, row: row)
    return (sheet, row)
  }

  /// What is said in place of slots and blocks, in more words and in fewer.
  private static let uncounted = [
    "Slots and free blocks are counted only of a segment that is there now; they are not recorded.",
    "Slots and blocks are counted only of what is there now.",
  ]

  // MARK: - Load over time

  private func drawLoad(_ sample: SegmentSample, into sheet: inout Screen, row first: Int) -> Int {
    var row = first
    for finding in inspector.remarks.findings(on: .table) {
      for line in lines(of: sheet.glyphs.spelled(finding.sentence), width: width - 2) {
        sheet.write(line, row: row, column: 1, role: finding.isGrave ? .critical : .warning)
        row += 1
      }
    }
    let table = sample.table
    if let outlook = GrowthOutlook(sample, inspector.knowledge) {
      row = drawOutlook(outlook, table, into: &sheet, row: row)
    } else {
      drawOccupancy(table, into: &sheet, row: row)
    }
    sheet.writeFirstFitting(lastGrowth, row: row + 1, column: 1, limit: width - 2)
    return drawLoadChart(into: &sheet, row: row)
  }

  /// - Returns: the row of its last line.
  private func drawOutlook(
    _ outlook: GrowthOutlook, _ table: TableSample, into sheet: inout Screen, row: Int
  ) -> Int {
    sheet.write(
      [
        Piece(Quantity.exact(table.slotCount), .strong), Piece(" slots  "),
        Piece(Quantity.percent(outlook.slotShare), .strong), Piece(" in use  data "),
        Piece(Quantity.percent(outlook.dataShare), .strong), Piece(" in use"),
      ], row: row, column: 1, limit: width - 2)
    let mean = outlook.meanByteCount.map { " of \(Quantity.bytes($0)), the mean size" } ?? ""
    let isByData = outlook.first == .data
    let words = [
      "grows after \(Quantity.exact(outlook.entriesLeft)) more \(outlook.entriesLeft == 1 ? "entry" : "entries")\(mean): "
        + (isByData
          ? "the data is full then, with \(Quantity.exact(outlook.slotsLeft - outlook.entriesLeft)) slots free"
          : "every slot is in use then"),
      "grows after \(Quantity.exact(outlook.entriesLeft)) more: \(isByData ? "data full" : "no slot free")",
    ]
    sheet.write(
      words.first { $0.count <= width - 2 } ?? words[1], row: row + 1, column: 1, limit: width - 2,
      role: outlook.share >= inspector.thresholds.nearGrowth ? .warning : .plain)
    return row + 1
  }

  private func drawOccupancy(_ table: TableSample, into sheet: inout Screen, row: Int) {
    let slots = Double(max(1, table.slotCount))
    sheet.write(
      [
        Piece(Quantity.exact(table.slotCount), .strong), Piece(" slots  "),
        Piece(Quantity.percent(Double(table.entryCount) / slots), .strong), Piece(" live  "),
        Piece(Quantity.percent(Double(table.removedSlotCount) / slots), .strong),
        Piece(" removed  grows at "),
        Piece(Quantity.percent(Double(table.growthThreshold) / slots), .strong),
      ], row: row, column: 1, limit: width - 2)
  }

  private func drawLoadChart(into sheet: inout Screen, row: Int) -> Int {
    let points = inspector.trail.points
    let chartWidth = max(0, width - 2 - 10)
    let rows = isCompact ? 1 : 3
    let shown = Array(points.suffix(chartWidth))
    let start = 10 + chartWidth - shown.count
    sheet.write("Load", row: row + 2, column: 1, role: .faint)
    if rows > 1 {
      sheet.write(" 100%", row: row + 2, column: 5, role: .faint)
      sheet.write("   0%", row: row + 1 + rows, column: 5, role: .faint)
    }
    for (index, point) in shown.enumerated() {
      drawBar(point.load, into: &sheet, bottom: row + 1 + rows, rows: rows, column: start + index)
      let before = index > 0 ? shown[index - 1].generation : points.dropLast(shown.count).last?.generation
      if let before, before != point.generation {
        sheet.write(
          String(sheet.glyphs.ascending), row: row + 2 + rows, column: start + index, role: .warning)
      }
    }
    let growths = zip(points, points.dropFirst()).count { $0.generation != $1.generation }
    sheet.write(
      growths == 0 ? "no growth seen yet" : "grew \(growths)x", row: row + 2 + rows, column: 1, role: .faint)
    return row + 3 + rows
  }

  /// In more words and in fewer.
  private var lastGrowth: [[Piece]] {
    guard let event = inspector.events.lastGrowth else { return [[Piece("No growth is known.", .faint)]] }
    let time = Piece(WallTime.clock(event.wall), .strong)
    let ago = Piece(" (\(Quantity.age(from: event.wall, to: inspector.shownWall)) ago)", .faint)
    let sentence = Piece("  " + event.sentence())
    return [[time, ago, sentence], [time, sentence]]
  }

  private func drawBar(_ share: Double, into sheet: inout Screen, bottom: Int, rows: Int, column: Int) {
    let levels = sheet.glyphs.levels
    var height = min(rows * levels.count, max(1, Int((share * Double(rows * levels.count)).rounded())))
    for row in 0..<rows where height > 0 {
      let level = min(height, levels.count)
      sheet.write(String(levels[level - 1]), row: bottom - row, column: column, role: .gaugeLive)
      height -= level
    }
  }

  // MARK: - Map

  private func drawMap(_ survey: TableSurvey, into sheet: inout Screen, row: Int) -> Int {
    let mapWidth = width - 2
    let rowLimit = isCompact ? 2 : 4
    // So many slots a character that all fit.
    let perCell = max(1, (survey.cells.count + mapWidth * rowLimit - 1) / (mapWidth * rowLimit))
    let slots = perCell * survey.slotsPerCell
    let shades = sheet.glyphs.shades
    sheet.write(
      [
        Piece("Map of the slots", .strong),
        Piece("  a cell: \(Quantity.exact(slots)) \(slots == 1 ? "slot" : "slots"), ", .faint),
        Piece(String(shades.first!)), Piece(" empty to ", .faint), Piece(String(shades.last!)),
        Piece(" full", .faint),
      ], row: row, column: 1, limit: mapWidth)
    var place = 0
    for start in stride(from: 0, to: survey.cells.count, by: perCell) {
      let cells = survey.cells[start..<min(start + perCell, survey.cells.count)]
      let room = min(survey.slotCount - start * survey.slotsPerCell, slots)
      let used = cells.reduce(0) { $0 + $1.live + $1.removed }
      let live = cells.reduce(0) { $0 + $1.live }
      let share = Double(used) / Double(max(1, room))
      let shade =
        used == 0 ? 0 : max(1, min(shades.count - 1, Int((share * Double(shades.count - 1)).rounded())))
      sheet.write(
        String(shades[shade]), row: row + 1 + place / mapWidth, column: 1 + place % mapWidth,
        role: used == 0 ? .gaugeFree : live * 2 < used ? .gaugeRemoved : .gaugeLive)
      place += 1
    }
    return row + 1 + (place + mapWidth - 1) / mapWidth
  }

  // MARK: - Probe lengths

  /// Lengths up to this one have a line each; the others share one for each doubling.
  private static let singleLengths = 4

  private func drawProbes(_ survey: TableSurvey, into sheet: inout Screen, area: Area) -> Int {
    let counts = survey.probeLengths
    let total = counts.reduce(0, +)
    let mean =
      total == 0
      ? 0 : Double(counts.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }) / Double(total)
    sheet.write(
      [
        Piece("Slots a search looks at", .strong),
        Piece(
          "  mean \(Quantity.fixed(mean, decimals: 2)), longest \(Quantity.exact(survey.longestProbe))",
          .faint),
      ], row: area.row, column: area.column, limit: area.width)
    var row = area.row + 1
    for range in Self.probeRanges(counts.count) where total > 0 {
      let count = counts[(range.lowerBound - 1)...(range.upperBound - 1)].reduce(0, +)
      guard count > 0 || range.upperBound <= Self.singleLengths else { continue }
      let name =
        range.count == 1
        ? "\(range.lowerBound)"
        : range.upperBound == counts.count
          ? "\(sheet.glyphs.atLeast)\(range.lowerBound)"
          : "\(range.lowerBound)\(sheet.glyphs.to)\(range.upperBound)"
      bar(name, Double(count) / Double(total), Quantity.exact(count), into: &sheet, row: row, area)
      row += 1
    }
    return row
  }

  private static func probeRanges(_ count: Int) -> [ClosedRange<Int>] {
    var ranges = (1...singleLengths).map { $0...$0 }
    var low = singleLengths + 1
    while low <= count {
      let high = min(count, (low - 1) * 2)
      ranges.append(low...high)
      low = high + 1
    }
    return ranges
  }

  /// A name, a bar for a share of all, and the number.
  private func bar(
    _ name: String, _ share: Double, _ number: String, into sheet: inout Screen, row: Int, _ area: Area
  ) {
    sheet.write(name, row: row, column: area.column + 1, columns: 8, alignment: .right, role: .faint)
    let barWidth = max(4, area.width - 10 - 18)
    let filled = share > 0 ? max(1, Int((share * Double(barWidth)).rounded())) : 0
    sheet.write(
      String(repeating: sheet.glyphs.full, count: min(filled, barWidth)), row: row, column: area.column + 10,
      role: .gaugeLive)
    sheet.write(
      "\(DisplayWidth.fit(Quantity.percent(share), to: 5, alignment: .right)) \(number)", row: row,
      column: area.column + 11 + barWidth, limit: 17)
  }

  // MARK: - Sizes

  private func drawSizes(into sheet: inout Screen, area: Area) -> Int {
    sheet.write(
      [Piece("Sizes of entries", .strong), Piece("  bytes of key and value", .faint)], row: area.row,
      column: area.column, limit: area.width)
    guard let sizes = inspector.table.sizes, sizes.count > 0 else {
      let text = inspector.table.sizes == nil ? "Known after the first pass." : "There is no entry."
      sheet.write(text, row: area.row + 1, column: area.column + 2, role: .faint)
      return area.row + 2
    }
    var row = area.row + 1
    for (name, share) in [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999)] {
      let bound = sizes.percentile(share).map { sheet.glyphs.atMost + Quantity.exact($0) } ?? "-"
      sheet.write(
        [Piece(DisplayWidth.fit(name, to: 8), .faint), Piece(bound, .strong)], row: row,
        column: area.column + 2)
      row += 1
    }
    sheet.write(
      [
        Piece(DisplayWidth.fit("keys", to: 8), .faint), Piece(Quantity.bytes(sizes.keyBytes)),
        Piece("  values ", .faint), Piece(Quantity.bytes(sizes.valueBytes)),
      ], row: row, column: area.column + 2)
    return row + 1
  }

  private func drawLargest(into sheet: inout Screen, row: Int) -> Int {
    guard let largest = inspector.table.sizes?.largest, !largest.isEmpty else { return row }
    sheet.write(
      [Piece("The largest entries", .strong), Piece("  bytes of key and value, of the value alone", .faint)],
      row: row,
      column: 1, limit: width - 2)
    for (line, entry) in largest.enumerated() {
      let sizes =
        DisplayWidth.fit(Quantity.exact(entry.byteCount), to: 12, alignment: .right)
        + DisplayWidth.fit(Quantity.exact(entry.valueLength), to: 12, alignment: .right) + "  "
      sheet.write(
        [
          Piece(sizes),
          Piece(SafeText(entry.key, limit: width - 28, repertoire: sheet.glyphs.repertoire).text, .strong),
        ], row: row + 1 + line, column: 1, limit: width - 2)
    }
    return row + 1 + largest.count
  }

  // MARK: - Heap

  /// Sizes of blocks that are named; those with the most free bytes. Arbitrary.
  private static let blockLines = 12

  private func drawHeap(
    _ survey: TableSurvey, _ memory: MemorySample, into sheet: inout Screen, row: Int
  ) -> Int {
    let untouched = max(0, memory.heapClaimed - memory.heapLive - memory.heapFree)
    sheet.write(
      [
        Piece("Heap", .strong), Piece("  claimed ", .faint),
        Piece(Quantity.bytes(memory.heapClaimed), .strong),
        Piece("  live ", .faint), Piece(Quantity.bytes(memory.heapLive), .strong),
        Piece("  free blocks ", .faint), Piece(Quantity.bytes(memory.heapFree), .strong),
        Piece("  not used yet ", .faint), Piece(Quantity.bytes(untouched), .strong),
      ], row: row, column: 1, limit: width - 2)
    var line = row + 1
    if !survey.isHeapWhole {
      sheet.write("Counted in part: the heap was changing.", row: line, column: 3, role: .warning)
      line += 1
    }
    guard !survey.blocks.isEmpty else { return line }
    sheet.write(
      Self.blockLine("BLOCK", "LIVE", "FREE", "FREE BYTES"), row: line, column: 1, role: .faint)
    let shown = survey.blocks.sorted {
      ($0.free * $0.byteCount, $1.byteCount) > ($1.free * $1.byteCount, $0.byteCount)
    }
    .prefix(Self.blockLines).sorted { $0.byteCount < $1.byteCount }
    for blocks in shown {
      line += 1
      sheet.write(
        Self.blockLine(
          Quantity.exact(blocks.byteCount), Quantity.exact(blocks.live), Quantity.exact(blocks.free),
          Quantity.bytes(blocks.free * blocks.byteCount)), row: line, column: 1, limit: width - 2)
    }
    if survey.blocks.count > shown.count {
      line += 1
      sheet.write(
        "and \(survey.blocks.count - shown.count) more sizes with fewer free bytes", row: line, column: 3,
        role: .faint)
    }
    return line + 1
  }

  private static func blockLine(_ size: String, _ live: String, _ free: String, _ bytes: String) -> String {
    [(size, 12), (live, 14), (free, 14), (bytes, 14)].map {
      DisplayWidth.fit($0.0, to: $0.1, alignment: .right)
    }.joined()
  }
}
