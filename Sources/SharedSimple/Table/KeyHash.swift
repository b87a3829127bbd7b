/// The keyed hash of a key: 64 bits by folded multiplication, of which the low 32 are used.
///
/// The way of wyhash (Wang Yi, https://github.com/wangyi-fudan/wyhash, public domain): each pair of words is
/// multiplied to 128 bits, whose halves are xored. One factor is masked by the segment's own random key, the other by
/// the state so far, which depends on it, so a client that chooses keys, but cannot read the segment, cannot
/// make them collide or make a factor zero. The number of bytes comes in last, where no word of the key can make up for
/// it: keys that differ in zeros at their end have equal words.
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

  /// The hash of at least one byte, whose padded words are given by a function.
  @inline(__always)
  static func hash(byteCount: Int, key: Key, word: (Int) -> UInt64) -> UInt32 {
    let lastIndex = lastWordIndex(byteCount)
    return hash(byteCount: byteCount, lastIndex: lastIndex, last: word(lastIndex), key: key, word: word)
  }

  @inline(__always)
  fileprivate static func hash(
    byteCount: Int, lastIndex: Int, last: UInt64, key: Key, word: (Int) -> UInt64
  ) -> UInt32 {
    var state = key.low
    var index = 0
    while index &+ 1 < lastIndex {
      state = fold(word(index) ^ key.high, word(index &+ 1) ^ state)
      index &+= 2
    }
    // The constants, of wyhash, only keep the steps apart.
    state =
      index < lastIndex
      ? fold(word(index) ^ key.high, last ^ state) : fold(last ^ key.high, state ^ 0xe703_7ed1_a0b4_28db)
    let end = key.low ^ 0x8ebc_6af0_9c88_c6e3 ^ UInt64(truncatingIfNeeded: byteCount)
    return UInt32(truncatingIfNeeded: fold(state ^ key.high, end))
  }
}

/// What is computed from a key once an operation.
struct KeyDigest: Sendable {
  let hash: UInt32
  /// The key's last word, padded, and its index.
  let lastWord: UInt64
  let lastIndex: Int

  private init(hash: UInt32, lastWord: UInt64, lastIndex: Int) {
    self.hash = hash
    self.lastWord = lastWord
    self.lastIndex = lastIndex
  }

  /// The key has at least one byte.
  @inline(__always)
  init(_ key: RawSpan, key secret: KeyHash.Key) { self.init(key, lastIndex: key.lastIndex, key: secret) }

  /// The same where the caller has looked at the number of words. Told as a constant, it leaves no loop of those over
  /// the key's words, wherever the digest goes.
  @inline(__always)
  init(_ key: RawSpan, lastIndex: Int, key secret: KeyHash.Key) {
    assert(lastIndex == key.lastIndex)
    let last = key.lastWord(at: lastIndex)
    lastWord = last
    self.lastIndex = lastIndex
    hash = KeyHash.hash(byteCount: key.byteCount, lastIndex: lastIndex, last: last, key: secret) {
      key.word($0)
    }
  }

  /// The same once more where its hash is known.
  @inline(__always)
  init(_ key: RawSpan, lastIndex: Int, hash: UInt32) {
    self.init(hash: hash, lastWord: key.lastWord(at: lastIndex), lastIndex: lastIndex)
  }

  /// Bytes of the key with its padding.
  @inline(__always) var paddedByteCount: Int { lastIndex &* 8 &+ 8 }
}
