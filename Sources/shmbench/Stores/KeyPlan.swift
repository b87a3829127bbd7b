/// How many entries a store has, and what they look like.
struct KeyPlan: Codable, Hashable {
  var entryCount: Int
  /// At least 8; 17 is `user:0000042:name`.
  var keyByteCount = 17
  var valueByteCount = 16

  /// Writes the key of a number, below ten million, to memory of `keyByteCount` bytes.
  ///
  /// - Parameter isMiss: a key that no store has.
  func write(_ number: Int, isMiss: Bool = false, to key: UnsafeMutablePointer<UInt8>) {
    let isName = keyByteCount == 17
    let digits = isName ? key + 5 : key + (keyByteCount - 7)
    var rest = number
    for place in stride(from: 6, through: 0, by: -1) {
      digits[place] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
    guard isName else {
      for place in 0..<keyByteCount - 7 { key[place] = UInt8(ascii: isMiss ? "m" : "u") }
      return
    }
    let prefix: StaticString = isMiss ? "miss:" : "user:"
    let suffix: StaticString = ":name"
    for place in 0..<5 {
      key[place] = prefix.utf8Start[place]
      key[12 + place] = suffix.utf8Start[place]
    }
  }
}
