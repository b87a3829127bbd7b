/// The length of a key in words, where the hottest paths are compiled once for each of the short ones: it is a constant
/// there, and nothing is left to loop over.
protocol KeyLength {
  /// Whether a key of so many words may have so many bytes.
  func isValid(_ byteCount: Int) -> Bool

  /// The index of the last word of a key of some bytes.
  func lastIndex(_ byteCount: Int) -> Int
}

/// One word, two or three: up to 24 bytes.
struct ShortKey<let index: Int>: KeyLength {
  @inline(__always) func isValid(_ byteCount: Int) -> Bool { true }
  @inline(__always) func lastIndex(_ byteCount: Int) -> Int { index }
}

/// Any number of words, known when it is asked for.
struct AnyKey: KeyLength {
  @inline(__always) func isValid(_ byteCount: Int) -> Bool { SegmentFormat.isKeyLength(byteCount) }
  @inline(__always) func lastIndex(_ byteCount: Int) -> Int { lastWordIndex(byteCount) }
}
