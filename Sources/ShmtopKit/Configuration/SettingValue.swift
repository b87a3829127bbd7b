/// A value in the settings file.
public enum SettingValue: Sendable, Hashable {
  case number(Double)
  case flag(Bool)
  case text(String)
  case list([String])
  /// Of a kind that no setting has; named as TOML does.
  case other(String)

  /// As it is written in the file.
  var written: String {
    switch self {
    case .number(let number): Self.plain(number)
    case .flag(let flag): String(flag)
    case .text(let text): Self.quoted(text)
    case .list(let texts): "[" + texts.map(Self.quoted).joined(separator: ", ") + "]"
    case .other(let kind): kind
    }
  }

  /// Small numbers with all their digits, not as powers of ten.
  private static func plain(_ number: Double) -> String {
    if let whole = Int(exactly: number) { return String(whole) }
    guard (1e-9..<1e-3).contains(abs(number)) else { return String(number) }
    var text = Quantity.fixed(number, decimals: 15)
    while text.hasSuffix("0") { text.removeLast() }
    return text
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\" + String(scalar)
      case "\u{0}"..<" ", "\u{7F}": quoted += "\\u" + hexadecimal(scalar.value, digits: 4)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
