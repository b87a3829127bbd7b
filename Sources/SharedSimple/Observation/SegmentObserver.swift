/// A look into a live segment that cannot disturb it.
///
/// Reads through a mapping without write permission, takes no lock, and leaves no trace: no participant row,
/// no counter. Samples of several threads at once are fine.
public final class SegmentObserver: Sendable {
  /// What was fixed when the segment was made.
  public let identity: SegmentIdentity

  private let segment: Segment
  private let ownNamespaces = ProcessIdentity.ownNamespaces()

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
    identity = SegmentIdentity(name: name, segment)
  }

  deinit { SegmentRegistry.release(segment) }

  /// Takes a sample of everything but the entries.
  ///
  /// Works on a retired or unlinked segment too: it shows the last state.
  ///
  /// - Throws: `corrupted` when somebody has cut the object short: reading on would be a SIGBUS.
  /// - Complexity: some 400 words, a file of /proc for each participant, and three system calls.
  /// - Concurrency: lock-free; see ``SegmentSample`` for how exact it is.
  public func sample() throws(StoreError) -> SegmentSample {
    let status = try requireWhole()
    let (words, header) = (segment.words, segment.header)
    var sample = SegmentSample()
    sample.takenWall = SystemClock.wall
    sample.takenMonotonic = SystemClock.monotonic
    sample.binding = binding()
    sample.lock = lockSample()
    sample.transactions = TransactionStatistics(segment).sample
    sample.sequence = header.sequence
    sample.table = tableSample()
    sample.memory = memorySample(status)
    sample.departed = ParticipantRow.departed(words)
    sample.participants = ParticipantRow.all.compactMap { $0.read(words, seenFrom: ownNamespaces) }
    sample.participantCapacity = SegmentFormat.participantCapacity
    sample.unlistedCount = header.unlisted
    sample.events = EventRing(segment).read()
    return sample
  }

  /// What the segment's name leads to now.
  ///
  /// - Complexity: one system call.
  public func binding() -> NameBinding {
    guard let status = try? SharedMemoryObject.status(name: identity.name) else { return .unlinked }
    return status.device == identity.device && status.inode == identity.inode ? .bound : .replaced
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
      let hash = KeyHash.hash(key, key: segment.hashKey)
      var value = [UInt8](repeating: 0, count: segment.valueLimit)
      // The buffer is the array's own memory, for the length of the call.
      let outcome = unsafe value.withUnsafeMutableBytes { buffer -> Result<Lookup.Outcome, StoreError> in
        do throws(StoreError) {
          return .success(try unsafe Lookup(segment).findPatiently(key, hash: hash, copyingTo: buffer))
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

  // MARK: Parts of a sample

  private func tableSample() -> TableSample {
    let header = segment.header
    let table = header.table
    var sample = TableSample()
    sample.generation = table.generation
    sample.window = table.window
    sample.slotCount = (3...segment.geometry.slotsLog2Limit).contains(table.slotsLog2) ? table.slotCount : 0
    // Counts are shown as they stand, but never as more than the table can hold.
    sample.entryCount = min(Int(clamping: header.liveCount), sample.slotCount)
    sample.removedSlotCount = min(Int(clamping: header.removedCount), sample.slotCount)
    sample.growthThreshold = TableGrowth.threshold(slotCount: sample.slotCount)
    sample.isRetired = table.isRetired
    return sample
  }

  private func memorySample(_ status: ObjectStatus) -> MemorySample {
    let (header, geometry) = (segment.header, segment.geometry)
    func claimed(_ region: Region) -> Int {
      min(Int(clamping: header.watermark(region)), geometry.byteCount(region))
    }
    func bytes(_ granules: UInt64) -> Int {
      Int(clamping: min(granules, UInt64(geometry.heapByteCount / SegmentFormat.granuleByteCount)))
        * SegmentFormat.granuleByteCount
    }
    var sample = MemorySample()
    sample.headerByteCount = SegmentFormat.headerByteCount
    sample.windowClaimed = [claimed(.window0), claimed(.window1)]
    sample.heapClaimed = claimed(.heap)
    sample.heapFree = bytes(header.freeGranules)
    let top = header.heapTop
    sample.heapLive = max(0, bytes(top &- min(top, UInt64(SegmentFormat.firstRecord))) - sample.heapFree)
    sample.allocated = status.allocatedByteCount
    (sample.systemFree, sample.systemTotal) = SharedMemoryObject.fileSystem()
    return sample
  }

  private func lockSample() -> LockSample {
    let header = segment.header
    var sample = LockSample()
    let holder = header.holder
    if holder.isHeld {
      sample.holder = holder.pid
      sample.holderParticipant = holder.row
      let since = header.heldSince
      if since != 0, header.holder == holder { sample.heldSinceMonotonic = since }
    }
    sample.acquisitions = header.acquisitions
    sample.contended = header.contended
    sample.waitNanoseconds = header.waitNanoseconds
    sample.longestWait = header.longestWait
    let statistics = LockStatistics(segment)
    sample.waits = statistics.waits
    sample.sampledHolds = statistics.sampledHolds
    sample.recoveries = header.recoveries
    return sample
  }
}

extension SegmentIdentity {
  init(name: String, _ segment: Segment) {
    let geometry = segment.geometry
    self.name = name
    device = segment.status.device
    inode = segment.status.inode
    owner = segment.status.owner
    formatVersion = Int(SegmentFormat.version)
    createdWall = geometry.createdWall
    creator = geometry.creator
    valueLimit = geometry.valueLimit
    reservation = geometry.reservation
    initialSlots = 1 << geometry.initialSlotsLog2
    windowByteCount = geometry.windowByteCount
    heapByteCount = geometry.heapByteCount
  }
}
