/// Changes to the store, each made real by one store instruction (see "WRITING" in SegmentFormat).
///
/// A value that lives while the mutex is held. A change either happens or throws and leaves the store as it
/// was.
struct TableWriter: Sendable {
  let segment: Segment
  let participant: Participant
  let heap: RecordHeap
  /// The process that took the mutex (`ForkWatch`): a child forked meanwhile does not hold it.
  let process: UInt64

  @inline(__always)
  init(_ segment: Segment, _ participant: Participant, process: UInt64) {
    self.segment = segment
    self.participant = participant
    self.process = process
    heap = RecordHeap(segment)
  }

  /// Where a key is, or where it would go.
  struct Place {
    let position: Int
    /// The slot's record, or none.
    let record: RecordNumber
    /// The slot was removed, not empty: using it again adds no used slot.
    let reusesRemoved: Bool

    @inline(__always) var isFound: Bool { record != .none }
  }

  @inline(__always)
  var header: SegmentHeader { segment.header }

  @inline(__always)
  func digest(_ key: RawSpan) -> KeyDigest { segment.digest(key) }

  /// Probes for a key. Nothing changes while the mutex is held, so nothing needs proof; but every number is
  /// checked.
  @inline(__always)
  func find(_ key: RawSpan, _ digest: KeyDigest, in index: HashIndex) throws(StoreError) -> Place {
    var position = index.home(digest.hash)
    var removed = -1
    var probes = 0
    while probes <= index.mask {
      let slot = index.slot(position)
      if slot.isEmpty {
        return removed >= 0
          ? Place(position: removed, record: .none, reusesRemoved: true)
          : Place(position: position, record: .none, reusesRemoved: false)
      }
      if slot.isLive {
        if slot.hash == digest.hash {
          let lengths = try lengths(slot.record)
          if heap.keyEquals(slot.record, lengths, key, digest) {
            return Place(position: position, record: slot.record, reusesRemoved: false)
          }
        }
      } else if removed < 0 {
        removed = position
      }
      position = index.next(position)
      probes &+= 1
    }
    throw .corrupted(name: segment.name, detail: "the table has no empty slot")
  }

  /// The lengths of the record a slot of the live table points at.
  @inline(__always)
  func lengths(_ record: RecordNumber) throws(StoreError) -> RecordLengths {
    if heap.contains(record) {
      let lengths = heap.lengths(record)
      if heap.contains(record, lengths) { return lengths }
    }
    throw .corrupted(name: segment.name, detail: "a slot leads to record \(record.rawValue), which is none")
  }

  /// Stores a value by the steps of `put` as they nearly always go: over another value, where this process has
  /// looked before, into a short block that is free. `false`: any other case, and nothing was done.
  @inline(__always)
  func putDirectly(_ key: RawSpan, _ value: RawSpan, _ digest: KeyDigest) -> Bool {
    guard let table = segment.checkedTable() else { return false }
    let index = HashIndex(segment, table)
    guard let (position, slot) = index.probe(digest.hash), !slot.isEmpty else { return false }
    let limit = segment.heapLimit
    let old = slot.record
    guard heap.begins(old, below: limit) else { return false }
    let lengths = heap.lengths(old)
    guard lengths.key == key.byteCount, heap.contains(old, lengths, of: digest, below: limit),
      heap.keyEquals(old, lengths, key, digest),
      let new = heap.firstFree(
        recordByteCount: RecordLengths.recordByteCount(of: digest, value: value), below: limit)
    else { return false }
    heap.write(new.record, granules: new.size.granules, key: key, digest, value: value)
    index.publish(Slot(record: new.record, hash: digest.hash), at: position)
    heap.exchange(new, for: old, oldGranules: lengths.granules)
    participant.countPut()
    return true
  }

  /// The same for a key that is not there, by the steps of `insert`: where the table has room, and no removed slot
  /// that could be used again.
  @inline(__always)
  func insertDirectly(_ key: RawSpan, _ value: RawSpan, _ digest: KeyDigest) -> Bool {
    guard let table = segment.checkedTable() else { return false }
    let index = HashIndex(segment, table)
    guard header.removedCount == 0, !isFull(index), let (position, slot) = index.probe(digest.hash),
      slot.isEmpty,
      let record = heap.allocateDirectly(
        recordByteCount: RecordLengths.recordByteCount(of: digest, value: value), below: segment.heapLimit)
    else { return false }
    heap.write(record, key: key, digest, value: value)
    index.publish(Slot(record: record, hash: digest.hash), at: position)
    header.liveCount = header.liveCount &+ 1
    participant.countPut()
    return true
  }

  /// Stores a value under a key, whether the key is there or not.
  func put(_ key: RawSpan, _ value: RawSpan, _ digest: KeyDigest) throws(StoreError) {
    let index = HashIndex(segment, try segment.liveTable())
    let place = try find(key, digest, in: index)
    try put(key, value, digest, at: place, in: index)
  }

  /// Stores a value at the place `find` has told.
  func put(
    _ key: RawSpan, _ value: RawSpan, _ digest: KeyDigest, at place: Place, in index: HashIndex
  ) throws(StoreError) {
    let byteCount = RecordLengths.recordByteCount(of: digest, value: value)
    if place.isFound {
      let record = try heap.allocate(recordByteCount: byteCount)
      heap.write(record, key: key, digest, value: value)
      index.publish(Slot(record: record, hash: digest.hash), at: place.position)
      heap.free(place.record)
    } else {
      try insert(key, value, digest, byteCount, at: place, in: index)
    }
    participant.countPut()
  }

  @inline(__always)
  private func insert(
    _ key: RawSpan, _ value: RawSpan, _ digest: KeyDigest, _ byteCount: Int, at place: Place,
    in index: HashIndex
  ) throws(StoreError) {
    var (place, index) = (place, index)
    if !place.reusesRemoved, isFull(index) {
      index = try TableGrowth(segment).makeRoom(in: index)
      place = try find(key, digest, in: index)
    }
    let record: RecordNumber
    do throws(StoreError) {
      record = try heap.allocate(recordByteCount: byteCount)
    } catch {
      guard try startsAnew(for: error, needing: SizeClass(recordByteCount: byteCount).byteCount) else {
        throw error
      }
      index = HashIndex(segment, try segment.liveTable())
      place = try find(key, digest, in: index)
      record = try heap.allocate(recordByteCount: byteCount)
    }
    heap.write(record, key: key, digest, value: value)
    index.publish(Slot(record: record, hash: digest.hash), at: place.position)
    header.liveCount = header.liveCount &+ 1
    if place.reusesRemoved { header.removedCount = header.removedCount &- 1 }
  }

  /// A store whose heap has run out of room, but that is empty: its blocks are all free, only of other sizes. They go, as
  /// by `removeAll`. Returns whether it was so, and the heap has room for blocks of so many bytes now.
  ///
  /// The count is derived, and damage may make it a lie: what is thrown away here is looked for first.
  @inline(never)
  func startsAnew(for error: StoreError, needing byteCount: Int) throws(StoreError) -> Bool {
    switch error {
    case .noSpace: break
    case .storeFull(_, let region, _) where region == Region.heap.description: break
    default: return false
    }
    let start = SegmentFormat.firstRecord
    guard header.liveCount == 0, header.heapTop > UInt64(start) else { return false }
    let index = HashIndex(segment, try segment.liveTable())
    guard !(0..<index.slotCount).contains(where: { index.slot($0).isLive }) else { return false }
    let end = Int(start) * SegmentFormat.granuleByteCount + byteCount
    guard (try? heap.claim(upTo: end)) != nil else { return false }
    _ = try removeAll()
    return true
  }

  /// Whether one more used slot, or some more, would take the table above its load factor of 3/4.
  @inline(__always)
  func isFull(_ index: HashIndex, adding count: Int = 1) -> Bool {
    let used = header.liveCount &+ header.removedCount &+ UInt64(truncatingIfNeeded: count)
    return used > UInt64(truncatingIfNeeded: TableGrowth.threshold(slotCount: index.slotCount))
  }

  /// Removes the entry at a place.
  func remove(at place: Place, in index: HashIndex) {
    assert(place.isFound)
    header.sequence = header.sequence &+ 1
    // Empty only if no probe goes on behind it; then removed slots right before it are not needed either.
    let endsRun = index.slot(index.next(place.position)).isEmpty
    index.publish(endsRun ? .empty : .removed, at: place.position)
    header.liveCount = header.liveCount &- 1
    if endsRun {
      emptyRemovedSlots(before: place.position, in: index)
    } else {
      header.removedCount = header.removedCount &+ 1
    }
    heap.free(place.record)
    participant.countRemove()
  }

  /// Removed slots right before an empty one are not needed: no probe goes on behind them.
  func emptyRemovedSlots(before position: Int, in index: HashIndex) {
    var position = position
    while true {
      position = (position &- 1) & index.mask
      guard index.slot(position).isRemoved else { return }
      index.publish(.empty, at: position)
      header.removedCount = header.removedCount &- 1
    }
  }

  /// Empties the store by a switch to an empty table of the initial size; returns how many entries there
  /// were.
  func removeAll() throws(StoreError) -> Int {
    let start = SystemClock.monotonic
    let index = HashIndex(segment, try segment.liveTable())
    let count = header.liveCount
    try TableGrowth(segment).switchToEmpty(from: index)
    header.sequence = header.sequence &+ 1
    header.liveCount = 0
    header.removedCount = 0
    // Readers of the old table find the table word changed, so blocks may be cut anew.
    heap.reset()
    EventRing(segment).append(
      .cleared, duration: SystemClock.monotonic &- start, count, UInt64(index.slotCount))
    WriteClock(segment).note(wall: SystemClock.coarseWall)
    return Int(clamping: count)
  }

  /// A copy of the value at a place.
  func value(at place: Place) throws(StoreError) -> [UInt8] {
    let lengths = try lengths(place.record)
    return unsafe [UInt8](unsafeUninitializedCapacity: lengths.value) { buffer, count in
      unsafe heap.copyValue(place.record, lengths, to: UnsafeMutableRawBufferPointer(buffer))
      count = lengths.value
    }
  }

  /// A copy of every entry, in table order.
  func entries() throws(StoreError) -> [Entry] {
    let index = HashIndex(segment, try segment.liveTable())
    var entries: [Entry] = []
    // A damaged table, whose slots share records, must not make us take all memory: records that don't fit into
    // the heap beside each other are none.
    var room = segment.believe(.heap)
    entries.reserveCapacity(
      min(Int(clamping: header.liveCount), index.slotCount, room / (2 * SegmentFormat.granuleByteCount)))
    for position in 0..<index.slotCount {
      let slot = index.slot(position)
      guard slot.isLive else { continue }
      let lengths = try lengths(slot.record)
      room -= lengths.recordByteCount
      guard room >= 0 else {
        throw .corrupted(name: segment.name, detail: "its slots lead to more bytes than the heap has")
      }
      let key = unsafe [UInt8](unsafeUninitializedCapacity: lengths.key) { buffer, count in
        unsafe heap.copyKey(slot.record, lengths, to: UnsafeMutableRawBufferPointer(buffer))
        count = lengths.key
      }
      let place = Place(position: position, record: slot.record, reusesRemoved: false)
      entries.append(Entry(key: key, value: try value(at: place), stamp: heap.stamp(slot.record)))
    }
    return entries
  }
}
