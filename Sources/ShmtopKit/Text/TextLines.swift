/// Bytes as text in lines of some width: broken behind each line end in them, and where a line is full.
struct TextLines {
  /// Bytes that are looked at: so many are wrapped in a few milliseconds. What stands behind them is in the hex dump.
  static let byteLimit = 64 << 10

  let lines: [String]
  /// Bytes that were left out.
  let leftOut: Int

  init(_ bytes: [UInt8], width: Int, repertoire: SafeText.Repertoire) {
    let shown = bytes.count > Self.byteLimit ? Array(bytes[..<Self.byteLimit]) : bytes
    leftOut = bytes.count - shown.count
    var lines: [String] = []
    var line = ""
    var columns = 0
    var units = SafeTextUnits(shown, repertoire: repertoire)
    while let unit = units.next() {
      if columns + unit.columns > width {
        lines.append(line)
        (line, columns) = ("", 0)
      }
      line += unit.text
      columns += unit.columns
      if unit.text == "\\n" {
        lines.append(line)
        (line, columns) = ("", 0)
      }
    }
    if !line.isEmpty || lines.isEmpty { lines.append(line) }
    self.lines = lines
  }
}
