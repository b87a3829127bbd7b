/// The store while its mutex is held: what `withLock` hands out.
///
/// Each operation is as the store's own, without waiting, and throws what that throws, but for the lock's errors. After the
/// section has ended, and in a child forked inside of it, it throws `sectionEnded`; after its store was closed, `closed`.
public struct LockedSection: ~Copyable {
  private let store: SharedStore
  private let writer: TableWriter

  init(_ store: SharedStore, _ writer: TableWriter) {
    self.store = store
    self.writer = writer
  }

  /// The value of a key, as text; `nil` when it is missing.
  ///
  /// - Throws: `emptyKey`, `keyTooLong`; `notText`; `corrupted`, as all of these do.
  public func get(_ key: some StoreBytes) throws(StoreError) -> String? {
    guard let bytes = try bytes(key) else { return nil }
    return try key.text(ofValue: bytes)
  }

  /// The value of a key, as bytes; `nil` when it is missing.
  public func bytes(_ key: some StoreBytes) throws(StoreError) -> [UInt8]? {
    try at(key) { _, _, place, _ throws(StoreError) in place.isFound ? try writer.value(at: place) : nil }
  }

  /// Whether a key is there.
  public func contains(_ key: some StoreBytes) throws(StoreError) -> Bool {
    try at(key) { _, _, place, _ in place.isFound }
  }

  /// The number of entries; exact.
  public var count: Int {
    get throws(StoreError) {
      try store.requireOpen(writer)
      return Int(clamping: writer.header.liveCount)
    }
  }

  /// All entries.
  public func all() throws(StoreError) -> [Entry] {
    try store.requireOpen(writer)
    return try writer.entries()
  }

  /// Stores a value under a key.
  public func put(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) {
    _ = try put(key, value) { _ in true }
  }

  /// Stores a value if the key is missing; returns whether it was.
  @discardableResult
  public func putIfAbsent(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) -> Bool {
    try put(key, value) { !$0.isFound }
  }

  /// Stores a value if the key is there; returns whether it was.
  @discardableResult
  public func putIfPresent(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) -> Bool {
    try put(key, value) { $0.isFound }
  }

  /// Stores a value if the key has the expected one; returns whether it did.
  public func compareAndSwap(
    _ key: some StoreBytes, expected: some StoreBytes, new: some StoreBytes
  ) throws(StoreError) -> Bool {
    try put(key, new) { place throws(StoreError) in try has(place, expected) }
  }

  /// Removes a key; returns whether it was there.
  @discardableResult
  public func remove(_ key: some StoreBytes) throws(StoreError) -> Bool {
    try remove(key) { $0.isFound }
  }

  /// Removes a key if it has a value; returns whether it had.
  @discardableResult
  public func remove(_ key: some StoreBytes, ifValue value: some StoreBytes) throws(StoreError) -> Bool {
    try remove(key) { place throws(StoreError) in try has(place, value) }
  }

  /// Removes all entries; returns how many there were.
  @discardableResult
  public func removeAll() throws(StoreError) -> Int {
    try store.requireOpen(writer)
    return try writer.removeAll()
  }

  /// Adds to a number kept as decimal text; a missing key counts as 0. Returns the new number.
  @discardableResult
  public func increment(_ key: some StoreBytes, by amount: Int64 = 1) throws(StoreError) -> Int64 {
    try at(key) { key, digest, place, index throws(StoreError) in
      let old = place.isFound ? try writer.value(at: place) : nil
      let new = try DecimalNumber.sum(of: old, and: amount, key: key)
      let text = String(new)
      try text.withRawSpan { value throws(StoreError) in
        try store.requireValue(value)
        try writer.put(key, value, digest, at: place, in: index)
      }
      return new
    }
  }

  // MARK: Steps

  private func at<R>(
    _ key: some StoreBytes,
    _ body: (RawSpan, KeyDigest, TableWriter.Place, HashIndex) throws(StoreError) -> R
  ) throws(StoreError) -> R {
    try store.requireOpen(writer)
    return try key.withRawSpan { key throws(StoreError) in
      try SegmentFormat.requireKey(key)
      let index = HashIndex(writer.segment, try writer.segment.liveTable())
      let digest = writer.digest(key)
      return try body(key, digest, try writer.find(key, digest, in: index), index)
    }
  }

  private func put(
    _ key: some StoreBytes, _ value: some StoreBytes,
    if condition: (TableWriter.Place) throws(StoreError) -> Bool
  ) throws(StoreError) -> Bool {
    try at(key) { key, digest, place, index throws(StoreError) in
      try value.withRawSpan { value throws(StoreError) in
        try store.requireValue(value)
        guard try condition(place) else { return false }
        try writer.put(key, value, digest, at: place, in: index)
        return true
      }
    }
  }

  private func remove(
    _ key: some StoreBytes, if condition: (TableWriter.Place) throws(StoreError) -> Bool
  ) throws(StoreError) -> Bool {
    try at(key) { _, _, place, index throws(StoreError) in
      guard try condition(place) else { return false }
      writer.remove(at: place, in: index)
      return true
    }
  }

  /// Whether a place holds a value.
  private func has(_ place: TableWriter.Place, _ value: some StoreBytes) throws(StoreError) -> Bool {
    guard place.isFound else { return false }
    let lengths = try writer.lengths(place.record)
    return value.withRawSpan { writer.heap.valueEquals(place.record, lengths, $0) }
  }
}
