// Reading takes no lock and waits for nobody: a writer may be running, stopped or dead. Only `all` and
// `dictionary` take the mutex, so as to see the store at one instant; and a read that writers have disturbed 64 times in a
// row.
extension SharedStore {
  /// A writer can get in between a reader's steps; this often in a row only by design or by damage.
  private static let tries = 64

  /// The value of a key, as text.
  ///
  /// - Returns: `nil` when the key is missing.
  /// - Throws: `emptyKey`, `keyTooLong`; `notText` when the value is not valid UTF-8; `replaced`, `closed`,
  ///   `corrupted`. Writers that come in between 64 times in a row make a writable handle take the mutex,
  ///   with what that throws, and a read-only one throw `busy` after 200 ms.
  /// - Complexity: O(1); allocates nothing beyond the string.
  /// - Concurrency: lock-free, but for that.
  @inlinable
  public func get(_ key: some StoreBytes) throws(StoreError) -> String? {
    try key.withRawSpan { key throws(StoreError) in try text(of: key) }
  }

  @usableFromInline
  func text(of key: RawSpan) throws(StoreError) -> String? {
    let text = try withValue(key) { $0.validatedText }
    if case .some(nil) = text { throw .notText(key: key.printable) }
    return text ?? nil
  }

  /// The value of a key, as bytes. As `get`, but for any bytes.
  @inlinable
  public func bytes(_ key: some StoreBytes) throws(StoreError) -> [UInt8]? {
    try key.withRawSpan { key throws(StoreError) in try bytes(of: key) }
  }

  @usableFromInline
  func bytes(of key: RawSpan) throws(StoreError) -> [UInt8]? {
    try withValue(key) { $0.copiedBytes }
  }

  /// Calls a closure with the value of a key; the bytes are a private copy, valid during the call. Values up
  /// to 1 KiB are read without an allocation.
  ///
  /// - Returns: what the closure returns; `nil` when the key is missing.
  /// - Throws: as `get`, but for `notText`.
  /// - Concurrency: lock-free; the closure runs after the read and may use the store.
  @inlinable
  public func withValue<R>(_ key: some StoreBytes, _ body: (RawSpan) -> R) throws(StoreError) -> R? {
    try key.withRawSpan { key throws(StoreError) in try withValue(key, body) }
  }

  /// The same, for a key that is a span of bytes.
  @inlinable
  public func withValue<R>(_ key: RawSpan, _ body: (RawSpan) -> R) throws(StoreError) -> R? {
    // Nearly all values are short: then it takes no more than this.
    var words = InlineArray<8, UInt64>(repeating: 0)
    let byteCount = readShort(key, into: &words)
    if byteCount >= 0 {
      // A private copy, for the length of the call.
      return unsafe withUnsafeBytes(of: &words) { words in
        unsafe body(UnsafeRawBufferPointer(rebasing: words[..<byteCount]).bytes)
      }
    }
    // As `read` says that it is missing.
    if byteCount == -1 { return nil }
    var result: R?
    _ = try value(of: key) { result = body($0) }
    return result
  }

  /// As `read`, for a value of up to 64 bytes, where it goes as it nearly always does; undecided where it does not, and
  /// nothing was counted.
  @usableFromInline
  func readShort(_ key: RawSpan, into words: inout InlineArray<8, UInt64>) -> Int {
    // The closure cannot take the span along, so it gets the key's address; the span outlives the call.
    unsafe key.withUnsafeBytes { key in
      unsafe withUnsafeMutableBytes(of: &words) { unsafe readDirectly(key.bytes, into: $0) }
    }
  }

  /// Whether a key is in the store. Counts as a get.
  @inlinable
  public func contains(_ key: some StoreBytes) throws(StoreError) -> Bool {
    try key.withRawSpan { key throws(StoreError) in try contains(key) }
  }

  @usableFromInline
  func contains(_ key: RawSpan) throws(StoreError) -> Bool {
    var words = InlineArray<8, UInt64>(repeating: 0)
    let byteCount = readShort(key, into: &words)
    if byteCount != Lookup.undecided { return byteCount >= 0 }
    return try unsafe read(key, into: UnsafeMutableRawBufferPointer(start: nil, count: 0)) >= 0
  }

  /// Reads a value into memory of the caller: the form with the least to do.
  ///
  /// - Parameters:
  ///   - buffer: receives the value, or as much of it as fits; up to 7 bytes behind it, within the buffer, are set
  ///     to 0.
  /// - Returns: the length of the value in bytes, which may be more than the buffer has; −1 when the key is
  ///   missing.
  /// - Throws: as `withValue`.
  /// - Concurrency: lock-free.
  @unsafe public func read(
    _ key: RawSpan, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StoreError) -> Int {
    let byteCount = unsafe readDirectly(key, into: buffer)
    if byteCount != Lookup.undecided { return byteCount }
    try ready()
    try SegmentFormat.requireKey(key)
    return try unsafe read(key, segment.digest(key), into: buffer)
  }

  /// As `read`, where it goes as it nearly always does, into a buffer of whole words, which has room for the padding of
  /// whatever fits it; undecided where it does not, and nothing was counted. It throws nothing, so that its words stay
  /// in registers.
  private func readDirectly(_ key: RawSpan, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard buffer.count & 7 == 0 else { return Lookup.undecided }
    return switch key.lastIndex {
    case 0: unsafe readDirectly(ShortKey<0>(), key, into: buffer)
    case 1: unsafe readDirectly(ShortKey<1>(), key, into: buffer)
    case 2: unsafe readDirectly(ShortKey<2>(), key, into: buffer)
    default: unsafe readDirectly(AnyKey(), key, into: buffer)
    }
  }

  /// The same for a handle that is ready, and a key that has been checked, whose hash is known.
  func readDirectly(_ key: RawSpan, _ hash: UInt32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    switch key.lastIndex {
    case 0: unsafe readDirectly(ShortKey<0>(), key, hash, into: buffer)
    case 1: unsafe readDirectly(ShortKey<1>(), key, hash, into: buffer)
    case 2: unsafe readDirectly(ShortKey<2>(), key, hash, into: buffer)
    default: unsafe readDirectly(AnyKey(), key, hash, into: buffer)
    }
  }

  @inline(never)
  private func readDirectly<Length: KeyLength>(
    _ length: Length, _ key: RawSpan, _ hash: UInt32, into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    let digest = KeyDigest(key, lastIndex: length.lastIndex(key.byteCount), hash: hash)
    return unsafe readDirectly(key, digest, into: buffer)
  }

  @inline(never)
  private func readDirectly<Length: KeyLength>(
    _ length: Length, _ key: RawSpan, into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    guard isReady, length.isValid(key.byteCount) else { return Lookup.undecided }
    let digest = segment.digest(key, lastIndex: length.lastIndex(key.byteCount))
    return unsafe readDirectly(key, digest, into: buffer)
  }

  @inline(__always)
  private func readDirectly(
    _ key: RawSpan, _ digest: KeyDigest, into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    guard let start = buffer.baseAddress else { return Lookup.undecided }
    let byteCount = unsafe Lookup(segment).findDirectly(
      key, digest, copyingTo: start, capacity: buffer.count, fillsTight: false)
    note(byteCount)
    return byteCount
  }

  /// Counts what a read came to, if it did.
  @inline(__always)
  private func note(_ byteCount: Int) {
    if byteCount >= 0 {
      participant?.countHit()
    } else if byteCount == Lookup.missing {
      participant?.countMiss()
    }
  }

  /// As `read`, for a handle that is ready and a key that has been checked.
  ///
  /// - Parameter counts: false where the call has been counted, and only its buffer was too small.
  @inline(__always)
  func read(
    _ key: RawSpan, _ digest: KeyDigest, into buffer: UnsafeMutableRawBufferPointer, counts: Bool = true
  ) throws(StoreError) -> Int {
    // An empty buffer may have no address. Then any will do, as nothing is stored there.
    let start = unsafe buffer.baseAddress ?? UnsafeMutableRawPointer(bitPattern: 8).unsafelyUnwrapped
    let byteCount = unsafe Lookup(segment).findDirectly(
      key, digest, copyingTo: start, capacity: buffer.count, fillsTight: true)
    if byteCount == Lookup.undecided {
      return try unsafe readAgain(key, digest, into: buffer, counts: counts)
    }
    if counts { note(byteCount) }
    return byteCount
  }

  /// Where the direct way was no use: tries with every case looked into; at last with the mutex, or with patience
  /// where it cannot be had.
  @inline(never)
  private func readAgain(
    _ key: RawSpan, _ digest: KeyDigest, into buffer: UnsafeMutableRawBufferPointer, counts: Bool = true
  ) throws(StoreError) -> Int {
    let lookup = Lookup(segment)
    var outcome = Lookup.Outcome.disturbed
    var tries = 0
    while outcome.isDisturbed, tries < Self.tries {
      outcome = try unsafe lookup.find(key, digest, copyingTo: buffer)
      tries += 1
    }
    if outcome.isDisturbed, participant != nil, !isLockedByThisThread {
      outcome = try unsafe readLocked(key, digest, into: buffer)
    }
    if !outcome.isFound, !outcome.isMissing {
      outcome = try unsafe lookup.findPatiently(key, digest, copyingTo: buffer)
    }
    if counts { if outcome.isFound { participant?.countHit() } else { participant?.countMiss() } }
    return outcome.byteCount
  }

  /// The read that nobody can disturb.
  private func readLocked(
    _ key: RawSpan, _ digest: KeyDigest, into buffer: UnsafeMutableRawBufferPointer
  ) throws(StoreError) -> Lookup.Outcome {
    try locked { writer throws(StoreError) -> Lookup.Outcome in
      let index = HashIndex(segment, try segment.liveTable())
      let place = try writer.find(key, digest, in: index)
      guard place.isFound else { return .missing }
      let lengths = try writer.lengths(place.record)
      unsafe writer.heap.copyValue(place.record, lengths, to: buffer)
      return Lookup.Outcome(byteCount: lengths.value, stamp: 0)
    }
  }

  private var isLockedByThisThread: Bool {
    guard let participant else { return false }
    return StoreLock(segment, participant).isHeldByThisThread
  }

  /// Reads a value into private memory and hands it on; returns whether the key was there.
  @usableFromInline
  func value(of key: RawSpan, _ body: (RawSpan) -> Void) throws(StoreError) -> Bool {
    try ready()
    try SegmentFormat.requireKey(key)
    return try value(of: key, segment.digest(key), body)
  }

  /// The same for a handle that is ready and a key that has been checked.
  func value(
    of key: RawSpan, _ digest: KeyDigest, counts: Bool = true, _ body: (RawSpan) -> Void
  ) throws(StoreError) -> Bool {
    // On the stack, whatever the limit: nearly all values are short.
    var capacity = min(padded(segment.valueLimit), 1024)
    var counts = counts
    while true {
      // The closure cannot take a span along, so it gets the key's address; the span outlives the call.
      let outcome = unsafe key.withUnsafeBytes { key -> Result<Int, StoreError> in
        unsafe withUnsafeTemporaryAllocation(byteCount: capacity, alignment: 8) { buffer in
          do throws(StoreError) {
            let byteCount = try unsafe read(key.bytes, digest, into: buffer, counts: counts)
            if byteCount >= 0, byteCount <= capacity {
              unsafe body(UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]).bytes)
            }
            return .success(byteCount)
          } catch { return .failure(error) }
        }
      }
      let byteCount = try outcome.get()
      if byteCount < 0 { return false }
      if byteCount <= capacity { return true }
      capacity = padded(byteCount)
      counts = false
    }
  }

  /// The number of entries, at some instant of the call.
  ///
  /// - Throws: `replaced`, `closed`.
  /// - Concurrency: lock-free.
  public var count: Int {
    get throws(StoreError) {
      try ready()
      _ = try segment.liveTable()
      return Int(clamping: segment.header.liveCount)
    }
  }

  /// Calls a closure with each entry, in table order, until it returns `false`.
  ///
  /// The promise is weaker than `all`'s: a key that is in the store during the whole call is visited exactly
  /// once, with a value it had at some instant of the call, also while the table grows; one that is put or
  /// removed meanwhile may be visited or not. The bytes are private copies, valid during the closure's call.
  ///
  /// - Throws: `replaced`, `closed`, `corrupted`; `busy` when one entry was rewritten at a thousand tries.
  /// - Complexity: O(slots).
  /// - Concurrency: lock-free; the closure may use the store.
  public func forEach(_ body: (_ key: RawSpan, _ value: RawSpan) -> Bool) throws(StoreError) {
    try ready()
    var cursor = TableCursor()
    let scan = TableScan(segment)
    var wasClosed = false
    _ = try scan.advance(&cursor, slotLimit: .max) { key, value, _ in
      wasClosed = isClosed
      return !wasClosed && body(key, value)
    }
    if wasClosed { throw .closed(name: name) }
  }

  /// A snapshot of all entries at one instant, in no particular order.
  ///
  /// - Throws: `readOnly`, `closed`, `replaced`, and what taking the lock throws.
  /// - Complexity: O(slots); an allocation for each key and value beyond 15 bytes.
  /// - Concurrency: takes the lock and holds it for the whole copy; writers wait, readers go on.
  public func all() throws(StoreError) -> [Entry] {
    try locked { writer throws(StoreError) in try writer.entries() }
  }

  /// A snapshot as a dictionary of text. As `all`.
  ///
  /// - Throws: also `notText` when a key or a value is not valid UTF-8.
  public func dictionary() throws(StoreError) -> [String: String] {
    let entries = try all()
    var result: [String: String] = [:]
    result.reserveCapacity(entries.count)
    for entry in entries {
      guard let key = entry.keyText, let value = entry.valueText else {
        throw .notText(key: entry.key.withRawSpan { $0.printable })
      }
      result[key] = value
    }
    return result
  }
}
