/// How operations and contention have gone lately.
extension HeaderView {
  var operations: [Double?] { inspector.trail.points.map(\.operationsPerSecond) }
  var contentions: [Double?] { inspector.trail.points.map { $0.contention ?? 0 } }

  func drawTrend(into screen: inout Screen, row: Int) {
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

  func drawSparkline(_ values: [Double?], into screen: inout Screen, row: Int, after column: Int) {
    let room = width - 2 - column
    guard room >= 4 else { return }
    let chartWidth = min(room - 1, 30)
    let top = values.suffix(chartWidth).reduce(0) { max($0, $1 ?? 0) }
    screen.write(
      Sparkline(values: values, top: top).text(width: chartWidth, glyphs: screen.glyphs), row: row,
      column: width - 1 - chartWidth, role: .gaugeLive)
  }
}
