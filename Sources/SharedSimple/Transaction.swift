/// Changes to several keys, of which all become real or none: what `transaction` hands out.
///
/// They are kept in private memory until the closure returns. Reads see them; nobody else does. After the store was closed
/// inside, each call throws `closed`; what was done before is kept, unless the closure throws.
public struct Transaction: ~Copyable {
  private let store: SharedStore
  private let writer: TableWriter
  private(set) var changes: [BatchChange] = []
  /// Index in `changes` by key.
  private var indices: [[UInt8]: Int] = [:]
  /// Bytes of all keys and new values.
  private var byteCount = 0
  private var countChange = 0
  private(set) var isRolledBack = false

  init(_ store: SharedStore, _ writer: TableWriter) {
    self.store = store
    self.writer = writer
  }

  // MARK: Reading

  /// The value of a key, as text; `nil` when it is missing. Sees what the transaction did before.
  ///
  /// - Throws: `emptyKey`, `keyTooLong`; `notText`.
  public func get(_ key: some StoreBytes) throws(StoreError) -> String? {
    guard let bytes = try bytes(key) else { return nil }
    return try key.text(ofValue: bytes)
  }

  /// The value of a key, as bytes; `nil` when it is missing. Sees what the transaction did before.
  public func bytes(_ key: some StoreBytes) throws(StoreError) -> [UInt8]? {
    try key.withRawSpan { key throws(StoreError) in try current(key).value }
  }

  /// Whether a key is there. Sees what the transaction did before.
  public func contains(_ key: some StoreBytes) throws(StoreError) -> Bool { try bytes(key) != nil }

  /// The number of entries, with what the transaction did before.
  public var count: Int {
    get throws(StoreError) {
      try store.requireOpen(writer)
      // Wrapping: a damaged count must not trap.
      return Int(clamping: writer.header.liveCount &+ UInt64(bitPattern: Int64(countChange)))
    }
  }

  // MARK: Changing

  /// Stores a value under a key.
  ///
  /// - Throws: `emptyKey`, `keyTooLong`, `emptyValue`, `valueTooLong`; `transactionTooLarge`, as all changes do.
  public mutating func put(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) {
    _ = try put(key, value) { _ in true }
  }

  /// Stores a value if the key is missing; returns whether it was.
  @discardableResult
  public mutating func putIfAbsent(
    _ key: some StoreBytes, _ value: some StoreBytes
  ) throws(StoreError) -> Bool {
    try put(key, value) { $0 == nil }
  }

  /// Stores a value if the key is there; returns whether it was.
  @discardableResult
  public mutating func putIfPresent(
    _ key: some StoreBytes, _ value: some StoreBytes
  ) throws(StoreError) -> Bool {
    try put(key, value) { $0 != nil }
  }

  /// Stores a value if the key has the expected one; returns whether it did.
  public mutating func compareAndSwap(
    _ key: some StoreBytes, expected: some StoreBytes, new: some StoreBytes
  ) throws(StoreError) -> Bool {
    let expected = expected.withRawSpan { $0.copiedBytes }
    return try put(key, new) { $0 == expected }
  }

  /// Removes a key; returns whether it was there.
  @discardableResult
  public mutating func remove(_ key: some StoreBytes) throws(StoreError) -> Bool {
    try remove(key) { $0 != nil }
  }

  /// Removes a key if it has a value; returns whether it had.
  @discardableResult
  public mutating func remove(
    _ key: some StoreBytes, ifValue value: some StoreBytes
  ) throws(StoreError) -> Bool {
    let value = value.withRawSpan { $0.copiedBytes }
    return try remove(key) { $0 == value }
  }

  /// Adds to a number kept as decimal text; a missing key counts as 0. Returns the new number.
  ///
  /// - Throws: also `notANumber` and `overflow`.
  @discardableResult
  public mutating func increment(_ key: some StoreBytes, by amount: Int64 = 1) throws(StoreError) -> Int64 {
    let (bytes, digest, old) = try at(key)
    let new = try key.withRawSpan { key throws(StoreError) in
      try DecimalNumber.sum(of: old, and: amount, key: key)
    }
    try change(bytes, digest, from: old, to: try value(String(new)))
    return new
  }

  /// Gives the whole transaction up: whatever it did, and still does, changes nothing.
  public mutating func rollBack() { isRolledBack = true }

  // MARK: Steps

  /// A key's bytes, digest and value.
  private func at(
    _ key: some StoreBytes
  ) throws(StoreError) -> (key: [UInt8], digest: KeyDigest, value: [UInt8]?) {
    try key.withRawSpan { key throws(StoreError) in
      let (digest, value) = try current(key)
      return (key.copiedBytes, digest, value)
    }
  }

  /// A value's bytes, if a value may have them.
  private func value(_ value: some StoreBytes) throws(StoreError) -> [UInt8] {
    try value.withRawSpan { value throws(StoreError) in
      try store.requireValue(value)
      return value.copiedBytes
    }
  }

  /// What a key has now, seen from within.
  private func current(_ key: RawSpan) throws(StoreError) -> (digest: KeyDigest, value: [UInt8]?) {
    try store.requireOpen(writer)
    try SegmentFormat.requireKey(key)
    if !changes.isEmpty, let index = indices[key.copiedBytes] {
      return (changes[index].digest, changes[index].value)
    }
    let digest = writer.digest(key)
    let index = HashIndex(writer.segment, try writer.segment.liveTable())
    let place = try writer.find(key, digest, in: index)
    return (digest, place.isFound ? try writer.value(at: place) : nil)
  }

  private mutating func put(
    _ key: some StoreBytes, _ value: some StoreBytes, if condition: ([UInt8]?) -> Bool
  ) throws(StoreError) -> Bool {
    let (bytes, digest, old) = try at(key)
    let new = try self.value(value)
    guard condition(old) else { return false }
    try change(bytes, digest, from: old, to: new)
    return true
  }

  private mutating func remove(
    _ key: some StoreBytes, if condition: ([UInt8]?) -> Bool
  ) throws(StoreError) -> Bool {
    let (bytes, digest, old) = try at(key)
    guard condition(old) else { return false }
    try change(bytes, digest, from: old, to: nil)
    return true
  }

  /// Notes what becomes of a key, if the transaction can bear it.
  private mutating func change(
    _ key: [UInt8], _ digest: KeyDigest, from old: [UInt8]?, to new: [UInt8]?
  ) throws(StoreError) {
    let index = indices[key]
    let keys = changes.count + (index == nil ? 1 : 0)
    let before = index.map { key.count + (changes[$0].value?.count ?? 0) } ?? 0
    let bytes = byteCount - before + key.count + (new?.count ?? 0)
    guard keys <= SegmentFormat.batchKeyLimit, bytes <= SegmentFormat.batchByteLimit else {
      throw .transactionTooLarge(
        name: store.name, keys: keys, keyLimit: SegmentFormat.batchKeyLimit, byteCount: bytes,
        byteLimit: SegmentFormat.batchByteLimit)
    }
    if let index {
      changes[index].value = new
    } else {
      indices[key] = changes.count
      changes.append(BatchChange(key: key, digest: digest, value: new))
    }
    byteCount = bytes
    countChange += (new == nil ? 0 : 1) - (old == nil ? 0 : 1)
  }
}
