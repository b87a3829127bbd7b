import OriginalSegment
import SharedSimple

/// The lines above every view: is the app alive, how busy, is there room, does anybody wait.
struct HeaderView {
  let inspector: Inspector
  private static let labelWidth = 8

  func draw(into screen: inout Screen) {
    let area = inspector.layout.header
    drawIdentity(into: &screen, row: area.row)
    guard let sample = inspector.sample else {
      screen.write("Waiting for the first sample.", row: area.row + 1, column: 1, role: .faint)
      return
    }
    drawEntries(sample, into: &screen, row: area.row + 1)
    drawMemory(sample, into: &screen, row: area.row + 2)
    drawOperations(into: &screen, row: area.row + 3)
    drawLock(sample, into: &screen, row: area.row + 4)
    if area.height > 5 { drawTrend(into: &screen, row: area.row + 5) }
  }

  private var width: Int { inspector.layout.width }
  private var isCompact: Bool { inspector.layout.isCompact }

  // MARK: - Name and state

  private func drawIdentity(into screen: inout Screen, row: Int) {
    let states = states
    let name = SafeText(inspector.name, repertoire: screen.glyphs.repertoire)
    // The name gives way last: it says what all the rest is about.
    let left = min(name.columns, 16) + 1 + screen.spelledColumns(states)
    let wordings = isCompact ? [TabsView.compactPieces(inspector)] : surroundings
    let right = wordings.first { left + 4 + screen.spelledColumns($0) <= width } ?? wordings.last!
    let rightStart = width - 1 - screen.spelledColumns(right)
    let nameRoom = max(8, rightStart - 3 - screen.spelledColumns(states) - 1)
    let end = screen.write(
      SafeText(inspector.name, limit: nameRoom, repertoire: screen.glyphs.repertoire).text, row: row,
      column: 1,
      role: .heading)
    screen.write(states, row: row, column: end + 1, limit: max(0, rightStart - end - 2))
    screen.write(right, row: row, column: rightStart)
  }

  /// On a low screen what goes without saying gives way, so that the rest stands in whole words.
  private var states: [Piece] {
    if inspector.isReplay { return replayStates }
    let (isPaused, isHeld) = (inspector.isPaused, inspector.isOrderHeld)
    var words: [Piece] = []
    if !(isCompact && isPaused && isHeld) {
      switch inspector.access {
      case .shared: words.append(Piece("[SHARED]", .strong))
      case .readOnly: words.append(Piece("[READ-ONLY]", .warning))
      }
    }
    switch inspector.presence {
    case .live, .unpicked: if !(isCompact && (isPaused || isHeld)) { words.append(Piece("live", .good)) }
    case .gone(let since): words.append(Piece("GONE since \(WallTime.clock(since))", .critical))
    case .retired: words.append(Piece("RETIRED", .critical))
    case .failing: words.append(Piece("NOT SAMPLED", .critical))
    }
    if let word = inspector.identity?.formatWord { words.append(Piece(word, .strong)) }
    if isPaused { words.append(Piece("PAUSED", .warning)) }
    if isHeld { words.append(Piece("ORDER HELD", .warning)) }
    return spaced(words)
  }

  private var replayStates: [Piece] {
    let isHeld = inspector.isOrderHeld
    var words = [Piece("[REPLAY]", .warning)]
    if let word = inspector.identity?.formatWord { words.append(Piece(word, .strong)) }
    switch inspector.presence {
    case .live, .unpicked, .failing: break
    case .gone(let since): words.append(Piece("GONE since \(WallTime.clock(since))", .critical))
    case .retired: words.append(Piece("RETIRED", .critical))
    }
    if inspector.timeline?.isPlaying == false, !(isCompact && isHeld) {
      words.append(Piece("PAUSED", .warning))
    }
    if isHeld { words.append(Piece("ORDER HELD", .warning)) }
    return spaced(words)
  }

  private func spaced(_ words: [Piece]) -> [Piece] {
    Array(words.map { [$0] }.joined(separator: [Piece(" ")]))
  }

  /// Who is there, how often is sampled, and the time of the sample, in more words and in fewer.
  private var surroundings: [[Piece]] {
    let delay = Quantity.fixed(inspector.delay, decimals: inspector.delay < 1 ? 1 : 0)
    let clock = Piece(WallTime.clock(inspector.shownWall))
    if inspector.isReplay { return [people + [Piece("  "), clock], [clock]] }
    return [
      people + [Piece("  every \(delay) s  ", .faint), clock],
      people + [Piece("  "), clock],
      [clock],
    ]
  }

  // MARK: - Table and memory

  private func drawEntries(_ sample: SegmentSample, into screen: inout Screen, row: Int) {
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

  private func drawMemory(_ sample: SegmentSample, into screen: inout Screen, row: Int) {
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

  // MARK: - Rates

  private func drawOperations(into screen: inout Screen, row: Int) {
    label("Ops/s", into: &screen, row: row)
    guard let difference = inspector.difference else {
      screen.write("known from the second sample on", row: row, column: Self.labelWidth + 1, role: .faint)
      return
    }
    guard inspector.knowledge.contains(.counters) else {
      let rate = Piece(Quantity.rate(difference.changesPerSecond), .strong)
      screen.writeFirstFitting(
        [
          [rate, Piece(" changes a second seen; gets and puts are not counted by this format", .faint)],
          [rate, Piece(" changes seen; gets and puts are not counted", .faint)],
        ], row: row, column: Self.labelWidth + 1, limit: width - Self.labelWidth - 2)
      return
    }
    func wording(_ names: [String], _ gap: String) -> [Piece] {
      let numbers = [
        Quantity.rate(difference.getsPerSecond), Quantity.rate(difference.putsPerSecond),
        Quantity.rate(difference.removesPerSecond), Quantity.rate(difference.missesPerSecond),
        Quantity.percent(difference.hitRate),
      ]
      return zip(names, numbers).enumerated().flatMap { index, pair in
        [
          Piece((index == 0 ? "" : gap) + pair.0 + " ", .faint),
          Piece(DisplayWidth.fit(pair.1, to: 5, alignment: .right), .strong),
        ]
      }
    }
    let end = screen.writeFirstFitting(
      [
        wording(["gets", "puts", "removes", "misses", "hit rate"], "   "),
        wording(["gets", "puts", "removes", "misses", "hits"], "  "),
        wording(["get", "put", "rem", "miss", "hit"], " "),
      ],
      row: row, column: Self.labelWidth + 1, limit: width - Self.labelWidth - 2)
    if isCompact { drawSparkline(operations, into: &screen, row: row, after: end) }
  }

  private func drawLock(_ sample: SegmentSample, into screen: inout Screen, row: Int) {
    label("Lock", into: &screen, row: row)
    let glyphs = screen.glyphs
    if let looks = inspector.remarks.looks {
      guard !looks.isUnknown else {
        screen.write("of a kind not known here", row: row, column: Self.labelWidth + 1, role: .warning)
        return
      }
      let held = Piece(Self.percent(looks.heldShare), .strong)
      let waited = Piece(Self.percent(looks.waitedShare), looks.waitedShare > 0.1 ? .warning : .strong)
      let holder = holderPiece(LockQueue(sample), glyphs)
      screen.writeFirstFitting(
        [
          [
            held, Piece(" of looks held, ", .faint), waited,
            Piece(" with somebody waiting   held by ", .faint), holder,
          ],
          [held, Piece(" held, ", .faint), waited, Piece(" waited for   by ", .faint), holder],
          [held, Piece(" held by ", .faint), holder],
        ], row: row, column: Self.labelWidth + 1, limit: width - Self.labelWidth - 2)
      return
    }
    let difference = inspector.difference
    let share = difference?.contentionShare
    let isHigh = (share ?? 0) >= inspector.thresholds.highContention
    let contention = Piece(Self.percent(share), isHigh ? .warning : .strong)
    let slowest = Piece(
      difference?.slowestWaitBucket.map {
        glyphs.atMost + Quantity.duration(nanoseconds: LogHistogram.upperBound(ofBucket: $0))
      } ?? "none", .strong)
    let queue = LockQueue(sample)
    let holder = holderPiece(queue, glyphs)
    let high = isHigh ? " HIGH" : ""
    let wordings: [[Piece]] = [
      [
        contention, Piece(" contended\(high)   slowest wait ", .faint), slowest, Piece("   held by ", .faint),
        holder,
      ],
      [
        contention, Piece(" contended\(high)  slowest ", .faint), slowest, Piece("  held by ", .faint),
        holder,
      ],
      [contention, Piece(" contended\(high)  max ", .faint), slowest, Piece("  holder ", .faint), holder],
      [contention, Piece("\(high) max ", .faint), slowest, Piece(" held by ", .faint), holder],
    ]
    let crowd = isCompact ? [Piece("  ")] + people : []
    let end = screen.writeFirstFitting(
      wordings.map { $0 + crowd } + [wordings.last!], row: row, column: Self.labelWidth + 1,
      limit: width - Self.labelWidth - 2)
    if isCompact { drawSparkline(contentions, into: &screen, row: row, after: end) }
  }

  private func holderPiece(_ queue: LockQueue, _ glyphs: GlyphSet) -> Piece {
    guard let holder = queue.holder else { return Piece("nobody", .strong) }
    let name =
      queue.holderRow.map { " " + SafeText($0.name, limit: 16, repertoire: glyphs.repertoire).text } ?? ""
    let held = inspector.holder.heldNanoseconds ?? 0
    let isLong = held >= inspector.thresholds.longHold
    return Piece(
      "\(holder)\(name)"
        + (isLong ? " \(heldLong) \(Quantity.duration(nanoseconds: held))" : ""),
      isLong ? .critical : .strong)
  }

  /// Looks that find the same owner do not prove that it never let go.
  private var heldLong: String {
    isCompact ? "HELD" : inspector.knowledge.contains(.lockTimes) ? "HELD LONG" : "IN EACH LOOK FOR"
  }

  /// How many are attached, in as few words as there is room for.
  private var people: [Piece] {
    guard let sample = inspector.sample else { return [] }
    let dead = sample.participants.count { $0.liveness == .dead }
    let living = sample.participants.count - dead
    let noun =
      switch (isCompact, living) {
      case (true, 1): " proc"
      case (true, _): " procs"
      case (false, 1): " process"
      case (false, _): " processes"
      }
    var pieces = [Piece("\(living)", .strong), Piece(noun, .faint)]
    if sample.unlistedCount > 0 {
      pieces.append(
        Piece(isCompact ? "+\(sample.unlistedCount)" : ", \(sample.unlistedCount) unlisted", .faint))
    }
    if dead > 0 { pieces.append(Piece(isCompact ? ",\(dead) dead" : ", \(dead) dead", .warning)) }
    return pieces
  }

  /// A share in five columns, so that what stands behind it does not move.
  private static func percent(_ share: Double?) -> String {
    DisplayWidth.fit(Quantity.percent(share), to: 5, alignment: .right)
  }

  // MARK: - Charts

  private var operations: [Double?] { inspector.trail.points.map(\.operationsPerSecond) }
  private var contentions: [Double?] { inspector.trail.points.map { $0.contention ?? 0 } }

  private func drawTrend(into screen: inout Screen, row: Int) {
    label("Trend", into: &screen, row: row)
    let start = Self.labelWidth + 1
    guard inspector.knowledge.contains(.counters) else {
      return drawChart(
        "changes", operations, peak: { Quantity.rate($0) + "/s" }, into: &screen, row: row, column: start,
        width: width - 1 - start)
    }
    let half = (width - 1 - start) / 2
    drawChart(
      "ops", operations, peak: { Quantity.rate($0) + "/s" }, into: &screen, row: row, column: start,
      width: half - 2)
    drawChart(
      "contention", contentions, peak: { Quantity.percent($0) }, into: &screen, row: row,
      column: start + half, width: half)
  }

  private func drawChart(
    _ name: String, _ values: [Double?], peak: (Double) -> String, into screen: inout Screen, row: Int,
    column: Int, width: Int
  ) {
    let chartWidth = width - name.count - 1 - 12
    guard chartWidth >= 5 else { return }
    let top = values.suffix(chartWidth).reduce(0) { max($0, $1 ?? 0) }
    let start = screen.write(name + " ", row: row, column: column, role: .faint)
    screen.write(
      Sparkline(values: values, top: top).text(width: chartWidth, glyphs: screen.glyphs), row: row,
      column: start, role: .gaugeLive)
    screen.write(" top \(peak(top))", row: row, column: start + chartWidth, limit: 12, role: .faint)
  }

  private func drawSparkline(_ values: [Double?], into screen: inout Screen, row: Int, after column: Int) {
    let room = width - 2 - column
    guard room >= 4 else { return }
    let chartWidth = min(room - 1, 30)
    let top = values.suffix(chartWidth).reduce(0) { max($0, $1 ?? 0) }
    screen.write(
      Sparkline(values: values, top: top).text(width: chartWidth, glyphs: screen.glyphs), row: row,
      column: width - 1 - chartWidth, role: .gaugeLive)
  }

  private func label(_ text: String, into screen: inout Screen, row: Int) {
    screen.write(text, row: row, column: 1, limit: Self.labelWidth, role: .faint)
  }
}
