/// The keyed hash of a key: 64 bits by folded multiplication, folded to 32.
///
/// The way of wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash, public domain): each pair of words is
/// xored with secret words and multiplied to 128 bits, whose halves are xored. Both factors are masked
/// by the segment's own random key, so a client that chooses keys, but cannot read the segment, cannot
/// make them collide or make a factor zero.
enum KeyHash {
  struct Key: Sendable, Equatable {
    var low: UInt64
    var high: UInt64
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }

  /// The hash of a key whose padded words are given by a function.
  @inline(__always)
  static func hash(byteCount: Int, key: Key, word: (Int) -> UInt64) -> UInt32 {
    // Odd constants of wyhash: they only keep the lanes apart.
    var state = key.low ^ (UInt64(truncatingIfNeeded: byteCount) &* 0xa076_1d64_78bd_642f)
    let words = (byteCount &+ 7) &>> 3
    var index = 0
    while index &+ 1 < words {
      state = fold(word(index) ^ key.high, word(index &+ 1) ^ state)
      index &+= 2
    }
    if index < words { state = fold(word(index) ^ key.high, state ^ 0xe703_7ed1_a0b4_28db) }
    let mixed = fold(state ^ key.high, key.low ^ 0x8ebc_6af0_9c88_c6e3)
    return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
  }

  @inline(__always)
  static func hash(_ bytes: RawSpan, key: Key) -> UInt32 {
    hash(byteCount: bytes.byteCount, key: key) { bytes.paddedWord($0) }
  }
}
