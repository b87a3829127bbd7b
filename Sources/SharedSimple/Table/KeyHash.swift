/// The keyed hash of a key: 64 bits by folded multiplication, folded to 32.
///
/// The way of wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash, public domain): each pair of words is
/// xored with secret words and multiplied to 128 bits, whose halves are xored. Both factors are masked
/// by the segment's own random key, so a client that chooses keys, but cannot read the segment, cannot
/// make them collide or make a factor zero.
enum KeyHash {
  struct Key: Sendable, Hashable {
    var low: UInt64
    var high: UInt64
  }

  @inline(__always)
  private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let (high, low) = a.multipliedFullWidth(by: b)
    return high ^ low
  }

  // Odd constants of wyhash: they only keep the lanes apart.
  @inline(__always)
  private static func begin(_ byteCount: Int, _ key: Key) -> UInt64 {
    key.low ^ (UInt64(truncatingIfNeeded: byteCount) &* 0xa076_1d64_78bd_642f)
  }

  @inline(__always)
  private static func last(_ word: UInt64, _ state: UInt64, _ key: Key) -> UInt64 {
    fold(word ^ key.high, state ^ 0xe703_7ed1_a0b4_28db)
  }

  @inline(__always)
  private static func end(_ state: UInt64, _ key: Key) -> UInt32 {
    let mixed = fold(state ^ key.high, key.low ^ 0x8ebc_6af0_9c88_c6e3)
    return UInt32(truncatingIfNeeded: mixed ^ mixed >> 32)
  }

  /// The hash of a key whose padded words are given by a function.
  static func hash(byteCount: Int, key: Key, word: (Int) -> UInt64) -> UInt32 {
    var state = begin(byteCount, key)
    let words = padded(byteCount) / 8
    var index = 0
    while index + 1 < words {
      state = fold(word(index) ^ key.high, word(index + 1) ^ state)
      index += 2
    }
    if index < words { state = last(word(index), state, key) }
    return end(state, key)
  }

  /// The hash of a key: the same number, with the whole words apart from the padded one.
  @inline(__always)
  static func hash(_ bytes: RawSpan, key: Key) -> UInt32 {
    var state = begin(bytes.byteCount, key)
    let whole = bytes.wholeWordCount
    var index = 0
    while index &+ 1 < whole {
      state = fold(bytes.wholeWord(index) ^ key.high, bytes.wholeWord(index &+ 1) ^ state)
      index &+= 2
    }
    if bytes.hasTail {
      let tail = bytes.tailWord
      state = index < whole ? fold(bytes.wholeWord(index) ^ key.high, tail ^ state) : last(tail, state, key)
    } else if index < whole {
      state = last(bytes.wholeWord(index), state, key)
    }
    return end(state, key)
  }
}
