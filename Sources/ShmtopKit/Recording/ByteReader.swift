/// Reads the numbers of a recording, from bytes that may be anything.
struct ByteReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  var isAtEnd: Bool { position == bytes.endIndex }
  var left: Int { bytes.endIndex - position }

  mutating func byte() throws(RecordingDamage) -> UInt8 {
    guard position < bytes.endIndex else { throw RecordingDamage("it ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func fixed32() throws(RecordingDamage) -> UInt32 {
    var value: UInt32 = 0
    for shift in stride(from: UInt32(0), to: 32, by: 8) { value |= UInt32(try byte()) << shift }
    return value
  }

  mutating func fixed64() throws(RecordingDamage) -> UInt64 {
    let low = UInt64(try fixed32())
    return low | UInt64(try fixed32()) << 32
  }

  mutating func number() throws(RecordingDamage) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let next = try byte()
      value |= UInt64(next & 0x7F) << shift
      if next < 0x80 { return value }
    }
    throw RecordingDamage("a number has no end")
  }

  /// A number that counts something, none of which takes less than a byte, or that is at most `limit`.
  mutating func count(atMost limit: Int) throws(RecordingDamage) -> Int {
    let value = try number()
    guard value <= UInt64(limit) else { throw RecordingDamage("a count of \(value) is beyond \(limit)") }
    return Int(value)
  }

  /// A difference, modulo 2^64.
  mutating func signed() throws(RecordingDamage) -> UInt64 {
    let value = try number()
    return value >> 1 ^ (0 &- (value & 1))
  }

  mutating func take(_ count: Int) throws(RecordingDamage) -> ArraySlice<UInt8> {
    guard count <= left else { throw RecordingDamage("it ends too early") }
    defer { position += count }
    return bytes[position..<(position + count)]
  }

  mutating func words(after earlier: [UInt64] = []) throws(RecordingDamage) -> [UInt64] {
    let count = try count(atMost: RecordingFormat.wordLimit)
    var words: [UInt64] = []
    words.reserveCapacity(count)
    func before() -> UInt64 { words.count < earlier.count ? earlier[words.count] : 0 }
    while words.count < count {
      let difference = try signed()
      words.append(before() &+ difference)
      guard difference == 0 else { continue }
      for _ in 0..<(try self.count(atMost: count - words.count)) { words.append(before()) }
    }
    return words
  }
}
