import FoundationEssentials

/// Bytes as text, four characters for three of them.
enum Base64 {
  static func text(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
}
