extension [UInt8] {
  /// The bytes as the agent writes them: `x`, then two digits a byte.
  public var hex: String {
    let digits = Array<UInt8>("0123456789abcdef".utf8)
    var text: [UInt8] = [UInt8(ascii: "x")]
    for byte in self {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads what `hex` wrote; `nil` if it is something else.
  init?(hex: String) {
    guard hex.first == "x" else { return nil }
    self = []
    var high: UInt8? = nil
    for character in hex.dropFirst() {
      guard let digit = character.hexDigitValue.map({ UInt8($0) }) else { return nil }
      if let first = high {
        append(first << 4 | digit)
        high = nil
      } else {
        high = digit
      }
    }
    guard high == nil else { return nil }
  }
}

extension String {
  /// The text's bytes as the agent writes them.
  public var hex: String { Array(utf8).hex }
}
