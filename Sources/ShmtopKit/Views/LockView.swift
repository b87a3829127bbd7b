import OriginalSegment
import SharedSimple

/// The lock: who waits, and for whom, first of all.
struct LockView: ScrolledView {
  let inspector: Inspector
  static let sheetHeight = 400

  private var remarks: Remarks { inspector.remarks }
  /// Rows of bars in a histogram.
  private var barRows: Int { inspector.layout.isCompact ? 1 : 4 }
  /// Rows left free between the parts.
  private var gap: Int { inspector.layout.isCompact ? 0 : 1 }

  func drawAll(into sheet: inout Screen) -> Int {
    guard let sample = inspector.sample else { return 0 }
    // Of a lock that cannot be read, neither is known.
    var row = remarks.looks?.isUnknown ?? false ? 0 : drawQueue(LockQueue(sample), sample, into: &sheet)
    for finding in remarks.findings(on: .lock) {
      for line in lines(of: finding.sentence, width: sheet.width - 2) {
        sheet.write(line, row: row, column: 1, role: finding.isGrave ? .critical : .warning)
        row += 1
      }
    }
    if let looks = remarks.looks { return draw(looks, sample, into: &sheet, row: row + gap) }
    // Who is to blame is asked before how long waits are; always in this order, so that nothing moves when somebody waits.
    row = drawBlame(into: &sheet, row: row + gap)
    row = drawHistograms(sample, into: &sheet, row: row + gap)
    return drawTotals(sample, into: &sheet, row: row + gap)
  }

  // MARK: - The queue

  private func drawQueue(_ queue: LockQueue, _ sample: SegmentSample, into sheet: inout Screen) -> Int {
    let (sentence, role) = sentence(queue, sheet.glyphs)
    var row = 0
    for line in lines(of: sentence, width: sheet.width - 2) {
      sheet.write(line, row: row, column: 1, role: role)
      row += 1
    }
    for waiter in queue.waiters.prefix(100) {
      let since = waiter.waitingSinceMonotonic ?? 0
      let nanoseconds = elapsed(from: since, to: sample.takenMonotonic)
      sheet.write(
        [
          Piece("waits ", .faint),
          Piece(
            DisplayWidth.fit(Quantity.duration(nanoseconds: nanoseconds), to: 7, alignment: .right), .strong),
          Piece("  \(person(waiter, sheet.glyphs))  "),
          Piece(waiter.liveness == .running ? "" : waiter.liveness.rawValue, .warning),
          Piece(waiter.waitingFor.map { "for \($0)" } ?? "", .faint),
        ], row: row, column: 3, limit: sheet.width - 4)
      row += 1
    }
    return row
  }

  /// What there is to say of the holder and of those who wait.
  private func sentence(_ queue: LockQueue, _ glyphs: GlyphSet) -> (String, Role) {
    let count = queue.waiters.count
    let isExact = remarks.waiterCount(seen: count) != nil
    let waiting =
      count == 0
      ? (isExact ? "nobody waits" : "somebody may wait")
      : (isExact ? "" : "at least ") + (count == 1 ? "1 process waits" : "\(count) processes wait")
    guard let pid = queue.holder else {
      return ("The lock is free; \(waiting).", count == 0 ? .good : .plain)
    }
    let name =
      queue.holderRow.map { $0.name.isEmpty ? "" : " (\(safe($0.name, glyphs)))" }
      ?? (inspector.knowledge.contains(.participants) ? " (unlisted)" : "")
    let held = inspector.holder.heldNanoseconds ?? 0
    let isTimed = inspector.knowledge.contains(.lockTimes)
    let time =
      (isTimed && !inspector.holder.isExact ? "at least " : "") + Quantity.duration(nanoseconds: held)
    let having =
      held == 0
      ? "holds the lock"
      : isTimed ? "has held the lock for \(time)" : "has had the lock in each look for \(time)"
    let isLong = held >= inspector.thresholds.longHold
    let state: String? =
      switch queue.holderRow?.liveness {
      case .stopped: "is stopped and"
      case .dead: "is dead and"
      case .blocked where isLong: "is blocked in the kernel and"
      case .running where isLong && isTimed: "seems stuck: it"
      case .unknown where isLong: "(whose state cannot be known here)"
      default: nil
      }
    let isBad = isLong || queue.holderRow?.liveness == .stopped || queue.holderRow?.liveness == .dead
    return (
      "pid \(pid)\(name) \(state.map { $0 + " " } ?? "")\(having); \(waiting).",
      isBad ? .critical : .plain
    )
  }

  private func person(_ participant: ParticipantSample, _ glyphs: GlyphSet) -> String {
    "\(participant.pid) \(safe(participant.name, glyphs))"
  }

  private func safe(_ name: [UInt8], _ glyphs: GlyphSet) -> String {
    SafeText(name, limit: 24, repertoire: glyphs.repertoire).text
  }

  // MARK: - A lock that does not count by itself

  private func draw(
    _ looks: LockWatch, _ sample: SegmentSample, into sheet: inout Screen, row: Int
  ) -> Int {
    guard !looks.isUnknown else {
      sheet.write("The mutex is of a kind that is not known here.", row: row, column: 1, role: .warning)
      return row + 1
    }
    let lines: [[Piece]] = [
      [
        Piece("Looked at ", .faint), Piece(Quantity.exact(looks.looks), .strong),
        Piece(looks.looks == 1 ? " time: held " : " times: held ", .faint),
        Piece(Quantity.percent(looks.heldShare), .strong), Piece(", with somebody waiting ", .faint),
        Piece(Quantity.percent(looks.waitedShare), .strong),
      ],
      [
        Piece("Longest seen with the same owner: ", .faint)
      ] + longest(looks.longestRun),
    ]
    for (index, line) in lines.enumerated() {
      sheet.write(line, row: row + index, column: 1, limit: sheet.width - 2)
    }
    var next = row + lines.count + gap
    let owners = looks.looksByOwner.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(20)
    guard !owners.isEmpty else { return next }
    sheet.write("Who was seen with it", row: next, column: 1, role: .strong)
    next += 1
    for (owner, count) in owners {
      let row = sample.participants.first { $0.pid == owner }
      sheet.write(
        [
          Piece(
            DisplayWidth.fit(
              Quantity.percent(Double(count) / Double(max(1, looks.held))), to: 6, alignment: .right), .strong
          ),
          Piece("  " + (row.map { person($0, sheet.glyphs) } ?? "thread \(owner)")),
        ], row: next, column: 3, limit: sheet.width - 4)
      next += 1
    }
    return next
  }

  private func longest(_ run: LockWatch.Run) -> [Piece] {
    switch run.looks {
    case 0: [Piece("none", .strong)]
    case 1: [Piece("thread \(run.owner)", .strong), Piece(", seen once", .faint)]
    default:
      [
        Piece(Quantity.duration(nanoseconds: run.nanoseconds), .strong),
        Piece(", thread \(run.owner), in \(run.looks) looks", .faint),
      ]
    }
  }

  // MARK: - Charts

  private func drawHistograms(_ sample: SegmentSample, into sheet: inout Screen, row: Int) -> Int {
    let difference = inspector.periodDifference
    let waits = difference?.waits ?? LogHistogram()
    let holds = difference?.sampledHolds ?? LogHistogram()
    let half = (sheet.width - 4) / 2
    let buckets = HistogramView.buckets([waits, holds], width: half)
    let height = HistogramView.frameRows + barRows
    HistogramView(
      title: "Waits", histogram: waits,
      longest: inspector.period == .sinceCreation ? sample.lock.longestWait : nil, role: .waitBar,
      buckets: buckets
    ).draw(into: &sheet, area: Area(row: row, column: 1, height: height, width: half))
    HistogramView(
      title: "Holds, sampled", histogram: holds, longest: nil, isSampled: true, role: .holdBar,
      buckets: buckets
    ).draw(into: &sheet, area: Area(row: row, column: 3 + half, height: height, width: half))
    return row + height
  }

  private func drawTotals(_ sample: SegmentSample, into sheet: inout Screen, row: Int) -> Int {
    let lock = sample.lock
    let chartWidth = max(0, sheet.width - 33)
    let contentions = inspector.trail.points.map(\.contention)
    let top = contentions.suffix(chartWidth).reduce(0.0) { max($0, $1 ?? 0) }
    var column = sheet.write("Contention ", row: row, column: 1, role: .faint)
    column = sheet.write(
      Sparkline(values: contentions, top: top).text(width: chartWidth, glyphs: sheet.glyphs), row: row,
      column: column, role: .waitBar)
    sheet.write(" top \(Quantity.percent(top))", row: row, column: column, role: .faint)
    let shown = inspector.periodDifference
    let isRate = inspector.period == .interval
    let taken =
      isRate
      ? Quantity.rate(shown?.acquisitionsPerSecond ?? 0) + "/s" : Quantity.count(shown?.acquisitions ?? 0)
    sheet.write(
      [
        Piece("Taken ", .faint), Piece(taken, .strong), Piece(", after a wait ", .faint),
        Piece(Quantity.percent(shown?.contentionShare), .strong),
      ], row: row + 1, column: 1, limit: sheet.width - 2)
    sheet.write(
      [
        Piece("Since creation: taken ", .faint), Piece(Quantity.count(lock.acquisitions), .strong),
        Piece(", longest wait ", .faint),
        Piece(
          lock.longestWait == 0 ? "none" : Quantity.duration(nanoseconds: lock.longestWait), .strong),
        Piece(", recoveries ", .faint), Piece("\(lock.recoveries)", lock.recoveries > 0 ? .warning : .strong),
      ], row: row + 2, column: 1, limit: sheet.width - 2)
    return row + 3
  }

  // MARK: - Blame

  /// What blame is counted over: an interval is too short for it. Who makes others wait for a second, every
  /// five seconds, is not to be seen in most of them.
  private var blamed: SampleDifference? {
    guard inspector.period == .interval, let zero = inspector.zero, let sample = inspector.sample else {
      return inspector.periodDifference
    }
    return SampleDifference(from: zero, to: sample)
  }

  /// Since when, in words.
  private var blamedSince: String {
    switch inspector.period {
    case .interval, .sinceZero: inspector.zero.map { " since \(WallTime.clock($0.takenWall))" } ?? ""
    case .sinceCreation: " since creation"
    }
  }

  /// So many are shown above the histograms.
  private static let blameLimit = 10

  private func drawBlame(into sheet: inout Screen, row: Int) -> Int {
    let rows =
      blamed.flatMap { difference in inspector.sample.map { Blame(difference, $0).rows } } ?? []
    guard !rows.isEmpty else {
      sheet.write("Nobody made others wait\(blamedSince).", row: row, column: 1, role: .faint)
      return row + 1
    }
    sheet.write(
      [Piece("Who made others wait", .strong), Piece(blamedSince, .faint)], row: row, column: 1,
      limit: sheet.width - 2)
    var line = row + 1
    for blame in rows.prefix(Self.blameLimit) {
      let name = blame.participant.map { person($0, sheet.glyphs) } ?? "(left)"
      let tail =
        "\(Quantity.percent(blame.share))  \(Quantity.count(blame.count)) \(blame.count == 1 ? "wait" : "waits"), \(Quantity.duration(nanoseconds: blame.nanoseconds))"
      sheet.write(name, row: line, column: 3, columns: 24, alignment: .left)
      let barWidth = max(0, min(40, sheet.width - 28 - 32))
      let filled = blame.share > 0 ? max(1, Int(blame.share * Double(barWidth))) : 0
      if barWidth > 3 {
        sheet.write(
          String(repeating: sheet.glyphs.full, count: min(filled, barWidth)), row: line, column: 28,
          role: .waitBar)
      }
      sheet.write(tail, row: line, column: 29 + (barWidth > 3 ? barWidth : 0))
      line += 1
    }
    if rows.count > Self.blameLimit {
      sheet.write(
        "and \(rows.count - Self.blameLimit) more, of less: 2 shows all.", row: line, column: 3, role: .faint)
      line += 1
    }
    return line
  }
}
