// Many keys in one call. A key of a large store costs two cache misses, slot and record, which a single call waits
// for one after the other; here those of several keys are waited for together.

/// What is asked for together: a few more than the line fill buffers of a core, which hold 10 to 16 misses.
private let groupSize = 16

extension SharedStore {
  /// The values of several keys, as text, in the order of the keys; `nil` where a key is missing.
  ///
  /// - Throws: as `get`, for the first key that it would throw for.
  /// - Complexity: of a large store, less than half of what as many calls of `get` take.
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

  /// Calls a closure with the value of each of several keys, in their order: the form with the least to do. The bytes
  /// are a private copy, valid during the call; `nil` where the key is missing.
  ///
  /// - Throws: as `getMany`, but for `notText`; the closure has been called for all keys before.
  /// - Concurrency: as `getMany`; the closure may use the store.
  public func withValues(
    of keys: [some StoreBytes], _ body: (_ index: Int, _ value: RawSpan?) -> Void
  ) throws(StoreError) {
    var start = 0
    while start < keys.count {
      let group = start..<min(start + groupSize, keys.count)
      let digests = try digestsAskedFor(group) { index, digest throws(StoreError) in
        try keys[index].withRawSpan { key throws(StoreError) in try digest(key) }
      }
      for index in group {
        let isFound = try keys[index].withRawSpan { key throws(StoreError) in
          try value(of: key, digests[index - start]) { body(index, $0) }
        }
        if !isFound { body(index, nil) }
      }
      start = group.upperBound
    }
  }

  /// Stores several values in one hold of the mutex, in order.
  ///
  /// Keys and values are all checked before the first is stored. It is no transaction: lock-free readers see one change
  /// after the other, and a kill, or an error that ends it (`noSpace`, `storeFull`, `corrupted`), leaves a first part
  /// of them done. For all or nothing there is `transaction`.
  ///
  /// - Throws: as `put`.
  /// - Concurrency: takes the lock once; all writers wait for the whole call.
  public func putMany(_ entries: [(key: some StoreBytes, value: some StoreBytes)]) throws(StoreError) {
    for (key, value) in entries {
      try key.withRawSpan(SegmentFormat.requireKey)
      try value.withRawSpan(requireValue)
    }
    let writer = try beginWriting()
    defer { endWriting(writer) }
    var start = 0
    while start < entries.count {
      let group = start..<min(start + groupSize, entries.count)
      let digests = try digestsAskedFor(group) { index, digest throws(StoreError) in
        try entries[index].key.withRawSpan { key throws(StoreError) in try digest(key) }
      }
      for index in group {
        try entries[index].key.withRawSpan { key throws(StoreError) in
          try entries[index].value.withRawSpan { value throws(StoreError) in
            let digest = digests[index - start]
            if !writer.replaceDirectly(key, value, digest) { try writer.put(key, value, digest) }
          }
        }
      }
      start = group.upperBound
    }
  }

  /// Computes a group's digests, and asks for the lines that their slots lie in, and then their records.
  @inline(__always)
  private func digestsAskedFor(
    _ group: Range<Int>,
    _ withKey: (Int, (RawSpan) throws(StoreError) -> Void) throws(StoreError) -> Void
  ) throws(StoreError) -> InlineArray<16, KeyDigest> {
    try ready()
    var digests = InlineArray<16, KeyDigest>(repeating: .none)
    let index = HashIndex(segment, try segment.liveTable())
    let heap = RecordHeap(segment)
    for number in group {
      try withKey(number) { key throws(StoreError) in
        try SegmentFormat.requireKey(key)
        let digest = KeyDigest(key, key: segment.hashKey)
        index.prefetch(digest.hash)
        digests[number - group.lowerBound] = digest
      }
    }
    for number in 0..<group.count {
      // Most keys are in their home slot; for another, and for another table by now, a line is asked for in vain.
      heap.prefetch(index.slot(index.home(digests[number].hash)).record)
    }
    return digests
  }
}
