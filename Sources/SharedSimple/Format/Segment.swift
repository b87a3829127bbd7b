internal import Glibc
internal import Synchronization

/// One process's attachment to one object: the mapping, the private copy of the geometry, and how far
/// into each region this process may look.
///
/// Shared by all handles of the process on the object. A plain pointer, so that the hot paths have nothing to
/// retain: `SegmentRegistry` makes and destroys what it points at, and a handle keeps its segment until no
/// thread can be inside a call any more (`SharedStore.deinit`).
@safe struct Segment: @unchecked Sendable, Equatable {
  /// Constants, and words of this process alone.
  fileprivate struct State: ~Copyable {
    let name: String
    let object: SharedMemoryObject
    let status: ObjectStatus
    let mapping: MemoryMapping
    let words: SharedWords
    let geometry: Geometry
    let heapStart: Int
    let isWritable: Bool
    let mutexKind = RobustMutex.kind
    /// Claimed bytes of each region that were seen to be there. They only grow; every access to a region is
    /// bounded by them (rule R5).
    let believedWindow0 = Atomic<Int>(0)
    let believedWindow1 = Atomic<Int>(0)
    let believedHeap = Atomic<Int>(0)
    let believedParticipants = Atomic<Int>(SegmentFormat.pageByteCount)
    /// The last table word that was found to lie within its window's believed watermark, never a retired one. Before there
    /// is any: this process's random number, which nobody can write to the segment so as to be believed.
    let checkedTable = Atomic<UInt64>(ForkWatch.shared.renew() | TableWord.retiredBit)
    let shapes: TableShapes
    /// The thread of this process that holds the mutex, or 0. Says what the shared holder word cannot,
    /// namely whether it is ourselves.
    let ownerThread = Atomic<UInt>(0)
    let process = Atomic<UInt64>(ForkWatch.shared.renew())
  }

  private let state: UnsafeMutablePointer<State>

  /// Takes an object that is known to be a segment: its geometry has been checked. Balanced by `destroy`.
  static func make(
    name: String, object: SharedMemoryObject, status: ObjectStatus, mapping: MemoryMapping,
    geometry: Geometry, isWritable: Bool
  ) -> Segment {
    let state = UnsafeMutablePointer<State>.allocate(capacity: 1)
    unsafe state.initialize(
      to: State(
        name: name, object: object, status: status, mapping: mapping, words: SharedWords(mapping),
        geometry: geometry, heapStart: geometry.start(.heap), isWritable: isWritable,
        shapes: TableShapes(geometry)))
    return unsafe Segment(state: state)
  }

  static func == (a: Segment, b: Segment) -> Bool { unsafe a.state == b.state }

  /// Ends it; the object is closed, the mapping is left to the caller.
  func destroy() {
    unsafe state.pointee.shapes.destroy()
    unsafe state.deinitialize(count: 1)
    unsafe state.deallocate()
  }

  // Each is true to its word while the segment has not been destroyed; see above.
  var name: String { unsafe state.pointee.name }
  var object: SharedMemoryObject { unsafe state.pointee.object }
  var status: ObjectStatus { unsafe state.pointee.status }
  var mapping: MemoryMapping { unsafe state.pointee.mapping }
  var geometry: Geometry { unsafe state.pointee.geometry }
  var isWritable: Bool { unsafe state.pointee.isWritable }
  /// Whether nothing behind the header is mapped: then no region but that of the participant rows may be believed.
  var isHeaderAlone: Bool { mapping.byteCount == SegmentFormat.headerByteCount }
  @inline(__always) var mutexKind: Int32 { unsafe state.pointee.mutexKind }
  @inline(__always) var words: SharedWords { unsafe state.pointee.words }
  @inline(__always) var heapStart: Int { unsafe state.pointee.heapStart }
  @inline(__always) var windowByteCount: Int { unsafe state.pointee.geometry.windowByteCount }
  @inline(__always) var valueLimit: Int { unsafe state.pointee.geometry.valueLimit }
  /// Whether a value may have so many bytes, as one comparison.
  @inline(__always) func isValueLength(_ byteCount: Int) -> Bool {
    UInt(bitPattern: byteCount &- 1) < UInt(bitPattern: valueLimit)
  }
  @inline(__always) var hashKey: KeyHash.Key { unsafe state.pointee.geometry.hashKey }

  /// The digest of a key of at least one byte.
  @inline(__always)
  func digest(_ key: RawSpan) -> KeyDigest { KeyDigest(key, key: hashKey) }

  /// The same where the caller knows the index of the key's last word.
  @inline(__always)
  func digest(_ key: RawSpan, lastIndex: Int) -> KeyDigest {
    KeyDigest(key, lastIndex: lastIndex, key: hashKey)
  }

  /// Bytes of the heap that may be looked at.
  @inline(__always) var heapLimit: Int { unsafe state.pointee.believedHeap.load(ordering: .relaxed) }

  /// The thread of this process that holds the mutex, or 0.
  var ownerThread: UInt {
    @inline(__always) get { unsafe state.pointee.ownerThread.load(ordering: .relaxed) }
    @inline(__always) nonmutating set { unsafe state.pointee.ownerThread.store(newValue, ordering: .relaxed) }
  }

  /// After a fork: what the parent's thread held, the child does not. `process` is the caller's number.
  func forgetOwner(unless process: UInt64) {
    if unsafe state.pointee.process.exchange(process, ordering: .relaxed) != process { ownerThread = 0 }
  }

  var header: SegmentHeader {
    @inline(__always) get { SegmentHeader(words) }
  }

  func believed(_ region: Region) -> Int {
    switch region {
    case .window0: unsafe state.pointee.believedWindow0.load(ordering: .relaxed)
    case .window1: unsafe state.pointee.believedWindow1.load(ordering: .relaxed)
    case .heap: unsafe state.pointee.believedHeap.load(ordering: .relaxed)
    case .participants: unsafe state.pointee.believedParticipants.load(ordering: .relaxed)
    }
  }

  private func raise(_ region: Region, to byteCount: Int) {
    switch region {
    case .window0: unsafe state.pointee.believedWindow0.max(byteCount, ordering: .relaxed)
    case .window1: unsafe state.pointee.believedWindow1.max(byteCount, ordering: .relaxed)
    case .heap: unsafe state.pointee.believedHeap.max(byteCount, ordering: .relaxed)
    case .participants: unsafe state.pointee.believedParticipants.max(byteCount, ordering: .relaxed)
    }
  }

  /// Looks whether a region has been claimed further; returns what may be looked at now.
  ///
  /// The header's word is only a hint to ask: what counts is that there is no hole before it. Asked from the last
  /// believed byte on, as nothing that was claimed is ever given back.
  @discardableResult
  @inline(never)
  func believe(_ region: Region) -> Int {
    let believed = believed(region)
    let claimed = Int(clamping: header.watermark(region))
    guard claimed > believed, claimed <= geometry.byteCount(region), isWholePages(claimed) else {
      return believed
    }
    let start = geometry.start(region)
    guard isPresent(start + believed..<start + claimed) else { return believed }
    raise(region, to: claimed)
    return claimed
  }

  /// Whether the object has no hole in a range. The file system knows; where somebody has closed our descriptor,
  /// the kernel's page cache does, which cannot tell a page that is swapped out from a hole. It says yes to everything
  /// for a file that the process may not write: who reads only is not told by it.
  private func isPresent(_ range: Range<Int>) -> Bool {
    do throws(SystemFailure) {
      return try object.firstHole(from: range.lowerBound) >= range.upperBound
    } catch {
      return error.errno == EBADF && isWritable && mapping.isInMemory(range)
    }
  }

  /// The live table, found to lie where this process may look.
  ///
  /// Acquire, the partner of `SegmentHeader.publish`: slots read after it belong to this table or a later
  /// one.
  @inline(__always)
  func liveTable() throws(StoreError) -> TableWord {
    if let table = checkedTable() { return table }
    return try check(TableWord(rawValue: words.loadAcquiring(SegmentFormat.tableWord)))
  }

  /// The live table, if it is the one that was found to lie there last. Acquire, as above.
  @inline(__always)
  func checkedTable() -> TableWord? {
    let word = words.loadAcquiring(SegmentFormat.tableWord)
    guard unsafe word == state.pointee.checkedTable.load(ordering: .relaxed) else { return nil }
    return TableWord(rawValue: word)
  }

  @inline(never)
  private func check(_ table: TableWord) throws(StoreError) -> TableWord {
    if table.isRetired { throw .replaced(name: name) }
    guard contains(table) else {
      throw .corrupted(
        name: name, detail: "the table word names 2^\(table.slotsLog2) slots, which are not there")
    }
    unsafe state.pointee.checkedTable.store(table.rawValue, ordering: .relaxed)
    return table
  }

  /// Whether all of a table may be looked at.
  func contains(_ table: TableWord) -> Bool {
    guard (3...geometry.slotsLog2Limit).contains(table.slotsLog2) else { return false }
    if table.isSmall { return !isHeaderAlone }
    let region = Region.window(table.window)
    return table.byteCount <= believed(region) || table.byteCount <= believe(region)
  }

  /// Where a table's slots lie.
  @inline(__always)
  func shape(of table: TableWord) -> TableShape { unsafe state.pointee.shapes[table] }

  /// Claims a region up to at least some bytes; the mutex must be held, or the segment be unnamed yet.
  ///
  /// Takes `preferred` bytes where there is room, else just what is needed.
  func claim(_ region: Region, atLeast needed: Int, preferred: Int? = nil) throws(StoreError) {
    // Rows are claimed without the mutex, and `pending` has no number for them.
    assert(isWritable && region != .participants)
    let limit = geometry.byteCount(region)
    let current = believe(region)
    if needed <= current { return }
    guard Int(clamping: header.watermark(region)) == current else {
      throw .corrupted(name: name, detail: "the watermark of \(region) claims pages that are not there")
    }
    guard needed <= limit else { throw .storeFull(name: name, region: "\(region)", limit: limit) }
    let least = wholePages(needed)
    let target = min(max(least, wholePages(preferred ?? 0)), limit)
    do throws(SystemFailure) {
      try claim(region, from: current, to: target)
    } catch let large {
      guard target > least, (try? claim(region, from: current, to: least)) != nil else {
        throw StoreError(large, name: name, needed: least - current)
      }
    }
  }

  /// Claims the place of a table; that of a small one has been there since the creation.
  func claim(_ table: TableWord) throws(StoreError) {
    if !table.isSmall { try claim(.window(table.window), atLeast: table.byteCount) }
  }

  /// Pages first, then the watermark. A kill in between leaves pages nobody looks at, which the next
  /// claim finds allocated already.
  private func claim(_ region: Region, from current: Int, to target: Int) throws(SystemFailure) {
    header.pending = UInt64(region.rawValue + 1) << 62 | UInt64(target)
    defer { header.pending = 0 }
    let start = geometry.start(region)
    let pages = start + current..<start + target
    do {
      collapse(pages, in: region)
      try makePresent(pages)
    } catch {
      object.release(at: pages.lowerBound, byteCount: pages.count)
      throw error
    }
    moveWatermark(region, to: target)
  }

  /// Allocates pages, and makes those present that are not.
  func makePresent(_ pages: Range<Int>) throws(SystemFailure) {
    try object.allocate(at: pages.lowerBound, byteCount: pages.count)
    try mapping.populate(at: pages.lowerBound, byteCount: pages.count)
  }

  /// Moves a watermark over pages that are there.
  func moveWatermark(_ region: Region, to byteCount: Int) {
    header.setWatermark(region, byteCount)
    raise(region, to: byteCount)
  }

  /// Makes huge pages of what lies in a claim, as far as the kernel has some at hand: a tenth of the time that 512
  /// small ones take, now and when they go back. Whatever comes of it, the claim still has to be made present.
  ///
  /// The kernel puts a huge page only where there is a small one to begin with. One takes 0.1 ms; more where memory has
  /// to be moved for it, or a virtual machine gets it from its host, and the mutex's waiters wait for that. So after
  /// the first that takes more than 1 ms (arbitrary) the rest of the claim is left to be small.
  private func collapse(_ claim: Range<Int>, in region: Region) {
    let byteCount = SegmentFormat.hugePageByteCount
    // Nobody uses the spare window: what it has of a huge page already may be moved into one.
    let movable = region == .heap ? claim.lowerBound : geometry.start(region)
    let first = max(claim.lowerBound & ~(byteCount - 1), wholeHugePages(movable))
    for offset in stride(from: first, through: claim.upperBound - byteCount, by: byteCount) {
      let start = SystemClock.monotonic
      guard (try? object.allocate(at: offset, byteCount: SegmentFormat.pageByteCount)) != nil,
        mapping.collapse(at: offset, byteCount: byteCount), SystemClock.monotonic &- start < 1_000_000
      else { return }
    }
  }

  /// Claims a page more of participant rows; `false` where there is no room, or all are claimed. Takes no mutex: two
  /// that do this at once allocate the same page, and one of them moves the watermark. A kill in between leaves
  /// a page for the next. For the same reason nothing is given back when it fails.
  func addParticipantPage() -> Bool {
    let known = believed(.participants)
    let watermark = header.watermark(.participants)
    if believe(.participants) > known { return true }
    let target = known + SegmentFormat.pageByteCount
    let start = geometry.start(.participants)
    // A watermark above what is there lies, and stays; one below is mended.
    guard watermark <= known, target <= geometry.byteCount(.participants),
      (try? makePresent(start + known..<start + target)) != nil
    else { return false }
    header.moveWatermark(.participants, from: watermark, to: target)
    return believe(.participants) >= target
  }
}

extension Region: CustomStringConvertible {
  /// The words errors use.
  var description: String {
    switch self {
    case .window0, .window1: "index"
    case .heap: "record heap"
    case .participants: "participant table"
    }
  }
}
