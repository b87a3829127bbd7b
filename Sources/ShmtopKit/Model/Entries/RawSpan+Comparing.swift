import Glibc

extension RawSpan {
  /// One byte. Checked.
  func byte(at offset: Int) -> UInt8 {
    precondition(offset >= 0 && offset < byteCount)
    // In bounds, as checked above; every byte is a valid UInt8.
    return unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }

  /// Whether the bytes from `offset` on are those of `other`.
  func isEqual(_ other: RawSpan, at offset: Int) -> Bool {
    guard offset >= 0, offset + other.byteCount <= byteCount else { return false }
    return unsafe withUnsafeBytes { own in
      unsafe other.withUnsafeBytes { others in
        // Both ranges lie in their spans, as checked above.
        unsafe memcmp(own.baseAddress! + offset, others.baseAddress!, others.count) == 0
      }
    }
  }

  /// The order of a range of this span and one of another: negative, 0, positive.
  func compare(_ left: Int, _ leftCount: Int, with other: RawSpan, _ right: Int, _ rightCount: Int) -> Int {
    precondition(left >= 0 && left + leftCount <= byteCount)
    precondition(right >= 0 && right + rightCount <= other.byteCount)
    let common = Swift.min(leftCount, rightCount)
    guard common > 0 else { return leftCount - rightCount }
    let order = unsafe withUnsafeBytes { own in
      unsafe other.withUnsafeBytes { others in
        // Both ranges lie in their spans, as checked above.
        unsafe memcmp(own.baseAddress! + left, others.baseAddress! + right, common)
      }
    }
    return order != 0 ? Int(order) : leftCount - rightCount
  }
}
