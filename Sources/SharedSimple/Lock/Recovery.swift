/// What the next owner of the mutex repairs after its holder died (rule R10).
///
/// The index is the truth. Every other word is rebuilt from it and from the heap's blocks, in an order in
/// which a kill at any instruction leaves something that the next recovery starts from again: slots only
/// ever change from bad to removed, blocks that no slot points at only ever become free.
struct Recovery {
  private let segment: Segment
  private let heap: RecordHeap

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
    let top = header.heapTop
    guard segment.contains(table), top >= UInt64(SegmentFormat.firstRecord),
      top <= UInt64(segment.believed(.heap) / SegmentFormat.granuleByteCount)
    else { throw .unrecoverable(name: segment.name) }

    // A claim under way is dropped: its pages lie beyond the watermark, and the next claim takes them up.
    header.pending = 0
    header.heldSince = 0

    var blocks = GranuleSet(below: Int(top))
    let end = heap.walk { record, _ in blocks.insert(record) }
    if end != top { bridge(from: end, to: top) }

    let index = HashIndex(segment, table)
    var used = GranuleSet(below: Int(top))
    var live: UInt64 = 0
    var removed: UInt64 = 0
    var dropped: UInt64 = 0
    var newestStamp: UInt64 = 0
    for position in 0..<index.slotCount {
      let slot = index.slot(position)
      if slot.isEmpty { continue }
      if slot.isLive {
        if let stamp = stamp(ofSound: slot, blocks), !used.contains(slot.record) {
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

    rebuildFreeLists(used)
    header.liveCount = live
    header.removedCount = removed
    // Stamps never repeat: neither those that are there, nor those a lost header word would give out again.
    header.sequence = max(header.sequence, newestStamp)
    clearSpareWindow(of: table)
    header.recoveries = header.recoveries &+ 1
    EventRing(segment).append(
      .recovered, duration: SystemClock.monotonic &- start, UInt64(UInt32(bitPattern: pid)), dropped)
  }

  /// The stamp of the record a slot points at, if it is what the slot says.
  private func stamp(ofSound slot: Slot, _ blocks: GranuleSet) -> UInt64? {
    let record = slot.record
    guard blocks.contains(record) else { return nil }
    let lengths = heap.lengths(record)
    let stamp = heap.stamp(record)
    guard stamp != 0, heap.contains(record, lengths), heap.hash(record, lengths) == slot.hash else {
      return nil
    }
    return stamp
  }

  /// Damage has made blocks below the top unwalkable: what lies there is given up, in blocks of no use, so
  /// that the heap can be walked again. The top stays: lowering it would cut blocks anew under readers.
  private func bridge(from end: UInt64, to top: UInt64) {
    var number = end
    while number < top {
      // At most what the granule count holds, and never a rest of less than two granules.
      let granules = top - number <= 0xFF_FFFF ? top - number : 0x80_0000
      let offset = heap.offset(RecordNumber(rawValue: UInt32(number)))
      segment.words.store(0, at: offset)
      segment.words.store(RecordLengths(granules: Int(granules), key: 0, value: 0).rawValue, at: offset + 8)
      number += granules
    }
  }

  private func rebuildFreeLists(_ used: GranuleSet) {
    let header = segment.header
    for index in 0..<SizeClass.count { header.setFreeList(index, .none) }
    header.freeGranules = 0
    _ = heap.walk { record, granules in
      // A bridge is of no size class.
      if !used.contains(record), SizeClass(granules: granules).granules == granules { heap.free(record) }
    }
  }

  /// The spare window may hold a table that was being built.
  private func clearSpareWindow(of table: TableWord) {
    let region = Region.window(table.window ^ 1)
    let start = segment.geometry.start(region)
    for offset in stride(from: start, to: start + segment.believed(region), by: 8) {
      if segment.words.load(offset) != 0 { segment.words.store(0, at: offset) }
    }
  }
}

/// A set of record numbers, a bit each, in private memory.
struct GranuleSet {
  private var bits: [UInt64]

  init(below limit: Int) { bits = Array(repeating: 0, count: limit / 64 + 1) }

  mutating func insert(_ record: RecordNumber) {
    bits[Int(record.rawValue) / 64] |= 1 << UInt64(record.rawValue % 64)
  }

  func contains(_ record: RecordNumber) -> Bool {
    let word = Int(record.rawValue) / 64
    return word < bits.count && bits[word] & 1 << UInt64(record.rawValue % 64) != 0
  }
}
