/// Where a pass over all entries stands: a number that means the same in a table of any size.
///
/// Homes are the top bits of hashes, so all tables hold the entries in the order of their hashes, but for
/// those that were displaced round the end. Runs of used slots end at empty ones: after each run it is known
/// that every entry whose home lies before has been dealt with. Where the table is replaced meanwhile, the
/// pass goes on in the new one from the same hash. So a key that is in the store during the whole pass is
/// visited exactly once, however often the table grows, and every pass ends.
public struct TableCursor: Sendable, Hashable {
  /// Entries of smaller hashes have been dealt with; 2³² when the pass is complete.
  var nextHash: UInt64 = 0

  static let end: UInt64 = 1 << 32

  /// Makes a cursor at the beginning of a pass.
  public init() {}

  /// How far the pass is, 0 to 1.
  public var progress: Double { Double(nextHash) / Double(Self.end) }
}

/// A pass over all entries, without the lock, in pieces (see `TableCursor`).
struct TableScan: Sendable {
  let segment: Segment
  private let lookup: Lookup
  private let heap: RecordHeap

  /// No run of a sound table comes near this: at a load of 3/4 the longest of 2²⁸ slots has some 300.
  private static let runLimit = 4096

  init(_ segment: Segment) {
    self.segment = segment
    lookup = Lookup(segment)
    heap = RecordHeap(segment)
  }

  /// Tries to read one record before giving up; each takes a writer that comes in between to fail.
  private static let tries = 1000

  enum Progress { case more, complete, stopped }

  /// Walks on for at least `slotLimit` slots, to the end of a run. The body returns whether to go on.
  ///
  /// Entries of a run are handed out once its end has been seen in the same table: had the table changed
  /// before, nothing of the run would count as dealt with.
  func advance(
    _ cursor: inout TableCursor, slotLimit: Int, _ body: (RawSpan, RawSpan, UInt64) -> Bool
  ) throws(StoreError) -> Progress {
    let run = EntryRun()
    var budget = slotLimit
    while cursor.nextHash < TableCursor.end {
      let index = HashIndex(segment, try segment.liveTable())
      guard let end = try readRun(from: cursor.nextHash, index, into: run) else { continue }
      cursor.nextHash = index.firstHash(at: min(end, index.slotCount))
      budget -= run.slotCount
      if !run.forEach(body) { return .stopped }
      if budget <= 0, cursor.nextHash < TableCursor.end { return .more }
    }
    return .complete
  }

  /// Reads the entries from a hash on, from its home to behind the next empty slot. Returns that position,
  /// which is beyond the slots where the run goes round the end; `nil` when the table has changed.
  private func readRun(
    from nextHash: UInt64, _ index: HashIndex, into run: EntryRun
  ) throws(StoreError) -> Int? {
    run.removeAll()
    var position = index.home(UInt32(truncatingIfNeeded: nextHash))
    while true {
      let isRound = position >= index.slotCount
      let slot = index.slot(position & index.mask)
      run.slotCount += 1
      if slot.isEmpty { break }
      // Displaced round the end: belongs to the last run, and is met there, not at the start of the table.
      let wasDisplaced = index.home(slot.hash) > position & index.mask
      if slot.isLive, UInt64(slot.hash) >= nextHash, wasDisplaced == isRound {
        guard try read(slot, at: position & index.mask, of: index, into: run) else { return nil }
      }
      if run.slotCount > min(Self.runLimit, index.slotCount) {
        // Where the table has been replaced, another may be built in its window: its slots prove nothing.
        if segment.header.table != index.table { return nil }
        throw .corrupted(name: segment.name, detail: "no empty slot in \(run.slotCount) before \(position)")
      }
      position += 1
    }
    return segment.header.table == index.table ? position + 1 : nil
  }

  /// Reads the record a slot points at, until it is read whole or the slot is empty or removed. Returns
  /// `false` when the table has changed.
  private func read(
    _ first: Slot, at position: Int, of index: HashIndex, into run: EntryRun
  ) throws(StoreError) -> Bool {
    var slot = first
    for _ in 0..<Self.tries {
      let record = slot.record
      if heap.contains(record) {
        let stamp = heap.stamp(record)
        let lengths = heap.lengths(record)
        if stamp != 0, heap.contains(record, lengths) {
          guard let (key, value) = unsafe run.reserve(lengths, of: segment.heapLimit) else {
            throw .corrupted(name: segment.name, detail: "too many bytes in the run at \(position)")
          }
          unsafe heap.copyKey(record, lengths, to: key)
          unsafe heap.copyValue(record, lengths, to: value)
          if lookup.proves(record, stamp, slot, at: index.offset(position), of: index.table) {
            run.keep(lengths, stamp)
            return true
          }
        }
      }
      if segment.header.table != index.table { return false }
      slot = index.slot(position)
      if !slot.isLive { return true }
    }
    // A sound record's stamp is proved sooner or later; what never is, is damaged or written all the time.
    if segment.words.load(index.offset(position)) == slot.rawValue {
      throw .corrupted(name: segment.name, detail: "the slot at \(position) leads to what is no record")
    }
    throw .busy(name: segment.name)
  }
}

/// The entries of one run of slots, copied to private memory.
@safe private final class EntryRun {
  var slotCount = 0
  // Owned by this object alone; freed with it.
  private var storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)
  private var entries: [(start: Int, lengths: RecordLengths, stamp: UInt64)] = []
  private var end = 0

  deinit { unsafe storage.deallocate() }

  func removeAll() {
    slotCount = 0
    entries.removeAll(keepingCapacity: true)
    end = 0
  }

  /// Room for a key and a value behind the entries kept so far, of a heap of some bytes.
  ///
  /// `nil` where there are too many: a damaged table, whose slots share records, must not make us take all memory.
  /// The entries of a sound run fit into the heap beside each other, unless writers made them long one after the
  /// other while they were read: hence 16 times as much (arbitrary).
  func reserve(
    _ lengths: RecordLengths, of heapByteCount: Int
  ) -> (key: UnsafeMutableRawBufferPointer, value: UnsafeMutableRawBufferPointer)? {
    let needed = end + padded(lengths.key) + padded(lengths.value)
    let byteLimit = min(16 * heapByteCount, 1 << 30)
    guard needed <= byteLimit else { return nil }
    if unsafe storage.count < needed {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: min(needed * 2, byteLimit), alignment: 8)
      unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<end]))
      unsafe storage.deallocate()
      unsafe storage = unsafe larger
    }
    let value = end + padded(lengths.key)
    return unsafe (
      UnsafeMutableRawBufferPointer(rebasing: storage[end..<(end + lengths.key)]),
      UnsafeMutableRawBufferPointer(rebasing: storage[value..<(value + lengths.value)])
    )
  }

  /// Keeps what was copied to the last reserved room.
  func keep(_ lengths: RecordLengths, _ stamp: UInt64) {
    entries.append((end, lengths, stamp))
    end += padded(lengths.key) + padded(lengths.value)
  }

  /// Hands the entries out; returns `false` when the body wants no more.
  func forEach(_ body: (RawSpan, RawSpan, UInt64) -> Bool) -> Bool {
    for (start, lengths, stamp) in entries {
      // The ranges lie below `end`, which `reserve` has made room for.
      let bytes = unsafe UnsafeRawBufferPointer(storage)
      let value = start + padded(lengths.key)
      let key = unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<(start + lengths.key)])
      let values = unsafe UnsafeRawBufferPointer(rebasing: bytes[value..<(value + lengths.value)])
      if unsafe !body(key.bytes, values.bytes, stamp) { return false }
    }
    return true
  }
}
