/// Bytes that can be a key or a value: text, or any bytes.
///
/// Text counts as its UTF-8 bytes; NUL and invalid UTF-8 in bytes are kept exactly.
public protocol StoreBytes {
  /// Calls a closure with the bytes, which are valid only during the call.
  func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R
}

extension String: StoreBytes {
  /// The UTF-8 bytes; no allocation for native Swift strings.
  @inlinable
  public func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    // A short string has its bytes in its own words, here in those of this view: it must live on until the call has
    // ended. The compiler (6.3.1) does not see to it where the call is the last thing it makes of this function.
    let view = utf8
    defer { withExtendedLifetime(view) {} }
    return try unsafe body(view.span.bytes)
  }
}

extension Substring: StoreBytes {
  /// The UTF-8 bytes; no allocation where the string is a native one.
  @inlinable
  public func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    let view = utf8
    defer { withExtendedLifetime(view) {} }
    return try unsafe body(view.span.bytes)
  }
}

extension [UInt8]: StoreBytes {
  /// The bytes, in place.
  @inlinable
  public func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    try unsafe body(span.bytes)
  }
}

extension ArraySlice<UInt8>: StoreBytes {
  /// The bytes, in place.
  @inlinable
  public func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
    try unsafe body(span.bytes)
  }
}

/// One entry, copied out of a store.
public struct Entry: Sendable, Hashable {
  /// The key's bytes.
  public var key: [UInt8]
  /// The value's bytes.
  public var value: [UInt8]
  /// Store-wide sequence number of the write that made this value: of two entries, the one with the higher
  /// stamp was written later.
  public var stamp: UInt64

  /// Makes an entry.
  public init(key: [UInt8], value: [UInt8], stamp: UInt64) {
    self.key = key
    self.value = value
    self.stamp = stamp
  }

  /// The key as text; `nil` where it is not valid UTF-8.
  public var keyText: String? { String(validating: key, as: UTF8.self) }
  /// The value as text; `nil` where it is not valid UTF-8.
  public var valueText: String? { String(validating: value, as: UTF8.self) }
}
