import OriginalSegment
import SharedSimple

/// How busy the store is, and whether anybody waits.
extension HeaderView {
  func drawOperations(into screen: inout Screen, row: Int) {
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

  func drawLock(_ sample: SegmentSample, into screen: inout Screen, row: Int) {
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
    // Waits are counted when they end. Those that go on matter more, and may be all there are.
    func waits(_ label: String) -> [Piece] {
      waitingNow(queue, sample).map { [Piece(" "), $0] } ?? [Piece(" \(label) ", .faint), slowest]
    }
    let wordings: [[Piece]] = [
      [contention, Piece(" contended\(high)  ", .faint)] + waits("slowest wait")
        + [Piece("   held by ", .faint), holder],
      [contention, Piece(" contended\(high) ", .faint)] + waits("slowest")
        + [Piece("  held by ", .faint), holder],
      [contention, Piece(" contended\(high) ", .faint)] + waits("max") + [
        Piece("  holder ", .faint), holder,
      ],
      [contention, Piece(high, .faint)] + waits("max") + [Piece(" held by ", .faint), holder],
    ]
    let crowd = isCompact ? [Piece("  ")] + people : []
    let end = screen.writeFirstFitting(
      wordings.map { $0 + crowd } + [wordings.last!], row: row, column: Self.labelWidth + 1,
      limit: width - Self.labelWidth - 2)
    if isCompact { drawSparkline(contentions, into: &screen, row: row, after: end) }
  }

  /// How many wait at this moment, and the longest of them for how long.
  private func waitingNow(_ queue: LockQueue, _ sample: SegmentSample) -> Piece? {
    guard let since = queue.waiters.first?.waitingSinceMonotonic else { return nil }
    let nanoseconds = elapsed(from: since, to: sample.takenMonotonic)
    return Piece(
      "\(queue.waiters.count) wait, \(Quantity.duration(nanoseconds: nanoseconds))",
      nanoseconds >= inspector.thresholds.longHold ? .critical : .warning)
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
}
