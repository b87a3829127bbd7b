internal import FoundationEssentials

/// Writes and reads JSON, an object a line.
///
/// Integers are written with all their digits, 64-bit counters too. What a terminal could act on, or a reader
/// would not see, is written as `\uXXXX`, which JSON takes in any string: the same bytes come back, and the
/// lines are fit to be looked at.
public struct JSONLines: Sendable {
  private let encoder: JSONEncoder
  private let decoder = JSONDecoder()
  private let repertoire: SafeText.Repertoire

  public init(repertoire: SafeText.Repertoire = .unicode) {
    self.repertoire = repertoire
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
  }

  /// The line of a value, without its end.
  public func line(_ value: some Encodable) throws -> String {
    escaped(String(decoding: try encoder.encode(value), as: UTF8.self))
  }

  /// The value of a line.
  ///
  /// - Throws: ``JSONLineError``
  public func value<Value: Decodable>(
    _ type: Value.Type, of line: some Sequence<UInt8>
  ) throws(JSONLineError) -> Value {
    do { return try decoder.decode(type, from: Data(line)) } catch let error as JSONLineError {
      throw error
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      guard let field = context.codingPath.last else { throw JSONLineError("It is not an object.") }
      throw JSONLineError("“\(field.stringValue)” is not of the right kind.")
    } catch DecodingError.dataCorrupted(let context) {
      guard let field = context.codingPath.last else { throw JSONLineError("It is not JSON.") }
      throw JSONLineError("“\(field.stringValue)” cannot be read.")
    } catch { throw JSONLineError("It is not JSON.") }
  }

  /// The value of a line whose fields hold no objects. The decoder takes one of two fields of a name, and does not
  /// say so; here such a line is refused.
  ///
  /// - Throws: ``JSONLineError``
  func flatValue<Value: Decodable>(
    _ type: Value.Type, of line: some Sequence<UInt8>
  ) throws(JSONLineError) -> Value {
    let counted = try value(Counted<Value>.self, of: line)
    guard fieldCount(line) == counted.fieldCount else {
      throw JSONLineError("It has a field twice.")
    }
    return counted.value
  }

  /// A value, and how many fields of different names it was read from.
  private struct Counted<Value: Decodable>: Decodable {
    let value: Value
    let fieldCount: Int

    init(from decoder: any Decoder) throws {
      value = try Value(from: decoder)
      fieldCount = try decoder.container(keyedBy: FieldName.self).allKeys.count
    }
  }

  /// The colons that stand in no string.
  private func fieldCount(_ line: some Sequence<UInt8>) -> Int {
    var count = 0
    var (isInString, isEscaped) = (false, false)
    for byte in line {
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\"") {
        isInString.toggle()
      } else if isInString {
        isEscaped = byte == UInt8(ascii: "\\")
      } else if byte == UInt8(ascii: ":") {
        count += 1
      }
    }
    return count
  }

  /// All that is not ASCII stands in strings, so an escape can take its place anywhere.
  private func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      if isShown(scalar) {
        escaped.unicodeScalars.append(scalar)
      } else {
        for unit in UTF16.encode(scalar)! { escaped += "\\u" + hexadecimal(UInt32(unit), digits: 4) }
      }
    }
    return escaped
  }

  private func isShown(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return (0x20..<0x7F).contains(scalar.value) }
    return repertoire == .unicode && !scalar.hidesOrJoins && !DisplayWidth.isCombining(scalar)
  }
}

/// What is wrong with a line.
public struct JSONLineError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}
