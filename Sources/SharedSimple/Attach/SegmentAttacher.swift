internal import Glibc

/// From a name to a segment of this process: attaching, creating, replacing, removing.
struct SegmentAttacher {
  private let name: String
  private let options: StoreOptions
  private let deadline: Deadline

  init(name: String, options: StoreOptions) {
    self.name = name
    self.options = options
    deadline = Deadline(after: options.attachTimeout)
  }

  func open(_ mode: OpenMode) throws(StoreError) -> Segment {
    // An option out of bounds is a fault of the caller's, whether a segment is made or not.
    try SegmentBuilder.validate(options)
    try requirePageSize()
    switch mode {
    case .readOnly: return try attach(writable: false)
    case .exclusive: return try replace()
    case .shared, .existing:
      while true {
        let segment = mode == .shared ? try attachOrCreate() : try attach(writable: true)
        // Before this handle works here: those on a segment that this one has displaced must not go on there.
        clearStrayNames(waiting: Self.visitorTimeout)
        // It may have been displaced itself since it was opened, and been told just now.
        if !segment.header.table.isRetired || deadline.hasPassed { return segment }
        SegmentRegistry.release(segment)
      }
    }
  }

  /// Claims are made in pages of the format, which must be the machine's.
  private func requirePageSize() throws(StoreError) {
    let (format, machine) = (SegmentFormat.pageByteCount, Int(getpagesize()))
    guard format == machine else {
      throw .incompatible(name: name, property: "page size in bytes", found: format, expected: machine)
    }
  }

  /// Attaches, or creates where there is nothing. Who loses the race to create attaches to the winner's.
  private func attachOrCreate() throws(StoreError) -> Segment {
    while true {
      do throws(StoreError) {
        return try attach(writable: true)
      } catch .notFound {
        if let segment = try create() { return segment }
      }
    }
  }

  /// Creates the segment; `nil` where another process was first.
  private func create() throws(StoreError) -> Segment? {
    let (object, segment) = try SegmentBuilder.build(name: name, options)
    if try link(object, name) { return segment }
    SegmentRegistry.release(segment)
    return nil
  }

  /// Gives an object a name; `false` where there is one of that name.
  private func link(_ object: SharedMemoryObject, _ name: String) throws(StoreError) -> Bool {
    do throws(SystemFailure) {
      try object.link(name: name)
      return true
    } catch {
      if error.errno == EEXIST { return false }
      throw StoreError(error, name: self.name)
    }
  }

  /// Attaches to what is there; waits for one that is being set up or replaced.
  private func attach(writable: Bool) throws(StoreError) -> Segment {
    var pause: UInt64 = 100_000
    while true {
      let segment = try attachNow(writable: writable)
      if let segment, !segment.header.table.isRetired { return segment }
      if let segment { SegmentRegistry.release(segment) }
      if deadline.hasPassed {
        throw segment == nil
          ? .timedOut(name: name, milliseconds: deadline.elapsedMilliseconds) : .replaced(name: name)
      }
      SystemClock.sleep(nanoseconds: pause)
      pause = min(pause * 2, 20_000_000)
    }
  }

  /// Attaches to what is there now; `nil` where it is not a segment yet.
  private func attachNow(writable: Bool) throws(StoreError) -> Segment? {
    guard let (object, status, geometry) = try identify(writable: writable) else { return nil }
    if writable { try requireOwner(status) }
    if let requested = options.valueLimit, requested != geometry.valueLimit {
      throw .valueLimitDiffers(name: name, existing: geometry.valueLimit, requested: requested)
    }
    return try map(object, status, geometry, writable: writable)
  }

  /// The header of what is there now, in private memory, for one look at it. Nothing behind the header may be
  /// touched, and it is nobody else's: the caller unmaps and destroys it.
  func copyHeader() throws(StoreError) -> Segment {
    guard let (object, status, geometry) = try identify(writable: false) else {
      throw .timedOut(name: name, milliseconds: 0)
    }
    try requireHeader(object)
    let header = SegmentFormat.headerByteCount
    let copy = try StoreError.wrapping(name) { () throws(SystemFailure) in
      try MemoryMapping(copyOf: object, byteCount: header)
    }
    guard let copy else {
      throw .corrupted(name: name, detail: "it has been cut to less than \(header) bytes")
    }
    let segment = Segment.make(
      name: name, object: object, status: status, mapping: copy, geometry: geometry, isWritable: false)
    if segment.header.table.isRetired {
      copy.unmap()
      segment.destroy()
      throw .replaced(name: name)
    }
    return segment
  }

  /// Opens what is there now and checks what it is; `nil` where it is not a segment yet.
  private func identify(
    writable: Bool
  ) throws(StoreError) -> (object: SharedMemoryObject, status: ObjectStatus, geometry: Geometry)? {
    let found = try find(name, writable: writable)
    if let refusal = found.kind.refusal(name: name) { throw refusal }
    guard case .segment(let words) = found.kind else { return nil }
    let geometry = try Geometry(words: words, objectByteCount: found.status.byteCount, name: name)
    return (found.object, found.status, geometry)
  }

  /// What a name led to, open.
  private struct Found {
    let object: SharedMemoryObject
    let kind: ObjectKind
    let status: ObjectStatus
  }

  private func find(_ name: String, writable: Bool) throws(StoreError) -> Found {
    try StoreError.wrapping(self.name) { () throws(SystemFailure) in
      try look(at: try SharedMemoryObject.open(name: name, writable: writable), name)
    }
  }

  private func look(at object: SharedMemoryObject, _ name: String) throws(SystemFailure) -> Found {
    let (kind, status) = try ObjectKind.of(object, name: name)
    return Found(object: object, kind: kind, status: status)
  }

  /// A world-writable /dev/shm invites squatting: who owns the object could have put anything there.
  private func requireOwner(_ status: ObjectStatus) throws(StoreError) {
    let user = geteuid()
    if status.owner != user, status.owner != 0, !options.acceptsOtherOwner {
      throw .otherOwner(name: name, owner: status.owner, user: user)
    }
  }

  /// Maps a checked object, and looks how far its regions are there.
  private func map(
    _ object: SharedMemoryObject, _ status: ObjectStatus, _ geometry: Geometry, writable: Bool
  ) throws(StoreError) -> Segment {
    try requireHeader(object)
    try requireSmallTables(object)
    let segment = try SegmentRegistry.acquire(name: name, object, status, geometry, writable: writable)
    for region in Region.allCases { segment.believe(region) }
    return segment
  }

  /// Of the header, what the creator has claimed.
  private func requireHeader(_ object: SharedMemoryObject) throws(StoreError) {
    try require(0..<SegmentFormat.claimedHeaderByteCount, of: object, "header has")
  }

  private func requireSmallTables(_ object: SharedMemoryObject) throws(StoreError) {
    try require(SegmentFormat.smallTables..<SegmentFormat.heap, of: object, "small tables have")
  }

  private func require(_ range: Range<Int>, of object: SharedMemoryObject, _ part: String) throws(StoreError)
  {
    let hole = try StoreError.wrapping(name) { () throws(SystemFailure) in
      try object.firstHole(from: range.lowerBound)
    }
    guard hole >= range.upperBound else {
      throw .corrupted(name: name, detail: "its \(part) a hole at byte \(hole)")
    }
  }
}

// Exclusive mode.
extension SegmentAttacher {
  /// Puts a new segment in the place of what is there.
  ///
  /// The new one gets a temporary name; then the two names are swapped in one step, so that what was
  /// displaced is known exactly, also when several processes do this at once: each retires the one it
  /// displaced, and the last one's segment stays. Killed between, the temporary name stays, with a segment
  /// that whoever opens the name for writing next retires and removes: so the displaced segment is never worked
  /// on beside the new one.
  private func replace() throws(StoreError) -> Segment {
    clearStrayNames(waiting: Self.retirementTimeout)
    while true {
      guard let expected = try replaceable() else {
        if let segment = try create() { return segment }
        continue
      }
      let (object, segment) = try SegmentBuilder.build(name: name, options)
      let temporary = SegmentName.temporary(for: name)
      // While this lock is held, nobody takes the temporary name for a stray one.
      guard object.tryAdvisoryLock() else {
        SegmentRegistry.release(segment)
        throw .system(name: name, call: "flock", errno: EWOULDBLOCK)
      }
      do throws(StoreError) {
        guard try link(object, temporary) else {
          throw .system(name: name, call: "linkat", errno: EEXIST)
        }
        if try exchange(temporary) {
          retire(
            displaced(consume expected, temporary), temporary, waiting: Self.retirementTimeout)
          object.releaseAdvisoryLock()
          return segment
        }
        // The name has gone since we looked.
        try StoreError.wrapping(name) { () throws(SystemFailure) in
          try SharedMemoryObject.unlink(name: temporary)
        }
        SegmentRegistry.release(segment)
      } catch {
        try? SharedMemoryObject.unlink(name: temporary)
        SegmentRegistry.release(segment)
        throw error
      }
    }
  }

  /// What there is to replace; `nil` where there is nothing. What is not ours is never replaced; a damaged
  /// segment of ours, one of another version, or an empty object is.
  private func replaceable() throws(StoreError) -> Found? {
    let found: Found
    do throws(StoreError) {
      found = try find(name, writable: true)
    } catch .notFound {
      return nil
    }
    if let refusal = found.kind.refusal(name: name, forRemoval: true) { throw refusal }
    try requireOwner(found.status)
    return found
  }

  /// Swaps the temporary name and the name; `false` where the name leads nowhere any more.
  private func exchange(_ temporary: String) throws(StoreError) -> Bool {
    do throws(SystemFailure) {
      try SharedMemoryObject.exchange(temporary, name)
      return true
    } catch {
      if error.errno == ENOENT { return false }
      throw StoreError(error, name: name)
    }
  }

  /// How long a retirement waits for the mutex of the old segment; then it does without. Long enough for any
  /// operation of a running process.
  private static let retirementTimeout = Duration.seconds(1)
  /// The same for one who only comes by; as long as it waits for the mutex otherwise.
  private static let visitorTimeout = Duration.milliseconds(10)

  /// What an exchange has displaced: nearly always what was there before it. Where it is another object, the one
  /// expected is closed first, as its descriptor may be the last there was.
  private func displaced(_ expected: consuming Found, _ temporary: String) -> Found? {
    if leads(temporary, to: expected.status) { return expected }
    _ = consume expected
    return try? find(temporary, writable: true)
  }

  /// Whether a name still leads to an object that has been looked at.
  private func leads(_ name: String, to status: ObjectStatus) -> Bool {
    guard let named = try? SharedMemoryObject.status(name: name) else { return false }
    return named.device == status.device && named.inode == status.inode
  }

  /// Tells the handles of a displaced segment, and removes its last name.
  private func retire(_ found: Found?, _ temporary: String, waiting timeout: Duration) {
    if let found, (try? requireOwner(found.status)) != nil, case .segment(let words) = found.kind,
      let geometry = try? Geometry(words: words, objectByteCount: found.status.byteCount, name: name),
      (try? requireHeader(found.object)) != nil
    {
      let isTold: Void? = try? SegmentRegistry.withHeader(name: name, found.object, found.status, geometry) {
        old in
        retire(old, waiting: timeout)
      }
      // No memory for a mapping: the name stays, for who opens this one next.
      if isTold == nil { return }
    }
    try? SharedMemoryObject.unlink(name: temporary)
  }

  private func retire(_ old: Segment, waiting timeout: Duration) {
    let participant = Participant.unregistered(old)
    defer { participant.destroy() }
    let lock = StoreLock(old, participant)
    if (try? lock.acquire(timeout: timeout)) != nil {
      if old.header.retire() { EventRing(old).append(.replaced) }
      lock.release()
    } else {
      _ = old.header.retire()
    }
  }

  /// Clears what killed exclusive opens of this name have left: temporary names whose maker is gone.
  private func clearStrayNames(waiting timeout: Duration) {
    let prefix = SegmentName.temporaryPrefix(for: name)
    for stray in (try? SharedMemoryObject.names()) ?? [] where stray.hasPrefix(prefix) {
      // Anybody can make a name like this: another user's object is not touched, least of all its mutex.
      guard let object = try? SharedMemoryObject.open(name: stray, writable: true),
        let status = try? object.status(), (try? requireOwner(status)) != nil, object.tryAdvisoryLock()
      else { continue }
      // Looked at once more with the lock: the maker may have finished, and this object be a live segment by
      // now.
      if leads(stray, to: status) { retire(try? look(at: object, stray), stray, waiting: timeout) }
      object.releaseAdvisoryLock()
    }
  }
}

// Removing.
extension SegmentAttacher {
  /// Removes a segment's name; also of one that is damaged or of another version, and that of an
  /// empty object.
  func unlink() throws(StoreError) {
    if let refusal = try find(name, writable: false).kind.refusal(name: name, forRemoval: true) {
      throw refusal
    }
    try StoreError.wrapping(name) { () throws(SystemFailure) in try SharedMemoryObject.unlink(name: name) }
    clearStrayNames(waiting: Self.visitorTimeout)
  }
}
