/// The name of a segment: 1 to 254 bytes, no `/`, no NUL, not `.` or `..`. One leading `/` is dropped.
enum SegmentName {
  static func normalised(_ name: String) throws(StoreError) -> String {
    // Bytes, not characters: a mark may follow the slash that makes one of both.
    let bare =
      name.utf8.first == UInt8(ascii: "/") ? String(decoding: name.utf8.dropFirst(), as: UTF8.self) : name
    func refuse(_ reason: String) -> StoreError { .invalidName(name: name, reason: reason) }
    switch bare.utf8.count {
    case 0: throw refuse("it is empty")
    case 1...254: break
    default: throw refuse("it has \(bare.utf8.count) bytes, 254 are allowed")
    }
    if bare.utf8.contains(UInt8(ascii: "/")) { throw refuse("it contains a slash") }
    if bare.utf8.contains(0) { throw refuse("it contains a NUL byte") }
    if isTemporary(bare) { throw refuse("names that begin with .shs- are for segments under construction") }
    if bare == "." || bare == ".." { throw refuse("it means a directory") }
    return bare
  }

  /// Whether a name is one that an exclusive open builds a segment up under.
  static func isTemporary(_ name: String) -> Bool { name.utf8.starts(with: ".shs-".utf8) }

  /// What temporary names for a segment begin with; the names of others' segments begin otherwise.
  static func temporaryPrefix(for name: String) -> String {
    ".shs-\(hexadecimal(FNV1a.hash(name.utf8)))-"
  }

  /// A name that nobody else uses, for an exclusive open to build up a segment under.
  static func temporary(for name: String) -> String {
    temporaryPrefix(for: name) + hexadecimal(.random(in: .min ... .max))
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
