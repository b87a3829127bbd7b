/// What a key has, in one word: a decimal number of some length, or nothing.
///
/// All values of recorded histories are numbers, so that every operation, `increment` among them, works on every key;
/// zeros in front give them any length. Number and length determine the bytes.
///
///     55..0 number | 63..56 bytes;    0 = missing;    all ones = bytes that no operation puts
struct RecordedValue: Hashable, Sendable {
  let word: UInt64

  init(word: UInt64) { self.word = word }

  static let missing = RecordedValue(word: 0)
  static let foreign = RecordedValue(word: .max)

  /// The longest value.
  static let byteLimit = 64

  /// A number in at least so many digits.
  init(number: UInt64, byteCount: Int = 1) {
    let length = max(byteCount, String(number).utf8.count)
    precondition(number < 1 << 56 && length <= Self.byteLimit, "the value does not fit into a word")
    word = number | UInt64(length) << 56
  }

  /// What was found in a store.
  init(bytes: [UInt8]?) {
    guard let bytes else {
      self = .missing
      return
    }
    let isDecimal = bytes.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !bytes.isEmpty, bytes.count <= Self.byteLimit, isDecimal,
      let number = UInt64(String(decoding: bytes, as: UTF8.self)), number < 1 << 56
    else {
      self = .foreign
      return
    }
    self.init(number: number, byteCount: bytes.count)
  }

  var number: UInt64 { word & (1 << 56 - 1) }
  var byteCount: Int { Int(word >> 56) }

  /// What is put into the store; none for `missing`.
  var bytes: [UInt8] {
    guard self != .missing else { return [] }
    let digits = Array(String(number).utf8)
    return [UInt8](repeating: UInt8(ascii: "0"), count: byteCount - digits.count) + digits
  }
}

extension RecordedValue: CustomStringConvertible {
  var description: String {
    switch self {
    case .missing: "nothing"
    case .foreign: "foreign bytes"
    default: "\(number)/\(byteCount)"
    }
  }
}
