/// Bytes as the format packs them: words of eight, little end first, the last one padded with zeros.
///
/// The last word is asked for once an operation, and handed on: it is the one that takes more than a load.
extension RawSpan {
  /// The index of the last word; of at least one byte.
  @inline(__always) var lastIndex: Int { lastWordIndex(byteCount) }

  /// A word of bytes alone: any but the last, or that one where no padding is needed.
  @inline(__always)
  func word(_ index: Int) -> UInt64 {
    assert(index >= 0 && index &* 8 &+ 8 <= byteCount)
    // Within the span, by the line above.
    return unsafe UInt64(
      littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: index &* 8, as: UInt64.self))
  }

  /// The last word, padded; of at least one byte.
  @inline(__always) var lastWord: UInt64 { lastWord(at: lastIndex) }

  /// The same where the caller knows its index.
  @inline(__always)
  func lastWord(at lastIndex: Int) -> UInt64 {
    assert(byteCount > 0 && lastIndex == self.lastIndex)
    if lastIndex > 0 || byteCount == 8 {
      // Ends where the span ends, and begins within it.
      let last = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: byteCount &- 8, as: UInt64.self)
      return UInt64(littleEndian: last) &>> UInt64(truncatingIfNeeded: (0 &- byteCount) & 7 &* 8)
    }
    return shortWord
  }

  /// Less than eight bytes, from loads that overlap: each byte is at its place in each load that has it.
  private var shortWord: UInt64 {
    if byteCount >= 4 {
      let low = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt32.self)
      let high = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: byteCount &- 4, as: UInt32.self)
      return UInt64(UInt32(littleEndian: low)) | UInt64(UInt32(littleEndian: high)) &<< shift(byteCount &- 4)
    }
    func byte(_ index: Int) -> UInt64 {
      unsafe UInt64(unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt8.self)) &<< shift(index)
    }
    return byte(0) | byte(byteCount &>> 1) | byte(byteCount &- 1)
  }

  private func shift(_ index: Int) -> UInt64 { UInt64(truncatingIfNeeded: 8 &* index) }
}

/// Bytes in shared memory, by their offset.
extension SharedWords {
  /// Stores at least one byte, padded; `last` is their last word, and `lastIndex` its index.
  @inline(__always)
  func store(_ bytes: RawSpan, last: UInt64, lastIndex: Int, at offset: Int) {
    var index = 0
    while index < lastIndex {
      store(bytes.word(index), at: offset &+ index &* 8)
      index &+= 1
    }
    store(last, at: offset &+ index &* 8)
  }

  /// Stores at least one byte, padded. For values: those of up to 32 bytes take no loop.
  @inline(__always)
  func storeValue(_ bytes: RawSpan, at offset: Int) {
    let lastIndex = bytes.lastIndex
    if lastIndex > 0 { store(bytes.word(0), at: offset) }
    if lastIndex > 1 { store(bytes.word(1), at: offset &+ 8) }
    if lastIndex > 2 { storeMiddle(bytes, lastIndex, at: offset) }
    store(bytes.lastWord(at: lastIndex), at: offset &+ lastIndex &* 8)
  }

  /// The words from the third to the one before the last.
  @inline(never)
  private func storeMiddle(_ bytes: RawSpan, _ lastIndex: Int, at offset: Int) {
    for index in 2..<lastIndex { store(bytes.word(index), at: offset &+ index &* 8) }
  }

  /// Whether the padded bytes at an offset are these; their number has been compared, and is not 0.
  @inline(__always)
  func equal(_ bytes: RawSpan, last: UInt64, lastIndex: Int, at offset: Int) -> Bool {
    var index = 0
    while index < lastIndex {
      if load(offset &+ index &* 8) != bytes.word(index) { return false }
      index &+= 1
    }
    return load(offset &+ index &* 8) == last
  }

  /// Copies bytes out, as many as fit. Where the buffer has room for whole words, the padding comes too.
  @inline(__always)
  func copy(at offset: Int, byteCount: Int, to buffer: UnsafeMutableRawPointer, _ capacity: Int) {
    guard padded(byteCount) <= capacity else {
      return unsafe copyTight(at: offset, byteCount: min(byteCount, capacity), to: buffer)
    }
    var index = 0
    while index < byteCount {
      unsafe buffer.storeBytes(of: load(offset &+ index).littleEndian, toByteOffset: index, as: UInt64.self)
      index &+= 8
    }
  }

  @inline(never)
  private func copyTight(at offset: Int, byteCount: Int, to buffer: UnsafeMutableRawPointer) {
    for index in 0..<byteCount {
      let word = load(offset + index & ~7)
      unsafe buffer.storeBytes(
        of: UInt8(truncatingIfNeeded: word >> UInt64(8 * (index & 7))), toByteOffset: index, as: UInt8.self)
    }
  }
}
