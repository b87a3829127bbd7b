import SharedSimple

/// How full the table is, and was: what is to be said of it, and a chart with its growths.
extension TableView {
  func drawLoad(_ sample: SegmentSample, into sheet: inout Screen, row first: Int) -> Int {
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
      growths == 0 ? "no growth in this time" : "grew \(growths)x", row: row + 2 + rows, column: 1,
      role: .faint)
    return row + 3 + rows
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

  /// In more words and in fewer.
  private var lastGrowth: [[Piece]] {
    guard let event = inspector.events.lastGrowth else { return [[Piece("No growth is known.", .faint)]] }
    let time = Piece(WallTime.clock(event.wall), .strong)
    let ago = Piece(" (\(Quantity.age(from: event.wall, to: inspector.shownWall)) ago)", .faint)
    let sentence = Piece("  " + event.sentence())
    return [[time, ago, sentence], [time, sentence]]
  }
}
