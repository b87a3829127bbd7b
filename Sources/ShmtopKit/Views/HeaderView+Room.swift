import SharedSimple

/// Whether there is room: in the table, in the segment, and in the memory of the system.
extension HeaderView {
  func drawEntries(_ sample: SegmentSample, into screen: inout Screen, row: Int) {
    let table = sample.table
    label("Entries", into: &screen, row: row)
    if let outlook = GrowthOutlook(sample, inspector.knowledge) {
      return drawEntries(table, outlook, into: &screen, row: row)
    }
    let slots = Double(max(1, table.slotCount))
    let used = table.entryCount + table.removedSlotCount
    let isNearGrowth =
      table.growthThreshold > 0
      && Double(used) >= inspector.thresholds.nearGrowth * Double(table.growthThreshold)
    let count = Piece(
      DisplayWidth.fit(Quantity.exact(table.entryCount), to: max(9, Quantity.exact(table.entryCount).count)),
      .strong)
    let live = Piece("\(Self.percent(Double(table.entryCount) / slots)) live")
    let removed = Piece("\(Self.percent(Double(table.removedSlotCount) / slots)) removed", .faint)
    let grows =
      isNearGrowth
      ? Piece("about to grow", .warning)
      : Piece(
        "grows at \(Quantity.exact(table.growthThreshold)) of \(Quantity.exact(table.slotCount))", .faint)
    let gap = Piece("  ")
    let space = Piece(" ")
    let wordings: [[Piece]] = [
      [live, gap, removed, gap, grows],
      [
        live, space, removed, gap,
        Piece("grows at \(Quantity.exact(table.growthThreshold))", isNearGrowth ? .warning : .faint),
      ],
      [live, space, removed],
    ]
    let start = screen.write([count, space], row: row, column: Self.labelWidth + 1)
    let room = width - 1 - start
    let words = wordings.first { screen.spelledColumns($0) + 15 <= room } ?? wordings.last!
    let gauge = Gauge(
      live: Double(table.entryCount) / slots, removed: Double(table.removedSlotCount) / slots,
      mark: table.growthThreshold > 0 ? Double(table.growthThreshold) / slots : nil)
    let gaugeWidth = min(50, room - screen.spelledColumns(words) - 1)
    gauge.draw(into: &screen, row: row, column: start, width: gaugeWidth)
    screen.write(words, row: row, column: start + gaugeWidth + 1)
  }

  /// Of a table that grows when its slots or its data are used up.
  private func drawEntries(
    _ table: TableSample, _ outlook: GrowthOutlook, into screen: inout Screen, row: Int
  ) {
    let isNear = outlook.share >= inspector.thresholds.nearGrowth
    let count = Piece(
      DisplayWidth.fit(Quantity.exact(table.entryCount), to: max(9, Quantity.exact(table.entryCount).count)),
      .strong)
    let start = screen.write([count, Piece(" ")], row: row, column: Self.labelWidth + 1)
    let shares = [
      Piece("\(Self.percent(outlook.slotShare)) of slots "),
      Piece("\(Self.percent(outlook.dataShare)) of data  "),
    ]
    let left = Quantity.exact(outlook.entriesLeft)
    let role: Role = isNear ? .warning : .faint
    let word = isNear ? "about to grow: in " : "grows in "
    let wordings: [[Piece]] = [
      shares + [Piece("\(word)\(left) (\(outlook.first == .data ? "data full" : "no slot free"))", role)],
      shares + [Piece("\(word)\(left)", role)],
      shares,
    ]
    let room = width - 1 - start
    let words = wordings.first { screen.spelledColumns($0) + 15 <= room } ?? wordings.last!
    let gaugeWidth = min(50, room - screen.spelledColumns(words) - 1)
    Gauge(live: outlook.share).draw(into: &screen, row: row, column: start, width: gaugeWidth)
    screen.write(words, row: row, column: start + gaugeWidth + 1)
  }

  func drawMemory(_ sample: SegmentSample, into screen: inout Screen, row: Int) {
    let memory = sample.memory
    label("Memory", into: &screen, row: row)
    let used = memory.headerByteCount + sample.table.slotCount * 8 + memory.heapLive
    let share = memory.systemTotal > 0 ? Double(memory.systemFree) / Double(memory.systemTotal) : 1
    let thresholds = inspector.thresholds
    let (word, role): (String, Role) =
      share < thresholds.criticalFreeShare
      ? (" NEARLY FULL", .critical) : share < thresholds.lowFreeShare ? (" LOW", .warning) : ("", .strong)
    let pieces = [
      Piece("claimed ", .faint), Piece(Quantity.bytes(memory.claimed), .strong),
      Piece("  used ", .faint), Piece(Quantity.bytes(used), .strong),
    ]
    let shortFree = [
      Piece("/dev/shm free ", .faint), Piece(Quantity.bytes(memory.systemFree) + word, role),
    ]
    let free = [
      Piece("free in /dev/shm ", .faint), Piece(Quantity.bytes(memory.systemFree), role),
      Piece(" of \(Quantity.bytes(memory.systemTotal))", .faint), Piece(word, role),
    ]
    let terse = [
      Piece("claimed ", .faint), Piece(Quantity.bytes(memory.claimed), .strong), Piece(" used ", .faint),
      Piece(Quantity.bytes(used), .strong), Piece(" shm free ", .faint),
      Piece(Quantity.bytes(memory.systemFree) + word, role),
    ]
    screen.writeFirstFitting(
      [pieces + [Piece("    ")] + free, pieces + [Piece("  ")] + shortFree, terse], row: row,
      column: Self.labelWidth + 1,
      limit: width - Self.labelWidth - 2)
  }
}
