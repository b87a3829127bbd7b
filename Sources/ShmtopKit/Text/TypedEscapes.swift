extension SafeText {
  /// The bytes that typed text with escapes stands for: the inverse of `init(_:limit:repertoire:)` without
  /// a limit. Besides what that writes, `\0` and `\e` (ESC) are understood, and any scalar as `\u{…}`.
  ///
  /// - Throws: ``TypedEscapeError``, for a backslash that starts no escape.
  public static func bytes(fromTyped typed: String) throws(TypedEscapeError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(typed.utf8.count)
    var rest = Substring.UnicodeScalarView(typed.unicodeScalars)
    while let scalar = rest.popFirst() {
      guard scalar == "\\" else {
        bytes.append(contentsOf: UTF8.encode(scalar)!)
        continue
      }
      let start = typed.unicodeScalars.distance(from: typed.startIndex, to: rest.startIndex) - 1
      switch rest.popFirst() {
      case "\\": bytes.append(0x5C)
      case "n": bytes.append(0x0A)
      case "r": bytes.append(0x0D)
      case "t": bytes.append(0x09)
      case "0": bytes.append(0x00)
      case "e": bytes.append(0x1B)
      case "x":
        let digits = rest.prefix(2)
        guard digits.count == 2, let value = UInt8(hexadecimal: digits) else {
          throw TypedEscapeError(start: start, problem: .hexadecimalByte)
        }
        rest.removeFirst(2)
        bytes.append(value)
      case "u":
        guard rest.popFirst() == "{", let end = rest.firstIndex(of: "}"),
          let value = UInt32(hexadecimal: rest[..<end]), let scalar = Unicode.Scalar(value)
        else { throw TypedEscapeError(start: start, problem: .scalar) }
        rest = rest[rest.index(after: end)...]
        bytes.append(contentsOf: UTF8.encode(scalar)!)
      case nil: throw TypedEscapeError(start: start, problem: .nothing)
      case .some(let other): throw TypedEscapeError(start: start, problem: .unknown(other))
      }
    }
    return bytes
  }
}

/// Typed text in which a backslash starts no escape.
public struct TypedEscapeError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Problem: Hashable, Sendable {
    case nothing
    case unknown(Unicode.Scalar)
    case hexadecimalByte
    case scalar
  }
  /// Where the backslash stands, in scalars from the start of the text.
  public let start: Int
  public let problem: Problem

  public var description: String {
    switch problem {
    case .nothing: "The text ends in a lone backslash; type \\\\ for one."
    case .unknown(let scalar):
      "\\\(SafeText(String(scalar))) is no escape; use \\n \\r \\t \\0 \\e \\xHH \\u{H…}, and \\\\ for a backslash."
    case .hexadecimalByte: "\\x needs two hexadecimal digits, as in \\x1b."
    case .scalar: "\\u needs the number of a Unicode scalar in braces, as in \\u{20ac}."
    }
  }
}

extension FixedWidthInteger {
  /// Unlike `init(_:radix:)`, takes no sign and no more than eight digits.
  fileprivate init?(hexadecimal digits: Substring.UnicodeScalarView) {
    guard (1...8).contains(digits.count), digits.allSatisfy(\.properties.isASCIIHexDigit) else { return nil }
    self.init(String(digits), radix: 16)
  }
}
