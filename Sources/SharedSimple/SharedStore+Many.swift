// Many keys in one call. A key of a large store costs two cache misses, slot and record, which a single call waits
// for one after the other; here those of several keys are waited for together.

/// What is asked for together: slots of one group and records of the one before. Measured: 4 and 16 are slower.
private typealias Hashes = InlineArray<8, UInt32>
private let groupSize = 8

extension SharedStore {
  /// The values of several keys, as text, in the order of the keys; `nil` where a key is missing.
  ///
  /// - Throws: as `get`; `emptyKey` and `keyTooLong` before anything is read.
  /// - Complexity: of a store of a million entries, half of what as many calls of `get` take; of one that lies in the caches,
  ///   no less.
  /// - Concurrency: lock-free. Each value is one its key had at some instant of the call; they may be of different
  ///   instants: `transaction` and `withLock` see several keys at one.
  public func getMany(_ keys: [some StoreBytes]) throws(StoreError) -> [String?] {
    var texts: [String?] = []
    texts.reserveCapacity(keys.count)
    var refused: Int?
    try withValues(of: keys) { index, value in
      let text = value?.validatedText
      if value != nil, text == nil, refused == nil { refused = index }
      texts.append(text)
    }
    if let refused { throw keys[refused].withRawSpan { .notText(key: $0.printable) } }
    return texts
  }

  /// The values of several keys, as bytes. As `getMany`, but for any bytes.
  public func bytesMany(_ keys: [some StoreBytes]) throws(StoreError) -> [[UInt8]?] {
    var values: [[UInt8]?] = []
    values.reserveCapacity(keys.count)
    try withValues(of: keys) { _, value in values.append(value?.copiedBytes) }
    return values
  }

  /// Calls a closure with the value of each of several keys, in their order. The bytes are a private copy, valid during
  /// the call; `nil` where the key is missing.
  ///
  /// - Throws: as `getMany`, but for `notText`; the closure may have been called for some keys before.
  /// - Concurrency: as `getMany`; the closure may use the store.
  @inlinable
  public func withValues(
    of keys: [some StoreBytes], _ body: (_ index: Int, _ value: RawSpan?) -> Void
  ) throws(StoreError) {
    var copy = BytesCopy()
    for key in keys { key.withRawSpan { copy.append($0) } }
    // The copy's memory stays during the call.
    try unsafe copy.withBuffers { keys throws(StoreError) in
      try unsafe readMany(keys) { index, value in
        body(index, value)
        return true
      }
    }
  }

  /// The same with keys by their addresses, until the closure returns `false`: the form with the least to do.
  ///
  /// - Returns: whether it never did.
  @discardableResult
  @unsafe public func readMany(
    _ keys: [UnsafeRawBufferPointer], _ body: (_ index: Int, _ value: RawSpan?) -> Bool
  ) throws(StoreError) -> Bool {
    try ready()
    for index in unsafe keys.indices { try unsafe SegmentFormat.requireKey(keys[index].bytes) }
    // One buffer on the stack for all; nearly all values are short.
    let outcome = unsafe withUnsafeTemporaryAllocation(
      byteCount: min(padded(valueLimit), 1024), alignment: 8
    ) { buffer -> Result<Bool, StoreError> in
      do throws(StoreError) { return .success(try unsafe readMany(keys, by: buffer, body)) } catch {
        return .failure(error)
      }
    }
    return try outcome.get()
  }

  private func readMany(
    _ keys: [UnsafeRawBufferPointer], by buffer: UnsafeMutableRawBufferPointer,
    _ body: (_ index: Int, _ value: RawSpan?) -> Bool
  ) throws(StoreError) -> Bool {
    return try unsafe forEachKey(keys) { index, hash throws(StoreError) in
      // The closure may have closed the store, or forked.
      try ready()
      let key = unsafe keys[index].bytes
      var byteCount = unsafe readDirectly(key, hash, into: buffer)
      let digest = KeyDigest(key, lastIndex: key.lastIndex, hash: hash)
      if byteCount == Lookup.undecided { byteCount = try unsafe read(key, digest, into: buffer) }
      if byteCount < 0 { return body(index, nil) }
      if byteCount <= buffer.count {
        return unsafe body(index, UnsafeRawBufferPointer(rebasing: buffer[..<byteCount]).bytes)
      }
      var goesOn = true
      let isFound = try value(of: key, digest, counts: false) { goesOn = body(index, $0) }
      return isFound ? goesOn : body(index, nil)
    }
  }

  /// Stores several values in one hold of the mutex, in order.
  ///
  /// Keys and values are all checked before the first is stored. It is no transaction: lock-free readers see one change
  /// after the other, and a kill, or an error that ends it (`noSpace`, `storeFull`, `corrupted`, `replaced`), leaves a
  /// first part of them done. For all or nothing there is `transaction`.
  ///
  /// - Throws: as `put`.
  /// - Concurrency: takes the lock once; all writers wait for the whole call.
  @inlinable
  public func putMany(_ entries: [(key: some StoreBytes, value: some StoreBytes)]) throws(StoreError) {
    var (keys, values) = (BytesCopy(), BytesCopy())
    for (key, value) in entries {
      key.withRawSpan { keys.append($0) }
      value.withRawSpan { values.append($0) }
    }
    // The copies' memory stays during the call.
    try unsafe keys.withBuffers { keys throws(StoreError) in
      try unsafe values.withBuffers { values throws(StoreError) in try unsafe putMany(keys, values) }
    }
  }

  /// The same with keys and values by their addresses, as many of one as of the other: the form with the least to do.
  @unsafe public func putMany(
    _ keys: [UnsafeRawBufferPointer], _ values: [UnsafeRawBufferPointer]
  ) throws(StoreError) {
    precondition(unsafe keys.count == values.count, "as many keys as values")
    for index in unsafe keys.indices {
      try unsafe SegmentFormat.requireKey(keys[index].bytes)
      try unsafe requireValue(values[index].bytes)
    }
    let writer = try beginWriting()
    defer { endWriting(writer) }
    _ = try unsafe forEachKey(keys) { index, hash throws(StoreError) in
      let (key, value) = unsafe (keys[index].bytes, values[index].bytes)
      let digest = KeyDigest(key, lastIndex: key.lastIndex, hash: hash)
      if !writer.putDirectly(key, value, digest), !writer.insertDirectly(key, value, digest) {
        try writer.put(key, value, digest)
      }
      return true
    }
  }

  /// Calls a body for each of several keys that have been checked, with its hash, until it returns `false`; returns
  /// whether it never did.
  ///
  /// A group's slots are asked for while the group before is worked on, so that they are there when the records are
  /// asked for.
  @inline(__always)
  private func forEachKey(
    _ keys: [UnsafeRawBufferPointer], _ body: (_ index: Int, _ hash: UInt32) throws(StoreError) -> Bool
  ) throws(StoreError) -> Bool {
    var group = unsafe group(of: keys, from: 0)
    var hashes = unsafe askForSlots(keys, group)
    while !group.isEmpty {
      askForRecords(hashes, group.count)
      let next = unsafe self.group(of: keys, from: group.upperBound)
      let nextHashes = unsafe askForSlots(keys, next)
      for index in group {
        if try !body(index, hashes[index &- group.lowerBound]) { return false }
      }
      (group, hashes) = (next, nextHashes)
    }
    return true
  }

  private func group(of keys: [UnsafeRawBufferPointer], from start: Int) -> Range<Int> {
    start..<min(start + groupSize, unsafe keys.count)
  }

  /// Computes the hashes of a group of keys that have been checked, and asks for the lines that their slots lie in.
  @inline(__always)
  private func askForSlots(_ keys: [UnsafeRawBufferPointer], _ group: Range<Int>) -> Hashes {
    var hashes = Hashes(repeating: 0)
    let index = segment.checkedTable().map { HashIndex(segment, $0) }
    for number in group {
      let hash = unsafe segment.digest(keys[number].bytes).hash
      index?.prefetch(hash)
      hashes[number &- group.lowerBound] = hash
    }
    return hashes
  }

  /// Asks for the lines of a group's records. Most keys are in their home slot; for another, and for another table by
  /// now, a line is asked for in vain.
  @inline(__always)
  private func askForRecords(_ hashes: borrowing Hashes, _ count: Int) {
    guard let table = segment.checkedTable() else { return }
    let index = HashIndex(segment, table)
    let heap = RecordHeap(segment)
    for number in 0..<count { heap.prefetch(index.slot(index.home(hashes[number])).record) }
  }
}

/// Bytes of several keys or values, copied behind each other: so the work on them is one piece of code for all types,
/// and only this copying one for each.
@usableFromInline
struct BytesCopy {
  @usableFromInline var bytes: [UInt8] = []
  @usableFromInline var ends: [Int] = []

  @inlinable
  init() {}

  @inlinable
  mutating func append(_ span: RawSpan) {
    // Read in place, during the call.
    unsafe span.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    ends.append(bytes.count)
  }

  @inlinable
  func withBuffers<E: Error>(
    _ body: ([UnsafeRawBufferPointer]) throws(E) -> Void
  ) throws(E) {
    // The buffers lie in the array, and are used during the call only.
    let outcome = unsafe bytes.withUnsafeBytes { bytes -> Result<Void, E> in
      var buffers: [UnsafeRawBufferPointer] = unsafe []
      unsafe buffers.reserveCapacity(ends.count)
      var start = 0
      for end in ends {
        unsafe buffers.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        start = end
      }
      do throws(E) { return .success(try unsafe body(buffers)) } catch { return .failure(error) }
    }
    try outcome.get()
  }
}
