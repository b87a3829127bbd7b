/// Bytes as the format packs them: words of eight, little end first, the last one padded with zeros.
extension RawSpan {
  /// The word that starts at byte `8 × index`; `index` must be below `(byteCount + 7) / 8`.
  @inline(__always)
  func paddedWord(_ index: Int) -> UInt64 {
    let offset = index &* 8
    let left = byteCount &- offset
    assert(left > 0)
    // Each unchecked load below lies within the span: the first by left ≥ 8, the second because it
    // ends where the span ends and the span has at least 8 bytes, the others by left.
    if left >= 8 {
      return unsafe UInt64(littleEndian: unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
    }
    if byteCount >= 8 {
      let last = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: byteCount &- 8, as: UInt64.self)
      return UInt64(littleEndian: last) >> UInt64(truncatingIfNeeded: 64 &- 8 &* left)
    }
    var word: UInt64 = 0
    for i in 0..<left {
      let byte = unsafe unsafeLoadUnaligned(fromUncheckedByteOffset: offset &+ i, as: UInt8.self)
      word |= UInt64(byte) &<< UInt64(truncatingIfNeeded: 8 &* i)
    }
    return word
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Stores a word at byte `8 × index`, or what of it fits into the buffer.
  @inline(__always)
  func storePaddedWord(_ word: UInt64, _ index: Int) {
    let offset = index &* 8
    if offset &+ 8 <= count {
      unsafe storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    } else {
      for i in 0..<Swift.max(0, count &- offset) {
        unsafe storeBytes(
          of: UInt8(truncatingIfNeeded: word >> UInt64(8 &* i)), toByteOffset: offset &+ i, as: UInt8.self)
      }
    }
  }
}
