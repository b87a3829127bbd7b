/// The characters that charts and frames are drawn with.
public struct GlyphSet: Sendable, Hashable {
  /// Parts of a full bar, from nearly nothing to full.
  public let levels: [Character]
  /// How full a cell of a map is, from empty to full.
  public let shades: [Character]
  public let full: Character
  public let half: Character
  public let empty: Character
  public let mark: Character
  public let horizontal: Character
  public let vertical: Character
  public let corners: [Character]
  public let ascending: Character
  public let descending: Character
  public let ellipsis: Character
  /// Stands before a number that is an upper bound, and before one that is a lower bound.
  public let atMost: String
  public let atLeast: String
  /// Stands between two ends of a span.
  public let to: String
  public let repertoire: SafeText.Repertoire

  public static let unicode = GlyphSet(
    levels: Array("▁▂▃▄▅▆▇█"), shades: Array("·░▒▓█"), full: "█", half: "▒", empty: "·", mark: "│",
    horizontal: "─", vertical: "│",
    corners: Array("┌┐└┘"), ascending: "▲", descending: "▼", ellipsis: "…", atMost: "≤ ", atLeast: "≥ ",
    to: "–", repertoire: .unicode)

  public static let ascii = GlyphSet(
    levels: Array("_.,-=+*#"), shades: Array(".:+*#"), full: "#", half: ":", empty: ".", mark: "|",
    horizontal: "-", vertical: "|",
    corners: Array("++++"), ascending: "^", descending: "v", ellipsis: "~", atMost: "<= ", atLeast: ">= ",
    to: "-", repertoire: .ascii)

  /// How a letter of text that is being typed is shown, where a backslash starts an escape already.
  func typed(_ character: Character) -> String {
    repertoire == .unicode || character.isASCII
      ? String(character) : SafeText(String(character), repertoire: repertoire).text
  }

  /// The letters of `text` that this set can show, others in their ASCII spelling.
  func spelled(_ text: String) -> String {
    guard repertoire == .ascii, !text.utf8.allSatisfy({ $0 < 0x80 }) else { return text }
    var ascii = ""
    for character in text {
      switch character {
      case "µ": ascii += "u"
      case "“", "”": ascii += "\""
      case "≤": ascii += "<="
      case "≥": ascii += ">="
      case "…", "≈": ascii += "~"
      case "–", "—": ascii += "-"
      case "·": ascii += "."
      case "×": ascii += "x"
      case "→": ascii += ">"
      case "▲": ascii += "^"
      case "▼": ascii += "v"
      default: ascii.append(character.isASCII ? character : "?")
      }
    }
    return ascii
  }
}
