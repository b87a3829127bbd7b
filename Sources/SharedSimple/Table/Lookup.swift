internal import Synchronization

/// The reader's steps (see "READING" in SegmentFormat): no lock, and nothing believed that is not proved.
struct Lookup: Sendable {
  let segment: Segment
  private let words: SharedWords
  private let heap: RecordHeap

  /// What a try comes to: two words, so that it travels in registers.
  struct Outcome {
    /// Length of the value found; else one of the negative numbers below.
    let byteCount: Int
    let stamp: UInt64

    static let missing = Outcome(byteCount: Lookup.missing, stamp: 0)
    /// A writer got in between; nothing was learned.
    static let disturbed = Outcome(byteCount: Lookup.undecided, stamp: 0)
    /// The words prove themselves, and make no sense.
    static let damaged = Outcome(byteCount: -3, stamp: 0)

    @inline(__always) var isFound: Bool { byteCount >= 0 }
    @inline(__always) var isMissing: Bool { byteCount == Lookup.missing }
    @inline(__always) var isDisturbed: Bool { byteCount == Lookup.undecided }
  }

  @inline(__always)
  init(_ segment: Segment) {
    self.segment = segment
    words = segment.words
    heap = RecordHeap(segment)
  }

  /// Looks a key up once; copies as much of its value as fits the buffer.
  func find(
    _ key: RawSpan, _ digest: KeyDigest, copyingTo buffer: UnsafeMutableRawBufferPointer
  ) throws(StoreError) -> Outcome {
    let table = try segment.liveTable()
    let index = HashIndex(segment, table)
    var position = index.home(digest.hash)
    var probes = 0
    while probes <= index.mask {
      let slot = index.slot(position)
      if slot.isEmpty { return isLive(table) ? .missing : .disturbed }
      if slot.hash == digest.hash, slot.isLive {
        let outcome = unsafe read(slot, at: position, of: index, key, digest, buffer)
        if !outcome.isMissing { return outcome }
      }
      position = index.next(position)
      probes &+= 1
    }
    // No empty slot in a whole round: not a table of ours.
    return isLive(table) ? .damaged : .disturbed
  }

  /// What stands for the length of a value where there is none.
  static let missing = -1
  /// The same where nothing was learned: a writer got in between, or it is a case that `findDirectly` leaves to `find`.
  static let undecided = -2

  /// Looks a key up once, by the steps of `find` as they nearly always go: in a table and a heap that this process
  /// has looked at before, past no other key of the same hash. What is believed is proved as there; so few words are
  /// live at a time that they stay in registers.
  ///
  /// - Parameter fillsTight: whether a buffer without room for the value's padding is filled, too, or left undecided. A
  ///   constant: the call that it takes costs registers.
  /// - Returns: the value's length; `missing`; `undecided`.
  @inline(__always)
  func findDirectly(
    _ key: RawSpan, _ digest: KeyDigest, copyingTo buffer: UnsafeMutableRawPointer, capacity: Int,
    fillsTight: Bool
  ) -> Int {
    guard let table = segment.checkedTable() else { return Self.undecided }
    let index = HashIndex(segment, table)
    guard let (position, slot) = index.probe(digest.hash) else { return Self.undecided }
    if slot.isEmpty { return isLive(table) ? Self.missing : Self.undecided }
    let slotOffset = index.offset(position)
    let record = slot.record
    let limit = segment.heapLimit
    guard heap.begins(record, below: limit) else { return Self.undecided }
    let stamp = heap.stamp(record)
    let lengths = heap.lengths(record)
    guard stamp != 0, lengths.key == key.byteCount, heap.contains(record, lengths, of: digest, below: limit),
      heap.keyEquals(record, lengths, key, digest)
    else { return Self.undecided }
    guard fillsTight || padded(lengths.value) <= capacity else { return Self.undecided }
    unsafe heap.copyValue(record, lengths, of: digest, to: buffer, capacity)
    guard proves(record, stamp, slot, at: slotOffset, of: table) else { return Self.undecided }
    return lengths.value
  }

  /// Looks a key up until it is found or missing; pauses after a while, and gives up after 200 ms
  /// (arbitrary).
  ///
  /// - Throws: `busy` when a writer came in between at every try; `corrupted` for damage.
  func findPatiently(
    _ key: RawSpan, _ digest: KeyDigest, copyingTo buffer: UnsafeMutableRawBufferPointer
  ) throws(StoreError) -> Outcome {
    let deadline = Deadline(after: .milliseconds(200))
    var tries = 0
    while true {
      let outcome = try unsafe find(key, digest, copyingTo: buffer)
      if outcome.isFound || outcome.isMissing { return outcome }
      guard outcome.isDisturbed else {
        throw .corrupted(
          name: segment.name,
          detail: "a slot leads to what is no record, or the table has no empty slot")
      }
      if deadline.hasPassed { throw .busy(name: segment.name) }
      tries += 1
      if tries > 64 { SystemClock.sleep(nanoseconds: 50_000) }
    }
  }

  /// Step 3 and 4: `missing` says that the slot's record provably holds another key.
  private func read(
    _ slot: Slot, at position: Int, of index: HashIndex, _ key: RawSpan, _ digest: KeyDigest,
    _ buffer: UnsafeMutableRawBufferPointer
  ) -> Outcome {
    let record = slot.record
    guard heap.contains(record) else {
      return proves(slot, at: position, of: index) ? .damaged : .disturbed
    }
    let stamp = heap.stamp(record)
    let lengths = heap.lengths(record)
    guard stamp != 0 else { return isFree(record, slot, at: position, of: index) ? .damaged : .disturbed }
    guard heap.contains(record, lengths) else {
      return proves(record, stamp, slot, at: index.offset(position), of: index.table) ? .damaged : .disturbed
    }
    let isMatch = heap.keyEquals(record, lengths, key, digest)
    if isMatch { unsafe heap.copyValue(record, lengths, to: buffer) }
    guard proves(record, stamp, slot, at: index.offset(position), of: index.table) else { return .disturbed }
    return isMatch ? Outcome(byteCount: lengths.value, stamp: stamp) : .missing
  }

  /// Step 4. Acquire fence, the partner of the writer's release fences: if any word read before it was
  /// written later than the stamp, the stamp is seen to have changed.
  @inline(__always)
  func proves(_ record: RecordNumber, _ stamp: UInt64, _ slot: Slot, at offset: Int, of table: TableWord)
    -> Bool
  {
    atomicMemoryFence(ordering: .acquiring)
    return words.load(heap.offset(record)) == stamp && words.load(offset) == slot.rawValue && isLive(table)
  }

  /// Whether a record is free while its slot leads to it, which is damage.
  ///
  /// A stamp of 0 by itself proves nothing, as it comes again: the block may have been freed, and then be written
  /// and published in the same slot between the looks at its stamp and at the slot. But each write takes a number of
  /// the sequence before it publishes: acquire loads, so that who sees the slot published again sees that too.
  @inline(never)
  private func isFree(_ record: RecordNumber, _ slot: Slot, at position: Int, of index: HashIndex) -> Bool {
    let sequence = words.loadAcquiring(SegmentFormat.sequence)
    guard index.slot(position) == slot, heap.stamp(record) == 0, index.slot(position) == slot else {
      return false
    }
    return words.load(SegmentFormat.sequence) == sequence && isLive(index.table)
  }

  private func proves(_ slot: Slot, at position: Int, of index: HashIndex) -> Bool {
    words.loadAcquiring(index.offset(position)) == slot.rawValue && isLive(index.table)
  }

  /// The loads before were of this table's time: acquire loads and the fence keep this one behind them.
  @inline(__always)
  private func isLive(_ table: TableWord) -> Bool { words.load(SegmentFormat.tableWord) == table.rawValue }
}
