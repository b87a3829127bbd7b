internal import Synchronization

/// One process's attachment to one object: the mapping, the private copy of the geometry, and how far
/// into each region this process may look.
///
/// Shared by all handles of the process on the object (`SegmentRegistry`).
final class Segment: Sendable {
  let name: String
  let object: SharedMemoryObject
  let status: ObjectStatus
  let mapping: MemoryMapping
  let words: SharedWords
  let geometry: Geometry
  let isWritable: Bool
  let heapStart: Int

  /// Claimed bytes of each region that were seen to be there. They only grow; every access to a region is
  /// bounded by them (rule R5).
  private let believedWindow0 = Atomic<Int>(0)
  private let believedWindow1 = Atomic<Int>(0)
  private let believedHeap = Atomic<Int>(0)
  /// The last table word that was found to lie within its window's believed watermark; never a retired one.
  private let checkedTable = Atomic<UInt64>(0)
  /// The thread of this process that holds the mutex, or 0. Private memory: says what the shared
  /// holder word cannot, namely whether it is ourselves.
  let ownerThread = Atomic<UInt>(0)
  private let process = Atomic<UInt64>(ForkWatch.shared.renew())

  /// Takes an object that is known to be a segment: its geometry has been checked.
  init(
    name: String, object: SharedMemoryObject, status: ObjectStatus, mapping: MemoryMapping,
    geometry: Geometry, isWritable: Bool
  ) {
    self.name = name
    self.object = object
    self.status = status
    self.mapping = mapping
    self.geometry = geometry
    self.isWritable = isWritable
    words = SharedWords(mapping)
    heapStart = geometry.start(.heap)
  }

  /// After a fork: what the parent's thread held, the child does not. `process` is the caller's number.
  func forgetOwner(unless process: UInt64) {
    if self.process.exchange(process, ordering: .relaxed) != process { ownerThread.store(0, ordering: .relaxed) }
  }

  var header: SegmentHeader {
    @inline(__always) get { SegmentHeader(words) }
  }

  /// Bytes of the heap that may be looked at.
  @inline(__always)
  var heapLimit: Int { believedHeap.load(ordering: .relaxed) }

  func believed(_ region: Region) -> Int {
    switch region {
    case .window0: believedWindow0.load(ordering: .relaxed)
    case .window1: believedWindow1.load(ordering: .relaxed)
    case .heap: believedHeap.load(ordering: .relaxed)
    }
  }

  private func raise(_ region: Region, to byteCount: Int) {
    switch region {
    case .window0: believedWindow0.max(byteCount, ordering: .relaxed)
    case .window1: believedWindow1.max(byteCount, ordering: .relaxed)
    case .heap: believedHeap.max(byteCount, ordering: .relaxed)
    }
  }

  /// Looks whether a region has been claimed further; returns what may be looked at now.
  ///
  /// The header's word is only a hint to ask: what counts is that the file system knows no hole before it.
  /// Asked from the last believed byte on, as nothing that was claimed is ever given back.
  @discardableResult
  func believe(_ region: Region) -> Int {
    let believed = believed(region)
    let claimed = Int(clamping: header.watermark(region))
    guard claimed > believed, claimed <= geometry.byteCount(region), claimed & 4095 == 0 else { return believed }
    let start = geometry.start(region)
    guard let hole = try? object.firstHole(from: start + believed), hole >= start + claimed else { return believed }
    raise(region, to: claimed)
    return claimed
  }

  /// The live table, found to lie where this process may look.
  ///
  /// Acquire, the partner of `SegmentHeader.publish`: slots read after it belong to this table or a later one.
  @inline(__always)
  func liveTable() throws(StoreError) -> TableWord {
    let word = words.loadAcquiring(SegmentFormat.tableWord)
    if word == checkedTable.load(ordering: .relaxed) { return TableWord(rawValue: word) }
    return try check(TableWord(rawValue: word))
  }

  @inline(never)
  private func check(_ table: TableWord) throws(StoreError) -> TableWord {
    if table.isRetired { throw .replaced(name: name) }
    guard contains(table) else {
      throw .corrupted(name: name, detail: "the table word names 2^\(table.slotsLog2) slots, which are not there")
    }
    checkedTable.store(table.rawValue, ordering: .relaxed)
    return table
  }

  /// Whether all of a table may be looked at.
  func contains(_ table: TableWord) -> Bool {
    guard (3...geometry.slotsLog2Limit).contains(table.slotsLog2) else { return false }
    let region = Region.window(table.window)
    return table.byteCount <= believed(region) || table.byteCount <= believe(region)
  }

  /// Where a table's slots start.
  @inline(__always)
  func start(of table: TableWord) -> Int {
    SegmentFormat.headerByteCount &+ table.window &* geometry.windowByteCount
  }

  /// Claims a region up to at least some bytes; the mutex must be held, or the segment be unnamed yet.
  ///
  /// Takes `preferred` bytes where there is room, else just what is needed.
  func claim(_ region: Region, atLeast needed: Int, preferred: Int? = nil) throws(StoreError) {
    assert(isWritable)
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
        throw .noSpace(
          name: name, needed: least - current, free: SharedMemoryObject.fileSystem().free, errno: large.errno)
      }
    }
  }

  /// Pages first, then the watermark. A kill in between leaves pages nobody looks at, which the next
  /// claim finds allocated already.
  private func claim(_ region: Region, from current: Int, to target: Int) throws(SystemFailure) {
    let start = geometry.start(region)
    header.pending = UInt64(region.rawValue + 1) << 62 | UInt64(target)
    defer { header.pending = 0 }
    do {
      try object.allocate(at: start + current, byteCount: target - current)
      try mapping.populate(at: start + current, byteCount: target - current)
    } catch {
      object.release(at: start + current, byteCount: target - current)
      throw error
    }
    header.setWatermark(region, target)
    raise(region, to: target)
  }
}

extension Region: CustomStringConvertible {
  /// The words errors use.
  var description: String {
    switch self {
    case .window0, .window1: "index"
    case .heap: "record heap"
    }
  }
}
