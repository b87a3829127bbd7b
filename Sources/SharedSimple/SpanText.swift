/// Spans of bytes as text and arrays.
extension RawSpan {
  /// The bytes as text; `nil` where they are not valid UTF-8.
  var validatedText: String? {
    // Read in place. For 16 bytes this takes a third of what `String(validating:as:)` does (Swift 6.3).
    unsafe withUnsafeBytes { bytes in
      unsafe bytes.withMemoryRebound(to: UInt8.self) { bytes in
        guard let text = try? unsafe UTF8Span(validating: bytes.span) else { return nil }
        return String(copying: text)
      }
    }
  }

  var copiedBytes: [UInt8] {
    unsafe withUnsafeBytes { bytes in unsafe [UInt8](bytes) }
  }

  /// The first 64 bytes for an error message: printable ASCII as it is, all else as `\xNN`.
  var printable: String {
    let hexadecimal: [Character] = Array("0123456789abcdef")
    var text = ""
    for byte in copiedBytes.prefix(64) {
      if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\\") {
        text.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        text += "\\x\(hexadecimal[Int(byte >> 4)])\(hexadecimal[Int(byte & 15)])"
      }
    }
    return byteCount > 64 ? text + "…" : text
  }
}

extension StoreBytes {
  /// The value of this key as text.
  ///
  /// - Throws: `notText` where it is not valid UTF-8.
  func text(ofValue value: [UInt8]) throws(StoreError) -> String {
    guard let text = String(validating: value, as: UTF8.self) else {
      throw .notText(key: withRawSpan { $0.printable })
    }
    return text
  }
}
