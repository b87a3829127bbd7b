import SharedSimple

/// What entries take: their sizes, the largest of them, and the blocks of the heap.
extension TableView {
  func drawSizes(into sheet: inout Screen, area: Area) -> Int {
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

  func drawLargest(into sheet: inout Screen, row: Int) -> Int {
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

  /// Sizes of blocks that are named; those with the most free bytes. Arbitrary.
  private static let blockLines = 12

  func drawHeap(
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
