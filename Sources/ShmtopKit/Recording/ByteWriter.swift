/// Writes the numbers of a recording.
struct ByteWriter {
  var bytes: [UInt8] = []

  mutating func byte(_ value: UInt8) { bytes.append(value) }

  mutating func fixed32(_ value: UInt32) {
    for shift in stride(from: UInt32(0), to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  mutating func fixed64(_ value: UInt64) {
    fixed32(UInt32(truncatingIfNeeded: value))
    fixed32(UInt32(truncatingIfNeeded: value >> 32))
  }

  mutating func number(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// A difference, modulo 2^64.
  mutating func signed(_ difference: UInt64) {
    let value = Int64(bitPattern: difference)
    number(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  mutating func words(_ words: [UInt64], after earlier: [UInt64] = []) {
    number(UInt64(words.count))
    var index = 0
    while index < words.count {
      let difference = words[index] &- (index < earlier.count ? earlier[index] : 0)
      signed(difference)
      index += 1
      guard difference == 0 else { continue }
      let start = index
      while index < words.count, words[index] == (index < earlier.count ? earlier[index] : 0) { index += 1 }
      number(UInt64(index - start))
    }
  }
}
