internal import Glibc

/// Exclusive mode, and the temporary names that it works with (see "EXCLUSIVE OPENING" in SegmentFormat).
extension SegmentAttacher {
  /// Puts a new segment in the place of what is there.
  ///
  /// The new one gets a temporary name; then the two names are swapped in one step, so that what was
  /// displaced is known exactly, also when several processes do this at once: each retires the one it
  /// displaced, and the last one's segment stays. Killed between, the temporary name stays, with a segment
  /// that whoever opens the name for writing next retires and removes: so the displaced segment is never worked
  /// on beside the new one.
  func replace() throws(StoreError) -> Segment {
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
  static let visitorTimeout = Duration.milliseconds(10)

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
  func clearStrayNames(waiting timeout: Duration) {
    let prefix = SegmentName.temporaryPrefix(for: name)
    for stray in (try? SharedMemoryObject.names()) ?? [] where stray.utf8.starts(with: prefix.utf8) {
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
