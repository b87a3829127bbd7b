internal import Synchronization

/// What the next owner of the mutex repairs after its holder died (rule R10).
///
/// The index is the truth. Every other word is rebuilt from it and from the heap's blocks, in an order in
/// which a kill at any instruction leaves something that the next recovery starts from again: slots only
/// ever change from bad to removed, blocks that no slot points at only ever become free.
struct Recovery {
  private let segment: Segment
  private let heap: RecordHeap

  /// The slots' records lie all over the heap, and waiting for them is most of a recovery of a million entries:
  /// the lines of so many are asked for at once.
  private static let lookahead = 32

  init(_ segment: Segment) {
    self.segment = segment
    heap = RecordHeap(segment)
  }

  /// Repairs the segment; the mutex must be held and not yet be consistent.
  ///
  /// - Throws: `unrecoverable` when the header is beyond repair; nothing has been written then.
  /// - Complexity: proportional to the heap's blocks and the table's slots; private memory of two bits a
  ///   granule below the heap's top.
  func run(dead pid: Int32) throws(StoreError) {
    let start = SystemClock.monotonic
    let header = segment.header
    let table = header.table
    for region in Region.allCases { segment.believe(region) }
    guard segment.contains(table), let top = heap.soundTop() else { throw .unrecoverable(name: segment.name) }

    // Release fence: who sees a word that is stored below also sees what the dead holder stored before, above
    // all the table word.
    atomicMemoryFence(ordering: .releasing)
    dropPendingClaim()
    header.heldSince = 0

    let index = HashIndex(segment, table)
    let completedKeys = completeBatch(in: index)
    let blocks = findBlocks(to: top, index)
    var used = GranuleSet(below: Int(top))
    var live: UInt64 = 0
    var removed: UInt64 = 0
    // A decided batch whose list is no list is lost, whatever it was.
    var dropped: UInt64 = completedKeys == nil ? 1 : 0
    var newestStamp: UInt64 = 0
    for position in 0..<index.slotCount {
      let slot = index.slot(position)
      heap.prefetch(index.slot((position + Self.lookahead) & index.mask).record)
      if slot.isEmpty { continue }
      if slot.isLive {
        if blocks.contains(slot.record), !used.contains(slot.record), let stamp = stamp(ofSound: slot) {
          used.insert(slot.record)
          newestStamp = max(newestStamp, stamp)
          live += 1
          continue
        }
        dropped += 1
        index.publish(.removed, at: position)
      }
      removed += 1
    }

    rebuildFreeLists(to: top, used)
    header.liveCount = live
    header.removedCount = removed
    // Stamps never repeat: neither those that are there, nor those a lost header word would give out again.
    let sequence = header.sequence
    header.sequence = max(sequence <= SegmentFormat.recoveredSequenceLimit ? sequence : 0, newestStamp)
    clearSpareWindow(of: table)
    header.recoveries = header.recoveries &+ 1
    let deadPID = UInt64(UInt32(bitPattern: pid))
    if let completedKeys, completedKeys > 0 {
      EventRing(segment).append(.completed, deadPID, UInt64(completedKeys))
    }
    EventRing(segment).append(
      .recovered, duration: SystemClock.monotonic &- start, deadPID, dropped)
  }

  /// Makes the stores of a batch that was decided (rule R11); returns how many, `nil` where its list is damaged.
  ///
  /// Killed on the way, the next recovery makes them again: the batch word goes only after the last one, and the
  /// list's block is not freed before that. Soundness of what the slots point at is judged afterwards, with all
  /// others'.
  private func completeBatch(in index: HashIndex) -> Int? {
    let record = segment.header.batch
    if record == .none { return 0 }
    let list = BatchList(from: record, heap, for: index)
    list?.apply(to: index)
    segment.header.batch = .none
    return list?.entries.count
  }

  /// The stamp of the record a slot points at, if it is what the slot says.
  private func stamp(ofSound slot: Slot) -> UInt64? {
    let record = slot.record
    guard heap.contains(record) else { return nil }
    let lengths = heap.lengths(record)
    let stamp = heap.stamp(record)
    guard stamp != 0, stamp <= SegmentFormat.recoveredSequenceLimit, heap.contains(record, lengths),
      heap.hash(record, lengths) == slot.hash
    else {
      return nil
    }
    return stamp
  }

  /// The starts of all blocks.
  ///
  /// Where damage has made the heap unwalkable, the walk goes on at the next record that a slot points at and
  /// that is sound by itself; what lies between is bridged, so that the heap can be walked again. The top
  /// stays: lowering it would cut blocks anew under readers.
  private func findBlocks(to top: UInt64, _ index: HashIndex) -> GranuleSet {
    var blocks = GranuleSet(below: Int(top))
    var number = heap.walk(to: top) { record, _ in blocks.insert(record) }
    if number == top { return blocks }
    var candidates = soundRecords(index)[...]
    while number < top {
      // Both only go up, so each candidate is passed once, however many gaps there are.
      candidates = candidates.drop { $0 <= number }
      let next = min(candidates.first ?? top, top)
      bridge(from: number, to: next)
      number = heap.walk(from: next, to: top) { record, _ in blocks.insert(record) }
    }
    return blocks
  }

  /// Numbers of the records that slots point at and that are sound by themselves, ascending.
  private func soundRecords(_ index: HashIndex) -> [UInt64] {
    (0..<index.slotCount).compactMap { position in
      let slot = index.slot(position)
      return slot.isLive && stamp(ofSound: slot) != nil ? UInt64(slot.record.rawValue) : nil
    }.sorted()
  }

  /// Fills a gap with blocks that nobody uses.
  private func bridge(from end: UInt64, to next: UInt64) {
    var number = end
    while number < next {
      // As much as a granule count holds.
      let granules = min(next - number, 0xFF_FFFF)
      let offset = heap.offset(RecordNumber(rawValue: UInt32(number)))
      segment.words.store(0, at: offset)
      segment.words.store(RecordLengths(granules: Int(granules), key: 0, value: 0).rawValue, at: offset + 8)
      number += granules
    }
  }

  private func rebuildFreeLists(to top: UInt64, _ used: GranuleSet) {
    let header = segment.header
    for index in 0..<SizeClass.count { header.setFreeList(index, .none) }
    header.freeGranules = 0
    _ = heap.walk(to: top) { record, _ in
      if !used.contains(record) { heap.free(record) }
    }
  }

  /// A claim under way is dropped: its pages lie beyond the watermark, where nobody has looked, and go back.
  private func dropPendingClaim() {
    let pending = segment.header.pending
    if let region = Region(rawValue: Int(truncatingIfNeeded: pending >> 62) - 1) {
      let target = Int(truncatingIfNeeded: pending & ((1 << 62) - 1))
      let claimed = max(segment.believed(region), Int(clamping: segment.header.watermark(region)))
      if target > claimed, target <= segment.geometry.byteCount(region) {
        segment.object.release(at: segment.geometry.start(region) + claimed, byteCount: target - claimed)
      }
    }
    segment.header.pending = 0
  }

  /// The spare window, or its small table, may hold a table that was being built.
  private func clearSpareWindow(of table: TableWord) {
    let spare = table.window ^ 1
    let region = Region.window(spare)
    let start = segment.geometry.start(region)
    clear(start..<start + segment.believed(region))
    clear(SegmentFormat.smallTable(window: spare))
  }

  private func clear(_ range: Range<Int>) {
    for offset in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
      if segment.words.load(offset) != 0 { segment.words.store(0, at: offset) }
    }
  }
}
