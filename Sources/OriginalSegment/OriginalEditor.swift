internal import CLinux
internal import Glibc

/// Changes an original segment as the module itself would: with its mutex, 32 bytes a value, nothing removed,
/// and never growing it.
public final class OriginalEditor {
  private let name: String
  private let control: Mapped
  private let descriptor: Int32

  /// Opens the objects for writing.
  ///
  /// - Throws: what ``OriginalReader/init(_:)`` throws, `permissionDenied` where they may only be read,
  ///   `unknownMutex`.
  public init(_ reader: OriginalReader) throws(OriginalError) {
    let objects = reader.objects
    name = objects.name
    control = try Mapped(objects.name, of: name, inode: objects.identity.control, byteCount: 4096)
    descriptor = try Mapped.open(
      objects.name + OriginalObjects.dataSuffix, of: name, inode: objects.identity.data)
    let mutex = try objects.mutex
    guard mutex.isKnown else { throw .unknownMutex(name: name, kind: mutex.kind) }
  }

  deinit { close(descriptor) }

  public enum Outcome: Sendable, Hashable {
    case done
    /// The value is another than was expected; `nil`: the key is missing.
    case conflict(now: [UInt8]?)
  }

  /// Puts a value, if the key has the expected one.
  ///
  /// - Parameters:
  ///   - expected: the value that must be there; `nil`: the key must be missing.
  ///   - milliseconds: how long to wait for the mutex.
  /// - Throws: `unfit`, `lockTimeout`, `wouldGrow`, `unsettled`, `system`.
  /// - Concurrency: holds the module's mutex for one search and one write.
  public func put(
    _ key: [UInt8], _ value: [UInt8], expected: [UInt8]?, milliseconds: Int
  ) throws(OriginalError) -> Outcome {
    try Self.requireFit(key: key, value: value)
    try lock(milliseconds: milliseconds)
    defer { unlock() }
    let table = try Table(descriptor, of: name)
    let (index, record) = try table.find(key)
    let found = record.map { Array($0.value) }
    guard found == expected else { return .conflict(now: found) }
    guard let index else { throw .wouldGrow(name: name, reason: "Every slot of the index is in use") }
    if let record {
      table.writeValue(value, at: record.offset)
    } else {
      try table.insert(key, value, slot: index, of: name)
    }
    return .done
  }

  /// The module takes strings of C: what it could not give back is refused.
  private static func requireFit(key: [UInt8], value: [UInt8]) throws(OriginalError) {
    guard !key.isEmpty, !value.isEmpty else {
      throw .unfit(reason: "Keys and values of an original segment are not empty.")
    }
    guard !key.contains(0), !value.contains(0) else {
      throw .unfit(reason: "Keys and values of an original segment hold no NUL.")
    }
    guard value.count <= OriginalFormat.valueByteCount else {
      throw .unfit(
        reason:
          "A value of an original segment has at most \(OriginalFormat.valueByteCount) bytes, not \(value.count)."
      )
    }
  }

  // MARK: The mutex

  private func lock(milliseconds: Int) throws(OriginalError) {
    var deadline = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_nsec += milliseconds % 1000 * 1_000_000
    deadline.tv_sec += milliseconds / 1000 + deadline.tv_nsec / 1_000_000_000
    deadline.tv_nsec %= 1_000_000_000
    // A real mutex of this C library lies there: its kind was looked at, and what it waits on is its own
    // word.
    let code = unsafe pthread_mutex_timedlock(mutexPointer, &deadline)
    switch code {
    case 0: return
    case ETIMEDOUT: throw .lockTimeout(name: name, owner: mutexOwner, milliseconds: milliseconds)
    default: throw .system(name: name, call: "pthread_mutex_timedlock", errno: code)
    }
  }

  private func unlock() { unsafe _ = pthread_mutex_unlock(mutexPointer) }

  private var mutexPointer: UnsafeMutablePointer<pthread_mutex_t> {
    // Within the page that is mapped, and aligned to 8.
    unsafe (control.base + OriginalFormat.Control.mutex).assumingMemoryBound(to: pthread_mutex_t.self)
  }

  private var mutexOwner: Int32 {
    unsafe (control.base + OriginalFormat.Control.mutex + 8).load(as: Int32.self)
  }
}

/// The data object while the mutex is held: nobody makes it grow or writes to it meanwhile.
private struct Table {
  private let mapped: Mapped
  private let header: OriginalHeader

  init(_ descriptor: Int32, of name: String) throws(OriginalError) {
    var status = stat()
    unsafe fstat(descriptor, &status)
    let byteCount = Int(status.st_size)
    guard byteCount >= OriginalFormat.Data.slots else {
      throw .unsettled(name: name, detail: "its data object is empty")
    }
    mapped = try Mapped(descriptor, of: name, byteCount: byteCount)
    header = OriginalHeader(mapped.word)
    guard header.isConsistent, header.wholeByteCount <= byteCount else {
      throw .unsettled(name: name, detail: "its sizes make no sense: it is damaged")
    }
    guard !header.isInserting else {
      throw .unsettled(
        name: name, detail: "somebody died within an insert; 'shmtop original-unlock' repairs that")
    }
  }

  struct Found {
    var value: ArraySlice<UInt8>
    /// Where the value lies in the object.
    var offset: Int
  }

  /// The key's slot and record; without a record the slot where it belongs, `nil` where all are in use.
  func find(_ key: [UInt8]) throws(OriginalError) -> (slot: Int?, record: Found?) {
    let home = Int(OriginalFormat.hash(key)) % header.slotCount
    for step in 0..<header.slotCount {
      let index = (home + step) % header.slotCount
      let slot = OriginalSlot(
        rawValue: mapped.word(OriginalFormat.Data.slots + index * OriginalFormat.Data.slotByteCount))
      guard slot.status != .free else { return (index, nil) }
      guard slot.status == .committed, slot.keyUnits == Int.units(ofKey: key.count),
        slot.start + slot.keyUnits + OriginalFormat.valueUnits <= header.unitsUsed
      else { continue }
      let start = header.dataOffset + slot.start * OriginalFormat.unitByteCount
      let keyByteCount = slot.keyUnits * OriginalFormat.unitByteCount
      let bytes = mapped.bytes(start, keyByteCount + OriginalFormat.valueByteCount)
      if let record = OriginalRecord(bytes[...]), record.key.elementsEqual(key) {
        return (index, Found(value: record.value, offset: start + keyByteCount))
      }
    }
    return (nil, nil)
  }

  func writeValue(_ value: [UInt8], at offset: Int) {
    mapped.write(
      value + [UInt8](repeating: 0, count: OriginalFormat.valueByteCount - value.count), at: offset)
  }

  func insert(_ key: [UInt8], _ value: [UInt8], slot index: Int, of name: String) throws(OriginalError) {
    let keyUnits = Int.units(ofKey: key.count)
    let units = keyUnits + OriginalFormat.valueUnits
    guard header.unitsUsed + units <= header.unitCount else {
      throw .wouldGrow(
        name: name,
        reason: "Of \(header.unitCount) units of data \(header.unitsUsed) are in use, and \(units) are needed"
      )
    }
    let slot = { OriginalSlot(start: header.unitsUsed, keyUnits: keyUnits, status: $0).rawValue }
    let slotOffset = OriginalFormat.Data.slots + index * OriginalFormat.Data.slotByteCount
    let start = header.dataOffset + header.unitsUsed * OriginalFormat.unitByteCount
    let keyByteCount = keyUnits * OriginalFormat.unitByteCount
    mapped.store(UInt64(index), at: OriginalFormat.Data.currentUpdate)
    mapped.store(slot(.indexSet), at: slotOffset)
    mapped.write(key + [UInt8](repeating: 0, count: keyByteCount - key.count), at: start)
    writeValue(value, at: start + keyByteCount)
    mapped.store(slot(.dataSet), at: slotOffset)
    mapped.store(slot(.committed), at: slotOffset)
    mapped.store(
      OriginalHeader.sizes(entryCount: header.entryCount + 1, unitsUsed: header.unitsUsed + units),
      at: OriginalFormat.Data.sizes)
    mapped.store(OriginalFormat.Data.noUpdate, at: OriginalFormat.Data.currentUpdate)
  }
}

extension OriginalEditor {
  /// What ``unlock(_:force:)`` found and did.
  public struct Unlocked: Sendable, Hashable {
    /// The thread that held the mutex, and is gone.
    public var owner: Int32
    /// An insert it had not finished was taken back.
    public var tookBackInsert: Bool

    public init(owner: Int32, tookBackInsert: Bool) {
      self.owner = owner
      self.tookBackInsert = tookBackInsert
    }
  }

  /// Frees the mutex of an original segment whose owner is dead, which the module itself never does.
  ///
  /// An insert that was under way is taken back: nobody can have seen it. An update may have left one value
  /// half written; which one, nobody can know.
  ///
  /// - Parameter force: also where it cannot be known whether the owner lives (another pid namespace).
  /// - Throws: `notLocked`, `ownerAlive`, `lostInGrowth`, `unknownMutex`, and what opening throws.
  public static func unlock(_ reader: OriginalReader, force: Bool = false) throws(OriginalError) -> Unlocked {
    let objects = reader.objects
    let editor = try OriginalEditor(reader)
    let seen = try objects.mutex
    guard seen.isHeld else { throw .notLocked(name: objects.name) }
    let thread = OriginalThread(seen.owner)
    let processes = OriginalProcesses(mapping: objects.identity)
    let isCertain = thread.state == .gone && !processes.hasStrangers
    // A thread between lock word and owner is alive for certain: it comes to the next line soon.
    guard seen.owner != 0, isCertain || force && thread.state != .running else {
      throw .ownerAlive(
        name: objects.name, owner: seen.owner,
        process: String(decoding: thread.name.prefix(15).filter { $0 >= 0x20 && $0 < 0x7F }, as: UTF8.self))
    }
    return try editor.free(seen)
  }

  private func free(_ seen: OriginalMutex) throws(OriginalError) -> Unlocked {
    let tookBackInsert = try takeBackInsert()
    // Owner, users, then the word that lets others in, as glibc's unlock does. Of two who try this at once,
    // one finds another owner.
    let mutex = OriginalFormat.Control.mutex
    guard control.replace32(UInt32(bitPattern: seen.owner), with: 0, at: mutex + 8) else {
      throw .notLocked(name: name)
    }
    _ = control.replace32(seen.users, with: 0, at: mutex + 12)
    control.freeLockWord(at: mutex)
    return Unlocked(owner: seen.owner, tookBackInsert: tookBackInsert)
  }

  private func takeBackInsert() throws(OriginalError) -> Bool {
    var status = stat()
    unsafe fstat(descriptor, &status)
    guard status.st_size >= OriginalFormat.Data.slots else { throw .lostInGrowth(name: name) }
    let data = try Mapped(descriptor, of: name, byteCount: Int(status.st_size))
    let header = OriginalHeader(data.word)
    guard header.slotCount > 0, header.wholeByteCount <= data.byteCount else {
      throw .lostInGrowth(name: name)
    }
    let slots = (0..<header.slotCount).map {
      OriginalSlot(rawValue: data.word(OriginalFormat.Data.slots + $0 * OriginalFormat.Data.slotByteCount))
    }
    let committed = slots.count { $0.status == .committed }
    guard header.agrees(withCommitted: committed) else { throw .lostInGrowth(name: name) }
    // All is there again, only the size that others map was not told yet.
    if control.word(OriginalFormat.Control.dataByteCount) < UInt64(header.wholeByteCount) {
      control.store(UInt64(header.wholeByteCount), at: OriginalFormat.Control.dataByteCount)
    }
    guard header.isInserting else { return false }
    if header.currentUpdate < header.slotCount {
      let index = Int(header.currentUpdate)
      if slots[index].status != .committed {
        data.store(0, at: OriginalFormat.Data.slots + index * OriginalFormat.Data.slotByteCount)
      } else if committed > header.entryCount {
        // Committed, but not counted yet.
        let used = slots[index].start + slots[index].keyUnits + OriginalFormat.valueUnits
        data.store(
          OriginalHeader.sizes(entryCount: committed, unitsUsed: used), at: OriginalFormat.Data.sizes)
      }
    }
    data.store(OriginalFormat.Data.noUpdate, at: OriginalFormat.Data.currentUpdate)
    return true
  }
}
