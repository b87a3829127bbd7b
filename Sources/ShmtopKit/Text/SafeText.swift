/// Bytes from a segment, as text that is fit for a terminal.
///
/// Whatever could move the cursor, change the terminal, hide, or reorder what stands around it is shown
/// as an escape: control characters and ESC (`\n`, `\x1b`), bytes that are not UTF-8 (`\xff`), marks
/// for direction, of no width or otherwise not to be seen (`\u{202e}`), spaces other than the ordinary
/// one, scalars that Unicode has not assigned. A backslash is doubled. So two different byte strings never
/// look the same in escapes, and ``bytes(fromTyped:)`` gives back the very bytes.
public struct SafeText: Sendable, Hashable, CustomStringConvertible {
  /// What the terminal can show.
  public enum Repertoire: Sendable {
    /// Letters of all scripts.
    case unicode
    /// Printable ASCII; all else is escaped.
    case ascii
  }

  public let text: String
  /// The terminal columns that the text takes.
  public let columns: Int
  /// Whether something had to be left out for the limit; the text then ends in an ellipsis.
  public let isTruncated: Bool

  public var description: String { text }

  /// Shows bytes.
  ///
  /// - Parameter limit: the most columns the text may take. An escape or a wide character that does not
  ///   fit is left out as a whole, so the text can be shorter. Bytes far beyond the limit are not looked
  ///   at.
  public init(_ bytes: [UInt8], limit: Int = .max, repertoire: Repertoire = .unicode) {
    var shown: [SafeTextUnits.Unit] = []
    var columns = 0
    var isTruncated = false
    var units = SafeTextUnits(bytes, repertoire: repertoire)
    while let unit = units.next() {
      shown.append(unit)
      columns += unit.columns
      isTruncated = columns > limit
      if isTruncated { break }
    }
    if isTruncated {
      while columns > limit - 1, let last = shown.popLast() { columns -= last.columns }
      if limit > 0 {
        shown.append(SafeTextUnits.Unit(text: repertoire == .unicode ? "…" : "~", columns: 1))
        columns += 1
      }
    }
    text = shown.map(\.text).joined()
    self.columns = columns
    self.isTruncated = isTruncated
  }

  /// Shows text of another's making, such as a typed name.
  public init(_ text: some StringProtocol, limit: Int = .max, repertoire: Repertoire = .unicode) {
    self.init(Array(text.utf8), limit: limit, repertoire: repertoire)
  }
}
