/// A sentence of this program with what it names, fit for a terminal however hostile the names are.
///
/// The words of its literals are this program's own, and stay as they are; what stands between them is escaped, once,
/// when the sentence is shown. Another sentence in it keeps its own words.
public struct Sentence: Sendable, Hashable, ExpressibleByStringInterpolation {
  private struct Part: Sendable, Hashable {
    let bytes: [UInt8]
    /// Backslashes in it are escapes already, not what is named.
    let isOwn: Bool
  }

  private var parts: [Part] = []

  /// Text of another's making, or that names what is: all of it is escaped.
  public init(_ text: some StringProtocol) { parts = [Part(bytes: Array(text.utf8), isOwn: false)] }

  /// Text of this program, in which what it names is escaped already.
  public init(escaped text: some StringProtocol) { parts = [Part(bytes: Array(text.utf8), isOwn: true)] }

  public init(stringLiteral text: String) { self.init(escaped: text) }

  public init(stringInterpolation: StringInterpolation) { self = stringInterpolation.sentence }

  public static func + (left: Sentence, right: Sentence) -> Sentence {
    var sentence = left
    sentence.parts += right.parts
    return sentence
  }

  /// As it was put together, with nothing escaped.
  public var plain: String { String(decoding: parts.flatMap(\.bytes), as: UTF8.self) }

  /// As a terminal may show it.
  public func shown(_ repertoire: SafeText.Repertoire) -> String {
    parts.map { part in
      let bytes = repertoire == .unicode ? part.bytes : Self.inASCII(part.bytes)
      let text = SafeText(bytes, repertoire: repertoire).text
      return part.isOwn ? text.replacing(#"\\"#, with: #"\"#) : text
    }.joined()
  }

  /// With the signs that the sentences of this program are written with in their ASCII spelling.
  private static func inASCII(_ bytes: [UInt8]) -> [UInt8] {
    guard let text = String(validating: bytes, as: UTF8.self) else { return bytes }
    let quoted = text.replacing("“", with: "'").replacing("”", with: "'")
    return Array(quoted.replacing("…", with: "...").utf8)
  }

  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var sentence = Sentence(escaped: "")

    public init(literalCapacity: Int, interpolationCount: Int) {}

    public mutating func appendLiteral(_ text: String) { sentence = sentence + Sentence(escaped: text) }

    /// Names something: all of it is escaped.
    public mutating func appendInterpolation(_ named: some Any) {
      sentence = sentence + Sentence(String(describing: named))
    }

    /// Names bytes of a segment, such as a key.
    public mutating func appendInterpolation(_ bytes: [UInt8]) {
      sentence.parts.append(Part(bytes: bytes, isOwn: false))
    }

    /// Takes in another sentence, which keeps its own words.
    public mutating func appendInterpolation(_ other: Sentence) { sentence = sentence + other }

    /// Takes in words of this program, in which what they name is escaped already.
    public mutating func appendInterpolation(escaped text: String) {
      sentence = sentence + Sentence(escaped: text)
    }
  }
}
