import SharedSimple

/// A histogram of times, a bar a bucket. Both its scales are logarithmic, so that one slow wait among a
/// million short ones is seen.
struct HistogramView {
  let title: String
  let histogram: LogHistogram
  /// The longest time, where it is known better than by its bucket.
  let longest: UInt64?
  /// Whether only some of the times are in it.
  var isSampled = false
  let role: Role
  /// The buckets along the axis: the same ones in two charts that are to be compared.
  let buckets: ClosedRange<Int>

  /// Rows that a chart takes beside its bars: title, axis, and two lines of numbers.
  static let frameRows = 4

  /// The buckets that hold something, a few more for an axis of some length.
  static func buckets(_ histograms: [LogHistogram], width: Int) -> ClosedRange<Int> {
    let used = histograms.flatMap { histogram in histogram.counts.indices.filter { histogram.counts[$0] > 0 }
    }
    // From 64 ns to 1 ms where there is nothing yet.
    let low = min(used.min() ?? 6, 10)
    let high = max(used.max() ?? 20, low + 10)
    return max(low, high - max(1, width) + 1)...high
  }

  func draw(into screen: inout Screen, area: Area) {
    let glyphs = screen.glyphs
    let total = histogram.total
    screen.write(
      [Piece(title, .strong), Piece("  \(Quantity.count(total))", .faint)], row: area.row,
      column: area.column,
      limit: area.width)
    let barRows = area.height - Self.frameRows
    let barWidth = max(1, min(3, area.width / buckets.count))
    let peak = buckets.reduce(0.0) { max($0, logarithm(count($1))) }
    for bucket in buckets {
      let column = area.column + (bucket - buckets.lowerBound) * barWidth
      guard column + barWidth <= area.column + area.width else { break }
      drawBar(
        share: peak > 0 ? logarithm(count(bucket)) / peak : 0, into: &screen, bottom: area.row + barRows,
        rows: barRows, column: column, width: max(1, barWidth - (barWidth > 1 ? 1 : 0)))
    }
    drawAxis(
      into: &screen, row: area.row + 1 + barRows, column: area.column, barWidth: barWidth, limit: area.width)
    drawNumbers(into: &screen, row: area.row + 2 + barRows, column: area.column, limit: area.width, glyphs)
  }

  private func count(_ bucket: Int) -> UInt64 {
    bucket < histogram.counts.count ? histogram.counts[bucket] : 0
  }

  /// One more than the number of binary digits: 1 for a single one, growing with the logarithm.
  private func logarithm(_ count: UInt64) -> Double {
    guard count > 0 else { return 0 }
    let digits = 63 - count.leadingZeroBitCount
    // The line between two powers of two is near enough for a bar.
    return 1 + Double(digits) + Double(count) / Double(UInt64(1) << UInt64(digits)) - 1
  }

  private func drawBar(
    share: Double, into screen: inout Screen, bottom: Int, rows: Int, column: Int, width: Int
  ) {
    guard share > 0, rows > 0 else { return }
    let levels = screen.glyphs.levels
    var height = max(1, Int((share * Double(rows * levels.count)).rounded()))
    for row in 0..<rows where height > 0 {
      let level = min(height, levels.count)
      screen.write(
        String(repeating: levels[level - 1], count: width), row: bottom - row, column: column, role: role)
      height -= level
    }
  }

  private func drawAxis(into screen: inout Screen, row: Int, column: Int, barWidth: Int, limit: Int) {
    let end = column + min(limit, buckets.count * barWidth)
    screen.write(
      String(repeating: screen.glyphs.horizontal, count: end - column), row: row, column: column, role: .faint
    )
    var free = column
    for bucket in buckets where (bucket - buckets.lowerBound).isMultiple(of: 5) {
      let start = column + (bucket - buckets.lowerBound) * barWidth
      let text = screen.glyphs.spelled(Self.short(UInt64(1) << UInt64(bucket)))
      guard start >= free, start + text.count <= column + limit else { continue }
      free = screen.write(text, row: row, column: start, role: .faint) + 1
    }
  }

  /// The lower end of a bucket in few letters: `64n`, `1µ`, `33m`, `8s`.
  private static func short(_ nanoseconds: UInt64) -> String {
    let value = Double(nanoseconds)
    for (unit, size) in [("n", 1.0), ("µ", 1e3), ("m", 1e6)] where value < size * 1000 {
      return "\(Int(value / size))\(unit)s"
    }
    return "\(Int(value / 1e9))s"
  }

  private func drawNumbers(into screen: inout Screen, row: Int, column: Int, limit: Int, _ glyphs: GlyphSet) {
    func bound(_ share: Double) -> String {
      // A bucket's end may lie beyond the longest time, where that is known.
      histogram.percentile(share).map {
        glyphs.atMost + Quantity.duration(nanoseconds: min($0, longest ?? .max))
      } ?? "-"
    }
    let first = [
      Piece("p50 ", .faint), Piece(bound(0.5)), Piece("  p99 ", .faint), Piece(bound(0.99)),
    ]
    let most = longest.map { Quantity.duration(nanoseconds: $0) } ?? bound(1)
    let second = [
      Piece("p99.9 ", .faint), Piece(bound(0.999)),
      Piece(isSampled ? "  max sampled " : "  longest ", .faint), Piece(most),
    ]
    screen.write(first, row: row, column: column, limit: limit)
    screen.write(second, row: row + 1, column: column, limit: limit)
  }
}
