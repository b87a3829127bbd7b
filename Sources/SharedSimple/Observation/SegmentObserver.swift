/// A look into a live segment that cannot disturb it.
///
/// Reads through a mapping without write permission, takes no lock, and leaves no trace: no participant row,
/// no counter. Samples of several threads at once are fine.
public final class SegmentObserver: Sendable {
  /// What was fixed when the segment was made.
  public let identity: SegmentIdentity

  private let segment: Segment
  private let sampler: SegmentSampler

  /// Attaches to a segment for reading.
  ///
  /// - Parameters:
  ///   - name: 1 to 254 bytes, no `/`, no NUL; one leading `/` is dropped.
  ///   - attachTimeout: how long to wait for a segment that is being set up.
  /// - Throws: as ``SharedStore/init(_:mode:options:)`` in mode readOnly.
  public init(_ name: String, attachTimeout: Duration = .seconds(5)) throws(StoreError) {
    let name = try SegmentName.normalised(name)
    var options = StoreOptions()
    options.attachTimeout = attachTimeout
    segment = try SegmentAttacher(name: name, options: options).open(.readOnly)
    sampler = SegmentSampler(segment, name: name)
    identity = sampler.identity
  }

  deinit { SegmentRegistry.release(segment) }

  /// Takes a sample of everything but the entries.
  ///
  /// Works on a retired or unlinked segment too: it shows the last state.
  ///
  /// - Throws: `corrupted` when somebody has cut the object short: reading on would be a SIGBUS.
  /// - Complexity: at most some 2,300 words, 16 more and a file of /proc for each participant, and three system calls.
  /// - Concurrency: lock-free; see ``SegmentSample`` for how exact it is.
  public func sample() throws(StoreError) -> SegmentSample {
    sampler.sample(try requireWhole())
  }

  /// What the segment's name leads to now.
  ///
  /// - Complexity: one system call.
  public func binding() -> NameBinding { sampler.binding() }

  /// How far the store's changes have come: the number of the last one.
  ///
  /// - Throws: as `sample`.
  /// - Complexity: a system call and a load.
  public func sequence() throws(StoreError) -> UInt64 {
    _ = try requireWhole()
    return segment.header.sequence
  }

  /// The write clock: at which times the store-wide sequence stood where, ascending. A record's stamp lies
  /// between two points, and so does the time of its write.
  ///
  /// - Throws: as `sample`.
  public func writeClock() throws(StoreError) -> [WriteClockPoint] {
    _ = try requireWhole()
    return WriteClock(segment).read()
  }

  /// One entry; `nil` when the key is missing.
  ///
  /// - Throws: `emptyKey`, `keyTooLong`, `replaced`, `corrupted`; `busy` when a writer came in between at
  ///   every try.
  /// - Concurrency: lock-free.
  public func entry(_ key: some StoreBytes) throws(StoreError) -> Entry? {
    _ = try requireWhole()
    return try key.withRawSpan { key throws(StoreError) in
      try SegmentFormat.requireKey(key)
      let digest = segment.digest(key)
      var value = [UInt8](repeating: 0, count: segment.valueLimit)
      // The buffer is the array's own memory, for the length of the call.
      let outcome = unsafe value.withUnsafeMutableBytes { buffer -> Result<Lookup.Outcome, StoreError> in
        do throws(StoreError) {
          return .success(try unsafe Lookup(segment).findPatiently(key, digest, copyingTo: buffer))
        } catch { return .failure(error) }
      }
      let found = try outcome.get()
      guard found.isFound else { return nil }
      value.removeLast(value.count - found.byteCount)
      return Entry(key: key.copiedBytes, value: value, stamp: found.stamp)
    }
  }

  /// One pass over all entries in pieces, in table order.
  ///
  /// A key that is in the store during the whole pass is visited exactly once, however often the table grows
  /// meanwhile; see ``SharedStore/forEach(_:)``. The bytes are private copies, valid during the closure's
  /// call.
  ///
  /// - Parameters:
  ///   - cursor: where the pass stands; a new one starts a pass.
  ///   - slotLimit: after so many slots the call returns, at the end of a run of used slots.
  /// - Returns: `false` when the pass is complete.
  /// - Throws: `replaced`, `corrupted`; `busy` when one entry was rewritten at a thousand tries.
  /// - Concurrency: lock-free.
  public func scan(
    _ cursor: inout TableCursor, slotLimit: Int,
    _ body: (_ key: RawSpan, _ value: RawSpan, _ stamp: UInt64) -> Void
  ) throws(StoreError) -> Bool {
    _ = try requireWhole()
    let progress = try TableScan(segment).advance(&cursor, slotLimit: slotLimit) { key, value, stamp in
      body(key, value, stamp)
      return true
    }
    return progress == .more
  }

  /// Counts slots and blocks, a piece at a call; see ``TableSurvey``.
  ///
  /// - Parameters:
  ///   - survey: where the counting stands; a new one starts it.
  ///   - slotLimit: after so many slots, or an eighth of it in blocks, the call returns.
  /// - Returns: `false` when all has been counted.
  /// - Throws: `replaced`, `corrupted`.
  /// - Concurrency: lock-free; nothing is written.
  public func survey(_ survey: inout TableSurvey, slotLimit: Int) throws(StoreError) -> Bool {
    _ = try requireWhole()
    try survey.advance(segment, slotLimit: slotLimit)
    return !survey.isComplete
  }

  /// An object that its owner has truncated ends before what the header claims. Asked once a call: who
  /// truncates it during one is beyond what a process can guard against.
  private func requireWhole() throws(StoreError) -> ObjectStatus {
    let status = try StoreError.wrapping(identity.name) { () throws(SystemFailure) in
      try segment.object.status()
    }
    guard status.byteCount >= identity.reservation else {
      throw .corrupted(
        name: identity.name, detail: "it has been cut to \(status.byteCount) of \(identity.reservation) bytes"
      )
    }
    return status
  }
}
