internal import Synchronization

/// A new table in the spare window, or its small table, made live by one compare-and-swap of the table word (rule R7).
///
/// Readers go on in the old table meanwhile. Killed before the swap, the old table is live and the spare
/// window is scrap; after it, the new one is live and complete.
struct TableGrowth {
  let segment: Segment

  init(_ segment: Segment) { self.segment = segment }

  /// Used slots, live and removed, that a table may have: a load factor of 3/4.
  @inline(__always)
  static func threshold(slotCount: Int) -> Int { slotCount &- slotCount &>> 2 }

  /// The next larger table: as large as the spare window's small table, whose room is claimed already; of twice as many
  /// slots where it is no smaller.
  private static func slotsLog2(after table: TableWord) -> Int {
    max(table.slotsLog2 + 1, SegmentFormat.smallSlotsLog2(window: table.window ^ 1))
  }

  /// Makes room for some more entries: enlarges the table as often as they need; or, where removed slots outnumber
  /// the live ones or no larger table fits into a window, makes it anew without them. Returns the live table, which
  /// has room for them.
  @inline(never)
  func makeRoom(for added: Int = 1, in old: HashIndex) throws(StoreError) -> HashIndex {
    let start = SystemClock.monotonic
    let header = segment.header
    let removed = header.removedCount
    let limit = segment.geometry.slotsLog2Limit
    let needed = header.liveCount &+ UInt64(added)
    func holds(_ slotsLog2: Int) -> Bool { needed <= UInt64(Self.threshold(slotCount: 1 << slotsLog2)) }
    guard holds(limit) else {
      throw .storeFull(name: segment.name, region: "index", limit: Self.threshold(slotCount: 1 << limit))
    }
    var slotsLog2 = old.table.slotsLog2
    if removed <= header.liveCount || !holds(slotsLog2) { slotsLog2 = Self.slotsLog2(after: old.table) }
    while slotsLog2 < limit, !holds(slotsLog2) { slotsLog2 += 1 }
    slotsLog2 = min(slotsLog2, limit)
    let isSameSize = slotsLog2 == old.table.slotsLog2
    // A rehash at the limit must win enough slots to be worth its time; until then, the removed ones come on top
    // of the load factor. 1/64 is arbitrary.
    if isSameSize, slotsLog2 == limit, removed <= UInt64(old.slotCount / 64) { return old }
    let new = try prepare(old.table.next(slotsLog2: slotsLog2))
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
    try segment.claim(table)
    let index = HashIndex(segment, table)
    // Release fence, the partner of the reader's acquire: who sees a slot of this window cleared sees that the
    // table it held before is not live, though another process published the one that is.
    atomicMemoryFence(ordering: .releasing)
    index.clear()
    return index
  }

  /// Puts a live slot into a table that is being built. The rehash reads the index alone: the slot
  /// holds its hash.
  private func insert(_ slot: Slot, into index: HashIndex) {
    var position = index.home(slot.hash)
    var probes = 0
    // The new table has more slots than the old one has live ones, so one is empty; but one round, and no more,
    // should somebody write into it beside us.
    while !index.slot(position).isEmpty, probes < index.slotCount {
      position = index.next(position)
      probes += 1
    }
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
