/// Bytes as a hex dump, a line made when it is asked for.
struct HexLines {
  private let bytes: [UInt8]
  private let perLine: Int

  /// - Parameter width: of the terminal's columns there are; half as many bytes a line where few.
  init(_ bytes: [UInt8], width: Int) {
    self.bytes = bytes
    perLine = width >= 77 ? 16 : 8
  }

  var count: Int { max(1, (bytes.count + perLine - 1) / perLine) }

  /// Offset, bytes, and the printable ones of them.
  func line(_ index: Int) -> String {
    let start = index * perLine
    guard start < bytes.count else { return hexadecimal(UInt32(truncatingIfNeeded: start), digits: 8) }
    let row = bytes[start..<min(start + perLine, bytes.count)]
    var text = hexadecimal(UInt32(truncatingIfNeeded: start), digits: 8) + " "
    for offset in 0..<perLine {
      if offset.isMultiple(of: 8) { text += " " }
      text +=
        start + offset < row.endIndex ? hexadecimal(UInt32(row[start + offset]), digits: 2) + " " : "   "
    }
    text += " "
    for byte in row { text.unicodeScalars.append((0x20..<0x7F).contains(byte) ? Unicode.Scalar(byte) : ".") }
    return text
  }
}
