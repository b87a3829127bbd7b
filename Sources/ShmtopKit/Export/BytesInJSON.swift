internal import FoundationEssentials

/// The name of a field of a JSON object, whichever it is.
struct FieldName: CodingKey, Hashable, ExpressibleByStringLiteral {
  let stringValue: String
  var intValue: Int? { nil }

  init(_ name: String) { stringValue = name }
  init(stringLiteral name: String) { self.init(name) }
  init?(stringValue: String) { self.init(stringValue) }
  init?(intValue: Int) { nil }

  /// The field in whose place bytes stand that are not text.
  var inBase64: FieldName { FieldName(stringValue + "_base64") }
}

// Bytes are exact in JSON: as text under a name where they are valid UTF-8; where not, in Base64 under that name
// with `_base64` behind it.

extension KeyedEncodingContainer<FieldName> {
  mutating func encode(bytes: [UInt8], as name: FieldName) throws {
    if let text = String(validating: bytes, as: UTF8.self) {
      try encode(text, forKey: name)
    } else {
      try encode(Data(bytes).base64EncodedString(), forKey: name.inBase64)
    }
  }

  /// The same; `null` where there are none.
  mutating func encode(bytesIfAny bytes: [UInt8]?, as name: FieldName) throws {
    if let bytes { try encode(bytes: bytes, as: name) } else { try encodeNil(forKey: name) }
  }
}

extension KeyedDecodingContainer<FieldName> {
  /// - Throws: ``JSONLineError``, also where the field is missing.
  func bytes(_ name: FieldName) throws -> [UInt8] {
    guard let bytes = try bytesIfAny(name) else { throw JSONLineError("“\(name.stringValue)” is null.") }
    return bytes
  }

  /// - Returns: `nil` for `null`.
  func bytesIfAny(_ name: FieldName) throws -> [UInt8]? {
    switch (contains(name), contains(name.inBase64)) {
    case (true, true):
      throw JSONLineError("It has both “\(name.stringValue)” and “\(name.inBase64.stringValue)”.")
    case (false, false): throw JSONLineError("It has no “\(name.stringValue)”.")
    case (true, false):
      return try decodeNil(forKey: name) ? nil : Array(decode(String.self, forKey: name).utf8)
    case (false, true):
      guard let data = Data(base64Encoded: try decode(String.self, forKey: name.inBase64)) else {
        throw JSONLineError("“\(name.inBase64.stringValue)” is not Base64.")
      }
      return Array(data)
    }
  }

  /// Refuses fields that nobody would read: a line that means something else is not half understood.
  ///
  /// - Parameter byteNames: fields of bytes, which may stand in Base64.
  func requireNoFields(but names: [FieldName], bytes byteNames: [FieldName]) throws {
    let known = Set(names + byteNames + byteNames.map(\.inBase64))
    if let other = allKeys.map(\.stringValue).sorted().first(where: { !known.contains(FieldName($0)) }) {
      throw JSONLineError("It has a field “\(other)”, which does not belong there.")
    }
  }
}
