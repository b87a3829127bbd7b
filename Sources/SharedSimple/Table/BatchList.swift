internal import Synchronization

/// The list of slot stores that a batch has decided on, in a block of the heap (see "A BATCH" in SegmentFormat).
///
/// Written with the mutex; read again only by the recovery after its writer's death. No slot points at its block,
/// and its word 0 stays 0, so no reader takes it for a record.
struct BatchList {
  /// One store: the slot that goes to a position of the live table.
  struct Entry {
    let position: Int
    let slot: Slot
  }

  private static let countOffset = SegmentFormat.recordHeaderByteCount
  private static let checksumOffset = countOffset + 8
  private static let entriesOffset = checksumOffset + 8
  private static let entryByteCount = 16

  let entries: [Entry]

  init(_ entries: [Entry]) { self.entries = entries }

  /// Bytes of the block that a list of some entries needs.
  static func byteCount(entries: Int) -> Int { entriesOffset + entries * entryByteCount }

  /// Makes the stores, in order. Those that were made before are made again to no effect.
  func apply(to index: HashIndex) {
    for entry in entries { index.publish(entry.slot, at: entry.position) }
  }

  /// Writes the list into a block. What makes it count is the batch word, stored later with release.
  func write(to record: RecordNumber, _ heap: RecordHeap, for table: TableWord) {
    let (words, offset) = (heap.words, heap.offset(record))
    assert(heap.stamp(record) == 0)
    // Release fence, as in `RecordHeap.write`: who still reads a record that lay here and sees a word of the list
    // finds the stamp gone, though another process freed it.
    atomicMemoryFence(ordering: .releasing)
    words.store(UInt64(entries.count), at: offset + Self.countOffset)
    words.store(checksum(for: table), at: offset + Self.checksumOffset)
    for (number, entry) in entries.enumerated() {
      let place = offset + Self.entriesOffset + number * Self.entryByteCount
      words.store(UInt64(entry.position), at: place)
      words.store(entry.slot.rawValue, at: place + 8)
    }
  }

  /// Reads a list back; `nil` where the block is none, or the list is not one for this table. What its slots
  /// point at is for the recovery to judge, as with any slot.
  init?(from record: RecordNumber, _ heap: RecordHeap, for index: HashIndex) {
    guard record != .none, record != .removed, heap.contains(record) else { return nil }
    let (words, offset) = (heap.words, heap.offset(record))
    let blockByteCount = heap.lengths(record).granules * SegmentFormat.granuleByteCount
    guard blockByteCount >= Self.entriesOffset,
      record.byteOffset + blockByteCount <= heap.segment.believe(.heap)
    else { return nil }
    let count = Int(clamping: words.load(offset + Self.countOffset))
    guard count <= (blockByteCount - Self.entriesOffset) / Self.entryByteCount else { return nil }
    entries = (0..<count).map { number in
      let place = offset + Self.entriesOffset + number * Self.entryByteCount
      return Entry(position: Int(clamping: words.load(place)), slot: Slot(rawValue: words.load(place + 8)))
    }
    guard words.load(offset + Self.checksumOffset) == checksum(for: index.table),
      entries.allSatisfy({ $0.position < index.slotCount })
    else { return nil }
  }

  private func checksum(for table: TableWord) -> UInt64 {
    var words = [table.unretired.rawValue, UInt64(entries.count)]
    for entry in entries { words += [UInt64(entry.position), entry.slot.rawValue] }
    return FNV1a.hash(words)
  }
}
