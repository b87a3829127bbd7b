/// Values that say of themselves whose they are: a reader can tell one that was put for its key from one
/// that was mixed from two, cut, or put for another key.
///
///     bytes 0..<8    sequence, little-endian
///     bytes 8..<16   sum over key, sequence and length
///     bytes 16...    noise grown from the sum
enum DescribedValue {
  /// The shortest described value.
  static let shortest = 16

  /// The value of a key and sequence, of a length of at least `shortest`.
  static func make(key: [UInt8], sequence: UInt64, byteCount: Int) -> [UInt8] {
    precondition(byteCount >= shortest, "a described value has at least \(shortest) bytes")
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount + 7)
    let sum = sum(key: key, sequence: sequence, byteCount: byteCount)
    append(sequence, to: &bytes)
    append(sum, to: &bytes)
    var noise = SplitMix64(seed: sum)
    while bytes.count < byteCount { append(noise.next(), to: &bytes) }
    bytes.removeLast(bytes.count - byteCount)
    return bytes
  }

  /// The sequence of a value, or `nil` if these bytes were never made for this key.
  static func sequence(of value: [UInt8], key: [UInt8]) -> UInt64? {
    guard value.count >= shortest else { return nil }
    let sequence = value[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return value == make(key: key, sequence: sequence, byteCount: value.count) ? sequence : nil
  }

  private static func sum(key: [UInt8], sequence: UInt64, byteCount: Int) -> UInt64 {
    // FNV-1a over the key.
    let hash = key.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return SplitMix64.mix(hash ^ SplitMix64.mix(sequence &+ UInt64(byteCount) << 40))
  }

  private static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
