/// Which rows are shown: those that contain a text, those that do not, those that begin with it, those that match a
/// pattern.
public struct RowFilter {
  private enum Test {
    case contains([UInt8], ignoresCase: Bool)
    case lacks([UInt8], ignoresCase: Bool)
    case begins([UInt8])
    case matches(BytePattern)
  }

  /// As it was typed.
  public let text: String
  private let test: Test

  /// Understands what was typed: `TEXT`, `!TEXT`, `^TEXT`, `/REGEX/`. Text without capital letters finds capital
  /// letters too, as in less and vi, but for `^TEXT`; escapes stand for bytes, as they are shown.
  ///
  /// - Returns: nil for an empty text, which filters nothing.
  /// - Throws: `RowFilterError` with a sentence that says what is wrong.
  public init?(_ typed: String) throws(RowFilterError) {
    guard !typed.isEmpty, !["!", "/", "^"].contains(typed) else { return nil }
    text = typed
    if typed.count > 2, typed.hasPrefix("/"), typed.hasSuffix("/") {
      do {
        test = .matches(try BytePattern(String(typed.dropFirst().dropLast())))
      } catch {
        throw RowFilterError(description: error.description)
      }
      return
    }
    let isNegated = typed.hasPrefix("!")
    let isStart = typed.hasPrefix("^")
    let wanted = isNegated || isStart ? String(typed.dropFirst()) : typed
    let ignoresCase = wanted == wanted.lowercased()
    do {
      let bytes = try SafeText.bytes(fromTyped: wanted)
      test =
        isStart
        ? .begins(bytes)
        : isNegated
          ? .lacks(bytes, ignoresCase: ignoresCase) : .contains(bytes, ignoresCase: ignoresCase)
    } catch {
      throw RowFilterError(description: error.description)
    }
  }

  public func matches(_ bytes: ArraySlice<UInt8>) -> Bool {
    switch test {
    case .contains(let wanted, let ignoresCase): bytes.contains(wanted, ignoringCase: ignoresCase)
    case .begins(let wanted): bytes.starts(with: wanted)
    case .lacks(let wanted, let ignoresCase): !bytes.contains(wanted, ignoringCase: ignoresCase)
    case .matches(let pattern): pattern.matches(bytes)
    }
  }

  public func matches(_ text: String) -> Bool { matches(Array(text.utf8)[...]) }
}

extension RowFilter {
  /// Rows that begin with these bytes.
  static func beginning(with prefix: [UInt8]) -> RowFilter? { try? RowFilter("^" + SafeText(prefix).text) }

  /// What a row costs to look at, in comparisons, about.
  var cost: Int { if case .matches = test { 100 } else { 4 } }

  /// The bytes that all rows begin with; none where that is not what is asked for.
  var prefix: [UInt8] { if case .begins(let bytes) = test { bytes } else { [] } }
}

/// A filter that cannot be understood.
public struct RowFilterError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}

extension ArraySlice<UInt8> {
  /// Whether the bytes occur here. Case is ignored for ASCII letters alone.
  fileprivate func contains(_ wanted: [UInt8], ignoringCase ignoresCase: Bool) -> Bool {
    guard let first = wanted.first else { return true }
    guard wanted.count <= count else { return false }
    for start in startIndex...(endIndex - wanted.count) {
      guard Self.fold(self[start], ignoresCase) == first else { continue }
      var offset = 1
      while offset < wanted.count, Self.fold(self[start + offset], ignoresCase) == wanted[offset] {
        offset += 1
      }
      if offset == wanted.count { return true }
    }
    return false
  }

  private static func fold(_ byte: UInt8, _ ignoresCase: Bool) -> UInt8 {
    ignoresCase && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }
}
