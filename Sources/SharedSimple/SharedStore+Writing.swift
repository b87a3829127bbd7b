// Writing takes the mutex for one operation. Each change becomes real at one store instruction: a process killed
// anywhere leaves the old value or the new one.
extension SharedStore {
  /// Stores a value under a key, whether the key is there or not.
  ///
  /// - Throws: `emptyKey`, `keyTooLong`, `emptyValue`, `valueTooLong`; `readOnly`, `closed`, `replaced`; `lockTimeout`,
  ///   `lockReentered`, `unrecoverable` when the mutex cannot be had; `noSpace`, `storeFull` when there is no room;
  ///   `corrupted`, `system`. The store is then as it was.
  /// - Complexity: O(1); once in a while the table grows, which takes some 5 ns a slot.
  /// - Concurrency: takes the lock; waits for it at most for ``StoreOptions/lockTimeout``.
  @inlinable
  public func put(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) {
    try key.withRawSpan { key throws(StoreError) in
      try value.withRawSpan { value throws(StoreError) in try put(key, value) }
    }
  }

  /// As `put` of any bytes: the form with the least to do.
  public func put(_ key: RawSpan, _ value: RawSpan) throws(StoreError) {
    switch key.lastIndex {
    case 0: try put(ShortKey<0>(), key, value)
    case 1: try put(ShortKey<1>(), key, value)
    case 2: try put(ShortKey<2>(), key, value)
    default: try put(AnyKey(), key, value)
    }
  }

  /// The same once for each length of a key in words.
  @inline(never)
  private func put<Length: KeyLength>(
    _ length: Length, _ key: RawSpan, _ value: RawSpan
  ) throws(StoreError) {
    let progress = putDirectly(length, key, value)
    if progress != .done { try finishPut(key, value, after: progress) }
  }

  /// How far a put got that was tried the direct way.
  enum PutProgress: Equatable {
    case done
    /// The mutex is held, and nothing was changed.
    case locked
    /// The mutex was tried, in vain or after a dead holder; that may be in need of repair now, and held.
    case tried(RobustMutex.Outcome)
    case untouched
  }

  /// As `put`, where it goes as it nearly always does: the mutex is free, and there is room. It throws nothing, so
  /// that its words stay in registers.
  @inline(__always)
  func putDirectly<Length: KeyLength>(_ length: Length, _ key: RawSpan, _ value: RawSpan) -> PutProgress {
    guard isReady, length.isValid(key.byteCount), segment.isValueLength(value.byteCount), let participant
    else { return .untouched }
    let lock = StoreLock(segment, participant)
    let digest = segment.digest(key, lastIndex: length.lastIndex(key.byteCount))
    guard let outcome = lock.tryDirectly() else { return .untouched }
    guard case .taken = outcome else { return .tried(outcome) }
    lock.enter()
    // Both find out for themselves whether the segment is retired: then its table is not the one they know.
    let writer = TableWriter(segment, participant, process: forkToken)
    if !writer.putDirectly(key, value, digest) {
      return insertDirectly(length, key, value, digest.hash) ? .done : .locked
    }
    // Nothing of a caller's ran meanwhile, so that no forked child can be here.
    lock.release()
    return .done
  }

  /// The rest of it where the key is not there: gives the mutex back, or does nothing. A function of its own, so that
  /// the one above has fewer words to keep.
  @inline(never)
  private func insertDirectly<Length: KeyLength>(
    _ length: Length, _ key: RawSpan, _ value: RawSpan, _ hash: UInt32
  ) -> Bool {
    guard let participant else { return false }
    let writer = TableWriter(segment, participant, process: forkToken)
    let digest = KeyDigest(key, lastIndex: length.lastIndex(key.byteCount), hash: hash)
    guard writer.insertDirectly(key, value, digest) else { return false }
    StoreLock(segment, participant).release()
    return true
  }

  /// What is left of a put after the direct way.
  @inline(never)
  func finishPut(_ key: RawSpan, _ value: RawSpan, after progress: PutProgress) throws(StoreError) {
    guard let participant, progress != .untouched else {
      try SegmentFormat.requireKey(key)
      try requireValue(value)
      return try locked { writer throws(StoreError) in try writer.put(key, value, segment.digest(key)) }
    }
    let lock = StoreLock(segment, participant)
    if case .tried(let outcome) = progress {
      try lock.acquire(after: outcome, timeout: lockTimeout)
    } else {
      try lock.requireLive()
    }
    let writer = TableWriter(segment, participant, process: forkToken)
    defer { endWriting(writer) }
    try writer.put(key, value, segment.digest(key))
  }

  /// Removes a key.
  ///
  /// - Returns: whether it was there.
  /// - Throws: as `put`, but for what concerns a value, and room.
  /// - Concurrency: as `put`.
  @discardableResult
  public func remove(_ key: some StoreBytes) throws(StoreError) -> Bool {
    try withLockedSection { section throws(StoreError) in try section.remove(key) }
  }

  /// Removes all entries, by a switch to an empty table.
  ///
  /// - Returns: how many entries there were.
  /// - Throws: as `put`, but for what concerns a key or a value.
  /// - Complexity: proportional to the initial number of slots.
  /// - Concurrency: as `put`.
  @discardableResult
  public func removeAll() throws(StoreError) -> Int {
    try withLockedSection { section throws(StoreError) in try section.removeAll() }
  }

  /// Adds to a number kept as decimal text; a missing key counts as 0.
  ///
  /// - Returns: the new number.
  /// - Throws: as `put`; `notANumber` and `overflow`, the value is then as it was.
  /// - Concurrency: as `put`.
  @discardableResult
  public func increment(_ key: some StoreBytes, by amount: Int64 = 1) throws(StoreError) -> Int64 {
    try withLockedSection { section throws(StoreError) in try section.increment(key, by: amount) }
  }

  /// Stores a value if the key has the expected one.
  ///
  /// - Returns: whether it did.
  /// - Throws: as `put`.
  /// - Concurrency: as `put`.
  public func compareAndSwap(
    _ key: some StoreBytes, expected: some StoreBytes, new: some StoreBytes
  ) throws(StoreError) -> Bool {
    try withLockedSection { section throws(StoreError) in
      try section.compareAndSwap(key, expected: expected, new: new)
    }
  }

  /// Stores a value if the key is missing.
  ///
  /// - Returns: whether it was.
  /// - Throws: as `put`.
  /// - Concurrency: as `put`.
  @discardableResult
  public func putIfAbsent(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) -> Bool {
    try withLockedSection { section throws(StoreError) in try section.putIfAbsent(key, value) }
  }

  /// Stores a value if the key is there.
  ///
  /// - Returns: whether it was.
  /// - Throws: as `put`.
  /// - Concurrency: as `put`.
  @discardableResult
  public func putIfPresent(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) -> Bool {
    try withLockedSection { section throws(StoreError) in try section.putIfPresent(key, value) }
  }

  /// Removes a key if it has a value.
  ///
  /// - Returns: whether it had.
  /// - Throws: as `remove`.
  /// - Concurrency: as `put`.
  @discardableResult
  public func remove(_ key: some StoreBytes, ifValue value: some StoreBytes) throws(StoreError) -> Bool {
    try withLockedSection { section throws(StoreError) in try section.remove(key, ifValue: value) }
  }

  /// The value of a key, which gets this one if it is missing; as text.
  ///
  /// - Throws: as `get` and `put`.
  /// - Concurrency: takes the lock only where the key is missing.
  public func getOrPut(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) -> String {
    try key.text(ofValue: try bytesOrPut(key, value))
  }

  /// The value of a key, which gets this one if it is missing; as bytes.
  ///
  /// - Throws: as `bytes` and `put`.
  /// - Concurrency: takes the lock only where the key is missing.
  public func bytesOrPut(_ key: some StoreBytes, _ value: some StoreBytes) throws(StoreError) -> [UInt8] {
    if let bytes = try bytes(key) { return bytes }
    return try withLockedSection { section throws(StoreError) in
      if let bytes = try section.bytes(key) { return bytes }
      try section.put(key, value)
      return value.withRawSpan { $0.copiedBytes }
    }
  }

  /// Runs several operations in one hold of the mutex: no other writer, and no snapshot, gets in between.
  ///
  /// Lock-free readers may see one change before another, and what was done before a kill or a thrown error
  /// stays done. Keep the body short: all writers wait for it. Inside, write through the section; the
  /// store's own writing operations throw `lockReentered`, its lock-free reads work.
  ///
  /// - Throws: what taking the lock throws, as `put`; and what the body throws.
  public func withLock<R>(_ body: (borrowing LockedSection) throws -> R) throws -> R {
    let writer = try beginWriting()
    defer { endWriting(writer) }
    return try body(LockedSection(self, writer))
  }

  // MARK: The hold

  @inline(__always)
  private func withLockedSection<R>(
    _ body: (borrowing LockedSection) throws(StoreError) -> R
  ) throws(StoreError) -> R {
    let writer = try beginWriting()
    defer { endWriting(writer) }
    return try body(LockedSection(self, writer))
  }

  @inline(__always)
  func beginWriting() throws(StoreError) -> TableWriter {
    try ready()
    guard let participant else { throw .readOnly(name: name) }
    try StoreLock(segment, participant).acquire(timeout: lockTimeout)
    return TableWriter(segment, participant, process: forkToken)
  }

  /// After `beginWriting`; a forked child that leaves its parent's section has nothing to give back.
  @inline(__always)
  func endWriting(_ writer: TableWriter) {
    if writer.process == forkToken { StoreLock(segment, writer.participant).release() }
  }

  /// Before each call of a section or a transaction: it lives as long as its closure, and its store is open.
  func requireOpen(_ writer: TableWriter) throws(StoreError) {
    if isClosed { throw .closed(name: name) }
    try requireHold(writer)
  }

  /// Whether the closure still runs, in the process that began it: in a child forked inside of it, it has ended.
  func requireHold(_ writer: TableWriter) throws(StoreError) {
    guard writer.process == forkToken, StoreLock(segment, writer.participant).isHeldByThisThread else {
      throw .sectionEnded(name: name)
    }
  }

  @inline(__always)
  func requireValue(_ value: RawSpan) throws(StoreError) {
    if segment.isValueLength(value.byteCount) { return }
    if value.byteCount == 0 { throw .emptyValue }
    throw .valueTooLong(byteCount: value.byteCount, limit: segment.valueLimit)
  }
}
