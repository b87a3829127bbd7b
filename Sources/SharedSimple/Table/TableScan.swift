internal import Synchronization

/// Where a pass over all entries stands. A value: it can be kept between two calls, whatever the table does
/// meanwhile.
///
/// A pass walks the slots of the live table from just behind an empty slot, round to it. Runs of used
/// slots end at empty ones, so after each run it is known which hashes have been dealt with: all whose
/// home lies in the part walked. When another table has become live meanwhile, the pass walks that one
/// and leaves out entries whose hash lies in a part dealt with before. So a key that is in the store during
/// the whole pass is visited exactly once, however often the table grows; others at most once for each time
/// they were put.
public struct TableCursor: Sendable {
  /// Homes `start..<start + count`, round the table, of a table of `mask + 1` slots.
  struct Part: Sendable {
    var mask: UInt32
    var start: UInt32
    var count: UInt64

    func contains(_ hash: UInt32) -> Bool { UInt64((hash &- start) & mask) < count }
  }

  /// Parts of earlier tables that have been dealt with.
  var done: [Part] = []
  /// The table being walked, by its word; 0 before the first.
  var table: UInt64 = 0
  /// The first position walked, and how many have been dealt with.
  var origin = 0
  var settled = 0
  var slotCount = 0

  /// Makes a cursor at the beginning of a pass.
  public init() {}

  /// How far the pass is, 0 to 1; goes back a little where the table has grown.
  public var progress: Double { slotCount == 0 ? 0 : Double(settled) / Double(slotCount) }

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
    while true {
      let table = try segment.liveTable()
      let index = HashIndex(segment, table)
      if cursor.table != table.rawValue {
        begin(&cursor, index)
        run.removeAll()
      }
      let position = (cursor.origin &+ cursor.settled &+ run.slotCount) & index.mask
      let slot = index.slot(position)
      run.slotCount += 1
      budget -= 1
      if slot.isLive, !cursor.done.contains(where: { $0.contains(slot.hash) }) {
        guard try read(slot, at: position, of: index, into: run) else {
          // The table has changed: the run starts anew in the next one.
          run.removeAll()
          continue
        }
      }
      let isRound = cursor.settled + run.slotCount >= index.slotCount
      if slot.isEmpty || isRound {
        guard segment.header.table == table else { continue }
        cursor.settled += run.slotCount
        let goesOn = run.forEach(body)
        run.removeAll()
        if !goesOn { return .stopped }
        if isRound { return .complete }
        if budget <= 0 { return .more }
      } else if run.slotCount > Self.runLimit {
        throw .corrupted(
          name: segment.name, detail: "no empty slot in \(Self.runLimit) slots before \(position)")
      }
    }
  }

  /// Starts on another table: what was dealt with of the last one is noted.
  private func begin(_ cursor: inout TableCursor, _ index: HashIndex) {
    if cursor.settled > 0 {
      cursor.done.append(
        TableCursor.Part(
          mask: UInt32(truncatingIfNeeded: cursor.slotCount - 1),
          start: UInt32(truncatingIfNeeded: cursor.origin),
          count: UInt64(cursor.settled)))
    }
    var origin = 0
    while origin < index.slotCount, !index.slot(origin).isEmpty { origin += 1 }
    cursor.table = index.table.rawValue
    cursor.origin = (origin + 1) & index.mask
    cursor.settled = 0
    cursor.slotCount = index.slotCount
  }

  /// Reads the record a slot points at, until it is read whole or the slot is empty or removed. Returns
  /// `false` when the table has changed.
  private func read(
    _ first: Slot, at position: Int, of index: HashIndex, into run: EntryRun
  ) throws(StoreError) -> Bool {
    var slot = first
    for _ in 0..<1000 {
      let record = slot.record
      if heap.contains(record) {
        let stamp = heap.stamp(record)
        let lengths = heap.lengths(record)
        if stamp != 0, heap.contains(record, lengths) {
          let (key, value) = unsafe run.reserve(lengths)
          unsafe heap.copyKey(record, lengths, to: key)
          unsafe heap.copyValue(record, lengths, to: value)
          if lookup.proves(record, stamp, slot, at: position, of: index) {
            run.keep(lengths, stamp)
            return true
          }
        }
      }
      if segment.header.table != index.table { return false }
      slot = index.slot(position)
      if !slot.isLive { return true }
    }
    throw .corrupted(name: segment.name, detail: "the slot at \(position) leads to what is no record")
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

  /// Room for a key and a value behind the entries kept so far.
  func reserve(
    _ lengths: RecordLengths
  ) -> (key: UnsafeMutableRawBufferPointer, value: UnsafeMutableRawBufferPointer) {
    let needed = end + padded(lengths.key) + padded(lengths.value)
    if unsafe storage.count < needed {
      let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: needed * 2, alignment: 8)
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
