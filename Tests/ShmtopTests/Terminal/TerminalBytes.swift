/// What a terminal was sent, taken apart: which bytes are text, and which the program's own sequences.
struct TerminalBytes {
  /// Control sequences that are none of those a screen is drawn with.
  private(set) var foreign: [String] = []
  /// Modes that are set at the end and were not at the start: a screen of its own, a hidden cursor, the mouse, …
  private(set) var modesLeft: Set<String> = []
  /// All that is shown.
  private(set) var text = ""

  /// How sequences end that move, colour, clear, scroll, and set the modes that a screen needs.
  private static let finals = Set("ABCDEFGHJKLMPSTXZ@bcdfghlmnqrstu`".utf8)

  init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    var shown: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case 0x1B: takeSequence(&rest)
      // Shift-in, back to ASCII, is a part of how a vt100 ends attributes.
      case 0x08, 0x09, 0x0A, 0x0D, 0x0F: break
      // The bell, which answers to nothing here, among all others.
      case 0..<0x20, 0x7F: foreign.append("byte \(byte)")
      default: shown.append(byte)
      }
    }
    text = String(decoding: shown, as: UTF8.self)
    if Array(text.utf8) != shown { foreign.append("bytes that are no UTF-8") }
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
        foreign.append("U+\(String(scalar.value, radix: 16))")
      default: break
      }
    }
  }

  private mutating func takeSequence(_ rest: inout ArraySlice<UInt8>) {
    guard let kind = rest.popFirst() else { return }
    switch kind {
    case UInt8(ascii: "["):
      var parameters = ""
      while let next = rest.first, (0x20..<0x40).contains(next) {
        parameters.append(Character(Unicode.Scalar(next)))
        rest.removeFirst()
      }
      guard let final = rest.popFirst(), Self.finals.contains(final) else {
        return foreign.append("CSI \(parameters) without an end")
      }
      takeMode(parameters, final)
    // ASCII, and nothing else: lines are not drawn with another character set, which some terminals do not know.
    case UInt8(ascii: "("):
      if rest.popFirst() != UInt8(ascii: "B") { foreign.append("another character set") }
    // The set that shift-out would switch to: which is never sent.
    case UInt8(ascii: ")"): rest.removeFirst()
    case UInt8(ascii: "="): modesLeft.insert("keypad")
    case UInt8(ascii: ">"): modesLeft.remove("keypad")
    case UInt8(ascii: "7"), UInt8(ascii: "8"), UInt8(ascii: "D"), UInt8(ascii: "M"): break
    default: foreign.append("ESC \(Character(Unicode.Scalar(kind)))")
    }
  }

  private mutating func takeMode(_ parameters: String, _ final: UInt8) {
    guard parameters.hasPrefix("?"), final == UInt8(ascii: "h") || final == UInt8(ascii: "l") else { return }
    for number in parameters.dropFirst().split(separator: ";") {
      // A cursor is shown, and lines are wrapped, from the start.
      let isUsual = (number == "25" || number == "7") == (final == UInt8(ascii: "h"))
      if isUsual { modesLeft.remove(String(number)) } else { modesLeft.insert(String(number)) }
    }
  }
}
