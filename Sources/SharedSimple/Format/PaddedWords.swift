/// Bytes as the format packs them: words of eight, little end first, the last one padded with zeros.
extension RawSpan {
  /// How many words are filled by bytes alone.
  @inline(__always) var wholeWordCount: Int { byteCount &>> 3 }
  /// Whether bytes are left behind the whole words.
  @inline(__always) var hasTail: Bool { byteCount & 7 != 0 }

  /// A word of bytes alone; `index` is below `wholeWordCount`, so the load lies within the span.
  @inline(__always)
  func wholeWord(_ index: Int) -> UInt64 {
    assert(index >= 0 && index < wholeWordCount)
    return unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index &* 8, as: UInt64.self))
  }

  /// The bytes behind the whole words, padded; only where `hasTail`.
  @inline(__always)
  var tailWord: UInt64 {
    let tail = byteCount & 7
    assert(tail > 0)
    if byteCount > 8 {
      // Ends where the span ends, and begins within it.
      let last = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: byteCount &- 8, as: UInt64.self)
      return UInt64(littleEndian: last) &>> UInt64(truncatingIfNeeded: 64 &- 8 &* tail)
    }
    var word: UInt64 = 0
    for i in 0..<tail {
      // Below byteCount, which is the tail here.
      let byte = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: i, as: UInt8.self)
      word |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 8 &* i)
    }
    return word
  }

  /// The word that starts at byte `8 × index`; `index` must be below `(byteCount + 7) / 8`.
  @inline(__always)
  func paddedWord(_ index: Int) -> UInt64 { index < wholeWordCount ? wholeWord(index) : tailWord }
}

/// Bytes in shared memory, by their offset.
extension SharedWords {
  /// Stores bytes, padded.
  @inline(__always)
  func store(_ bytes: RawSpan, at offset: Int) {
    var index = 0
    while index < bytes.wholeWordCount {
      store(bytes.wholeWord(index), at: offset &+ index &* 8)
      index &+= 1
    }
    if bytes.hasTail { store(bytes.tailWord, at: offset &+ index &* 8) }
  }

  /// Whether the padded bytes at an offset are these; their number has been compared.
  @inline(__always)
  func equal(_ bytes: RawSpan, at offset: Int) -> Bool {
    var index = 0
    while index < bytes.wholeWordCount {
      if load(offset &+ index &* 8) != bytes.wholeWord(index) { return false }
      index &+= 1
    }
    return !bytes.hasTail || load(offset &+ index &* 8) == bytes.tailWord
  }

  /// Copies bytes out, as many as fit.
  @inline(__always)
  func copy(at offset: Int, byteCount: Int, to buffer: UnsafeMutableRawBufferPointer) {
    guard let start = buffer.baseAddress else { return }
    // Whole words are stored as far as the buffer has room for whole words; then single bytes.
    let words = min(padded(byteCount), buffer.count & ~7) &>> 3
    var index = 0
    while index < words {
      unsafe start.storeBytes(of: load(offset &+ index &* 8).littleEndian, toByteOffset: index &* 8, as: UInt64.self)
      index &+= 1
    }
    let left = min(byteCount, buffer.count) &- words &* 8
    if left > 0 {
      let last = load(offset &+ words &* 8)
      for i in 0..<left {
        unsafe start.storeBytes(
          of: UInt8(truncatingIfNeeded: last &>> UInt64(8 &* i)), toByteOffset: words &* 8 &+ i, as: UInt8.self)
      }
    }
  }
}
