import CSharedSimple
import SharedSimple

/// The store through Swift, with keys and values that are bytes in the caller's memory.
struct ByteStore: Subject {
  private let store: SharedStore

  init(_ place: Place, creates: Bool) throws { store = try SharedStore(place, creates: creates) }

  @inline(__always)
  func put(_ key: UnsafeRawBufferPointer, _ value: Value) throws {
    try store.put(key.bytes, value.bytes.bytes)
  }

  @inline(__always)
  func get(_ key: UnsafeRawBufferPointer) throws -> Bool {
    try store.withValue(key.bytes) { $0.byteCount } != nil
  }

  @inline(__always)
  func remove(_ key: UnsafeRawBufferPointer) throws -> Bool { try store.remove(ForeignBytes(bytes: key)) }

  func close() { store.close() }
}

/// Bytes in memory that outlives the call.
struct ForeignBytes: StoreBytes {
  let bytes: UnsafeRawBufferPointer

  @inline(__always)
  func withRawSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R { try body(bytes.bytes) }
}

/// The store through Swift, with `String` for keys and values.
struct TextStore: Subject {
  private let store: SharedStore

  static func keys(_ packed: PackedKeys) -> [String] { packed.map { String(decoding: $0, as: UTF8.self) } }

  init(_ place: Place, creates: Bool) throws { store = try SharedStore(place, creates: creates) }

  @inline(__always)
  func put(_ key: String, _ value: Value) throws { try store.put(key, value.text) }

  @inline(__always)
  func get(_ key: String) throws -> Bool { try store.get(key) != nil }

  @inline(__always)
  func remove(_ key: String) throws -> Bool { try store.remove(key) }

  func close() { store.close() }
}

/// The store through its C interface.
struct CStore: Subject {
  private let store: OpaquePointer
  private let buffer: UnsafeMutableRawBufferPointer

  init(_ place: Place, creates: Bool) throws {
    var opened: OpaquePointer?
    let mode = creates ? SHS_SHARED : SHS_EXISTING
    guard shs_open(place.name, Int32(mode), UInt32(place.valueLimit), &opened) == 0, let opened
    else {
      throw Failure(String(cString: shs_last_error()))
    }
    store = opened
    buffer = .allocate(byteCount: place.valueLimit, alignment: 16)
  }

  @inline(__always)
  func put(_ key: UnsafeRawBufferPointer, _ value: Value) throws {
    if shs_put(store, key.baseAddress, key.count, value.bytes.baseAddress, value.bytes.count) != 0 {
      throw Failure(String(cString: shs_last_error()))
    }
  }

  @inline(__always)
  func get(_ key: UnsafeRawBufferPointer) throws -> Bool {
    var byteCount = 0
    return shs_get(store, key.baseAddress, key.count, buffer.baseAddress, buffer.count, &byteCount) == 0
  }

  @inline(__always)
  func remove(_ key: UnsafeRawBufferPointer) throws -> Bool {
    shs_remove(store, key.baseAddress, key.count) == 0
  }

  func close() { shs_close(store) }
}

extension SharedStore {
  /// Opens the store of a place.
  convenience init(_ place: Place, creates: Bool) throws {
    var options = StoreOptions()
    options.valueLimit = place.valueLimit
    try self.init(place.name, mode: creates ? .shared : .existing, options: options)
  }
}
