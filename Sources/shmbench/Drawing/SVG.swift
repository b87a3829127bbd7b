/// A picture of lines, shapes and words, as SVG text.
struct SVG {
  private var body: [String] = []
  private let width: Int
  private let height: Int

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }

  var text: String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
    font-family="system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif">
    \(body.joined(separator: "\n"))
    </svg>

    """
  }

  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, fill: String, stroke: String = "none",
    radius: Double = 0
  ) {
    body.append(
      #"<rect x="\#(Self.number(x))" y="\#(Self.number(y))" width="\#(Self.number(width))" "#
        + #"height="\#(Self.number(max(height, 0)))" rx="\#(Self.number(radius))" fill="\#(fill)" stroke="\#(stroke)"/>"#
    )
  }

  mutating func line(
    _ points: [(x: Double, y: Double)], stroke: String, width: Double = 1, dashes: String = "none"
  ) {
    let path = points.map { "\(Self.number($0.x)),\(Self.number($0.y))" }.joined(separator: " ")
    body.append(
      #"<polyline points="\#(path)" fill="none" stroke="\#(stroke)" stroke-width="\#(Self.number(width))" "#
        + #"stroke-dasharray="\#(dashes)" stroke-linejoin="round" stroke-linecap="round"/>"#)
  }

  mutating func dot(x: Double, y: Double, radius: Double, fill: String) {
    body.append(
      #"<circle cx="\#(Self.number(x))" cy="\#(Self.number(y))" r="\#(Self.number(radius))" fill="\#(fill)" stroke="white"/>"#
    )
  }

  enum Anchor: String { case start, middle, end }

  /// Words; `turned` by 90° to the left, round their own place.
  mutating func words(
    _ text: String, x: Double, y: Double, size: Double, fill: String, anchor: Anchor = .start,
    isBold: Bool = false,
    turned: Bool = false
  ) {
    let turn = turned ? #" transform="rotate(-90 \#(Self.number(x)) \#(Self.number(y)))""# : ""
    body.append(
      #"<text x="\#(Self.number(x))" y="\#(Self.number(y))" font-size="\#(Self.number(size))" fill="\#(fill)" "#
        + #"text-anchor="\#(anchor.rawValue)" font-weight="\#(isBold ? 600 : 400)"\#(turn)>\#(Self.escaped(text))</text>"#
    )
  }

  /// Tenths are finer than any screen shows.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((value * 10).rounded())
    let fraction = abs(tenths % 10)
    let sign = tenths < 0 ? "-" : ""
    return "\(sign)\(abs(tenths) / 10)" + (fraction == 0 ? "" : ".\(fraction)")
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\"": result += "&quot;"
      default: result.append(character)
      }
    }
  }
}
