import SharedSimple

/// Where entries stand: a map of the slots, and how many of them a search looks at.
extension TableView {
  func drawMap(_ survey: TableSurvey, into sheet: inout Screen, row: Int) -> Int {
    let mapWidth = width - 2
    let rowLimit = isCompact ? 2 : 4
    // So many slots a character that all fit.
    let perCell = max(1, (survey.cells.count + mapWidth * rowLimit - 1) / (mapWidth * rowLimit))
    let slots = perCell * survey.slotsPerCell
    let shades = sheet.glyphs.shades
    sheet.write(
      [
        Piece("Map of the slots", .strong),
        Piece("  a cell: \(Quantity.counted(slots, "slot", "slots")), ", .faint),
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

  /// Lengths up to this one have a line each; the others share one for each doubling.
  private static let singleLengths = 4

  func drawProbes(_ survey: TableSurvey, into sheet: inout Screen, area: Area) -> Int {
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
}
