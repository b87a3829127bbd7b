internal import Synchronization

/// A new table in the spare window, made live by one compare-and-swap of the table word (rule R7).
///
/// Readers go on in the old table meanwhile. Killed before the swap, the old table is live and the spare
/// window is scrap; after it, the new one is live and complete.
struct TableGrowth {
  let segment: Segment

  init(_ segment: Segment) { self.segment = segment }

  /// Used slots, live and removed, that a table may have: a load factor of 3/4.
  @inline(__always)
  static func threshold(slotCount: Int) -> Int { slotCount &- slotCount &>> 2 }

  /// Doubles the table; or, where removed slots outnumber the live ones or no larger one fits into a window,
  /// makes it anew without them. Returns the live table, which has room for one more entry.
  @inline(never)
  func makeRoom(in old: HashIndex) throws(StoreError) -> HashIndex {
    let start = SystemClock.monotonic
    let header = segment.header
    let removed = header.removedCount
    let isAtLimit = old.table.slotsLog2 >= segment.geometry.slotsLog2Limit
    if isAtLimit {
      let limit = Self.threshold(slotCount: old.slotCount)
      if header.liveCount >= UInt64(limit) {
        throw .storeFull(name: segment.name, region: "index", limit: limit)
      }
      // A rehash must win enough slots to be worth its time; until then, the removed ones come on top of the
      // load factor. 1/64 is arbitrary.
      if removed <= UInt64(old.slotCount / 64) { return old }
    }
    let isSameSize = isAtLimit || removed > header.liveCount
    let new = try prepare(old.table.next(slotsLog2: old.table.slotsLog2 + (isSameSize ? 0 : 1)))
    for position in 0..<old.slotCount {
      let slot = old.slot(position)
      if slot.isLive { insert(slot, into: new) }
    }
    try publish(new, over: old)
    header.removedCount = 0
    let duration = SystemClock.monotonic &- start
    if isSameSize {
      EventRing(segment).append(.rehashed, duration: duration, UInt64(old.slotCount), removed)
    } else {
      EventRing(segment).append(.resized, duration: duration, UInt64(old.slotCount), UInt64(new.slotCount))
    }
    return new
  }

  /// Makes an empty table of the initial size live.
  func switchToEmpty(from old: HashIndex) throws(StoreError) {
    let new = try prepare(old.table.next(slotsLog2: segment.geometry.initialSlotsLog2))
    try publish(new, over: old)
  }

  /// Claims and clears the place of a table to be.
  private func prepare(_ table: TableWord) throws(StoreError) -> HashIndex {
    try segment.claim(Region.window(table.window), atLeast: table.byteCount)
    let index = HashIndex(segment, table)
    index.clear()
    return index
  }

  /// Puts a live slot into a table that is being built. The rehash reads the index alone: the slot
  /// holds its hash.
  private func insert(_ slot: Slot, into index: HashIndex) {
    var position = index.home(slot.hash)
    // Ends: the new table has more slots than the old one has live ones.
    while !index.slot(position).isEmpty { position = index.next(position) }
    index.words.store(slot.rawValue, at: index.offset(position))
  }

  /// The step that makes the new table real. Only a retirement can come in between.
  private func publish(_ new: HashIndex, over old: HashIndex) throws(StoreError) {
    guard segment.header.publish(new.table, over: old.table) else { throw .replaced(name: segment.name) }
    // What is written next, to blocks cut anew or to the window that is the spare one now, must not be seen
    // by a reader that then still finds the old table word: the partner of the reader's acquire fence.
    atomicMemoryFence(ordering: .releasing)
  }
}
