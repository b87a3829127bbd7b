internal import SharedSimple

/// The bytes a C caller names by address and length, during its call.
@safe struct CBytes: StoreBytes {
  private let start: UnsafeRawPointer?
  private let count: Int

  /// - Returns: `nil` for a NULL that is said to have bytes.
  @inline(__always)
  init?(_ start: UnsafeRawPointer?, _ count: Int) {
    guard unsafe start != nil || count == 0 else { return nil }
    unsafe self.start = unsafe start
    // A size_t beyond the range of Int is more than any limit, and so is this.
    self.count = count < 0 ? Int.max : count
  }

  /// The bytes of a span that was made here.
  init(_ span: UnsafeRawBufferPointer) {
    unsafe start = span.baseAddress
    count = span.count
  }

  var isNull: Bool { unsafe start == nil }

  /// The same, or no bytes where they are more than a value can have: equal to no value either.
  var comparable: CBytes { count <= 1 << 20 ? self : CBytes() }

  private init() {
    unsafe start = nil
    count = 0
  }

  /// The bytes, in place. The store checks their number before it reads one.
  @inline(__always)
  var span: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: start, count: count) }

  @inline(__always)
  func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    // The caller's memory stays during the call.
    try unsafe body(span.bytes)
  }
}
