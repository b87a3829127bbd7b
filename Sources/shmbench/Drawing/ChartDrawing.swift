/// Draws a chart on a white card, which can be read on a light page and on a dark one.
struct ChartDrawing {
  let chart: Chart
  /// When and where the figures were taken; stands below.
  let origin: String

  private static let width = 840.0
  private static let height = 460.0
  private static let left = 78.0
  private static let right = width - 26
  private static let bottom = height - 84
  private static let dashes = "5 4"
  private static let ink = "#1f2933"
  private static let faint = "#66727f"
  private static let grid = "#e4e8ec"
  /// Okabe and Ito's colours, which those can tell apart who see fewer; the first is this store's.
  private static let colours = [
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#7f7f7f", "#b8a800",
  ]

  private func colour(_ index: Int) -> String {
    Self.colours[(chart.series[index].colour ?? index) % Self.colours.count]
  }

  var svg: String {
    var svg = SVG(width: Int(Self.width), height: Int(Self.height))
    svg.rectangle(
      x: 0.5, y: 0.5, width: Self.width - 1, height: Self.height - 1, fill: "#ffffff", stroke: "#d5dae0",
      radius: 10)
    svg.words(chart.title, x: 24, y: 34, size: 17, fill: Self.ink, isBold: true)
    let top = drawLegend(&svg) + 22
    let points = chart.series.flatMap(\.points)
    // Bars have their figures above them.
    let headroom = chart.kind == .bars ? 1.5 : 1
    let y = Axis(logarithmicFor: points.flatMap { [$0.y, $0.y * headroom] }, from: Self.bottom, to: top)
    let x =
      chart.x.categories.map { Axis(places: $0.count, from: Self.left, to: Self.right) }
      ?? Axis(logarithmicFor: points.map(\.x), from: Self.left, to: Self.right)
    drawGrid(&svg, x, y, top)
    switch chart.kind {
    case .lines: drawLines(&svg, x, y)
    case .bars: drawBars(&svg, x, y)
    }
    svg.words(origin, x: 24, y: Self.height - 16, size: 10.5, fill: Self.faint)
    return svg.text
  }

  /// Returns where it ends.
  private func drawLegend(_ svg: inout SVG) -> Double {
    var (x, y) = (24.0, 58.0)
    for (index, series) in chart.series.enumerated() {
      // A guess at the width of the words, on the safe side.
      let width = series.name.reduce(36.0) { $0 + ($1.isUppercase ? 8.6 : 6.4) }
      if x + width > Self.right, x > 24 { (x, y) = (24, y + 19) }
      if series.isDashed {
        svg.line([(x, y - 4), (x + 11, y - 4)], stroke: colour(index), width: 2.2, dashes: Self.dashes)
      } else {
        svg.rectangle(x: x, y: y - 9, width: 11, height: 11, fill: colour(index), radius: 2)
      }
      svg.words(series.name, x: x + 16, y: y, size: 12, fill: Self.ink)
      x += width
    }
    return y
  }

  private func drawGrid(_ svg: inout SVG, _ x: Axis, _ y: Axis, _ top: Double) {
    for tick in y.ticks {
      let position = y.position(tick)
      svg.line([(Self.left, position), (Self.right, position)], stroke: Self.grid)
      svg.words(
        label(tick, chart.y), x: Self.left - 8, y: position + 4, size: 11, fill: Self.faint, anchor: .end)
    }
    for tick in x.ticks {
      let position = x.position(tick)
      if chart.x.categories == nil {
        svg.line([(position, top), (position, Self.bottom)], stroke: Self.grid)
      }
      svg.words(
        label(tick, chart.x), x: position, y: Self.bottom + 18, size: 11, fill: Self.faint, anchor: .middle)
    }
    svg.line([(Self.left, Self.bottom), (Self.right, Self.bottom)], stroke: Self.faint)
    svg.words(
      title(chart.x), x: (Self.left + Self.right) / 2, y: Self.bottom + 38, size: 12, fill: Self.ink,
      anchor: .middle)
    svg.words(
      title(chart.y), x: 20, y: (top + Self.bottom) / 2, size: 12, fill: Self.ink, anchor: .middle,
      turned: true)
  }

  private func title(_ axis: Chart.AxisTitle) -> String {
    guard let caption = axis.unit.caption else { return axis.title }
    return axis.title.isEmpty ? caption : "\(axis.title), \(caption)"
  }

  private func label(_ value: Double, _ axis: Chart.AxisTitle) -> String {
    if let categories = axis.categories {
      let index = Int(value)
      return categories.indices.contains(index) ? categories[index] : ""
    }
    // Ticks are round numbers: “1”, not “1.00”.
    let text = axis.unit.cell(value)
    guard let point = text.firstIndex(of: ".") else { return text }
    let (whole, rest) = (text[..<point], text[point...])
    let fraction = rest.prefix { $0 == "." || $0.isNumber }
    var kept = String(fraction)
    while kept.hasSuffix("0") || kept.hasSuffix(".") { kept.removeLast() }
    return whole + kept + rest.dropFirst(fraction.count)
  }

  private func drawLines(_ svg: inout SVG, _ x: Axis, _ y: Axis) {
    for (index, series) in chart.series.enumerated() {
      let points = series.points.map { (x: x.position($0.x), y: y.position($0.y)) }
      svg.line(points, stroke: colour(index), width: 2.2, dashes: series.isDashed ? Self.dashes : "none")
      // A dot says that there was a measurement; where there are many, they say nothing.
      if points.count <= 12 {
        for point in points { svg.dot(x: point.x, y: point.y, radius: 3.6, fill: colour(index)) }
      }
    }
  }

  private func drawBars(_ svg: inout SVG, _ x: Axis, _ y: Axis) {
    let group = (x.position(1) - x.position(0)) * 0.84
    let width = group / Double(max(chart.series.count, 1))
    for (index, series) in chart.series.enumerated() {
      for point in series.points {
        let start = x.position(point.x) - group / 2 + Double(index) * width
        let top = y.position(point.y)
        svg.rectangle(
          x: start + 1, y: top, width: width - 2, height: Self.bottom - top, fill: colour(index), radius: 1.5)
        let text = chart.y.unit.cell(point.y)
        // Upright where there is no room beside each other.
        if width >= Double(text.count) * 5.6 {
          svg.words(text, x: start + width / 2, y: top - 4, size: 9.5, fill: Self.ink, anchor: .middle)
        } else if width >= 9 {
          svg.words(text, x: start + width / 2 + 3.5, y: top - 4, size: 9.5, fill: Self.ink, turned: true)
        }
      }
    }
  }
}
