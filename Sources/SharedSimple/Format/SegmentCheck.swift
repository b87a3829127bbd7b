/// Checks a whole segment against the format; never traps, whatever it finds.
///
/// Without the lock a segment may change while it is looked at: then the check is made again, up to a hundred
/// times, and at last says `unsettled`. What a process that holds the mutex, or has died holding it, may have
/// left half done, namely the words that recovery rebuilds, is then not judged. ``SharedStore/check()`` takes
/// the lock, and always knows.
public enum SegmentCheck {
  /// One thing that is not as the format says.
  public struct Finding: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong.
    public enum Kind: String, Sendable, Hashable, Codable {
      /// The segment was being written at every try, so nothing can be said.
      case unsettled
      /// The table word or a watermark names what is not there.
      case header
      /// A word that recovery rebuilds is wrong: entries are not affected.
      case derived
      /// The heap's blocks cannot be walked to its top.
      case heap
      /// A slot points at what is no sound record of its hash.
      case slot
      /// A key is in the table twice, or not where a probe finds it.
      case probe
    }
    /// What is wrong.
    public var kind: Kind
    /// Offset in the segment of the word at fault, in bytes.
    public var offset: Int
    /// A sentence with the numbers in it.
    public var message: String

    /// The finding in one line.
    public var description: String { "\(kind.rawValue) at byte \(offset): \(message)" }
  }

  /// Checks the segment of a name through a mapping without write permission; leaves no trace.
  ///
  /// - Returns: what is wrong; empty for a sound segment.
  /// - Throws: as ``SharedStore/init(_:mode:options:)`` in mode readOnly.
  /// - Complexity: proportional to blocks and slots; private memory of two bits a granule.
  /// - Concurrency: lock-free.
  public static func run(_ name: String) throws(StoreError) -> [Finding] {
    var options = StoreOptions()
    options.attachTimeout = .zero
    let segment = try SegmentAttacher(name: try SegmentName.normalised(name), options: options).open(
      .readOnly)
    defer { SegmentRegistry.release(segment) }
    let header = segment.header
    for _ in 0..<100 {
      let before = (header.acquisitions, header.holder)
      let findings = run(segment)
      if findings.isEmpty { return [] }
      if before == (header.acquisitions, header.holder) {
        return before.1.isHeld ? findings.filter { $0.kind != .derived } : findings
      }
      SystemClock.sleep(nanoseconds: 1_000_000)
    }
    return [Finding(kind: .unsettled, offset: 0, message: "the segment was being written at every try")]
  }

  /// One pass over a segment that stands still, or is hoped to.
  static func run(_ segment: Segment) -> [Finding] {
    var pass = CheckPass(segment)
    pass.run()
    return pass.findings
  }
}

/// What one pass has found so far. Words that are looked at twice are loaded once, as they may change
/// meanwhile.
private struct CheckPass {
  private typealias F = SegmentFormat
  /// No run of a sound table comes near this (see `TableScan`).
  private static let probeLimit = 4096

  let segment: Segment
  let heap: RecordHeap
  var findings: [SegmentCheck.Finding] = []

  init(_ segment: Segment) {
    self.segment = segment
    heap = RecordHeap(segment)
  }

  private mutating func find(_ kind: SegmentCheck.Finding.Kind, _ offset: Int, _ message: String) {
    // More than a hundred say no more than that much is wrong.
    if findings.count < 100 { findings.append(.init(kind: kind, offset: offset, message: message)) }
  }

  mutating func run() {
    let header = segment.header
    checkWatermarks()
    let table = header.table
    guard segment.contains(table) else {
      find(.header, F.tableWord, "the table word names 2^\(table.slotsLog2) slots, which are not there")
      return
    }
    guard let top = heap.soundTop() else {
      find(.header, F.heapTop, "the heap's top is \(header.heapTop), outside the claimed heap")
      return
    }
    var blocks = GranuleSet(below: Int(top))
    let end = heap.walk(to: top) { record, _ in blocks.insert(record) }
    if end != top {
      find(.heap, segment.heapStart + Int(end) * F.granuleByteCount, "no block here, below the top \(top)")
    }
    let used = checkTable(HashIndex(segment, table), blocks, top)
    checkFreeLists(blocks, used, top)
    if header.batch != .none {
      find(.derived, F.batch, "a batch is decided (record \(header.batch.rawValue)), and nobody makes it")
    }
  }

  private mutating func checkWatermarks() {
    for region in Region.allCases {
      let offset = F.watermark(region)
      let claimed = segment.header.watermark(region)
      let present = UInt64(segment.believe(region))
      if claimed > present {
        find(
          .header, offset, "watermark \(claimed) of the \(region): only \(present) bytes are there")
      } else if segment.header.watermark(region) < present {
        // Loaded once more: that of the rows may move at any time.
        find(
          .header, offset, "watermark \(claimed) of the \(region): it had \(present) bytes before")
      }
    }
  }

  private mutating func checkTable(_ index: HashIndex, _ blocks: GranuleSet, _ top: UInt64) -> GranuleSet {
    let header = segment.header
    var used = GranuleSet(below: Int(top))
    var live: UInt64 = 0
    var removed: UInt64 = 0
    for position in 0..<index.slotCount {
      let slot = index.slot(position)
      if slot.isEmpty { continue }
      guard slot.isLive else {
        removed += 1
        continue
      }
      live += 1
      let offset = index.offset(position)
      guard blocks.contains(slot.record) else {
        find(.slot, offset, "record \(slot.record.rawValue) is not a block")
        continue
      }
      if used.contains(slot.record) { find(.slot, offset, "record \(slot.record.rawValue) has two slots") }
      used.insert(slot.record)
      checkRecord(slot, position, index)
    }
    if live != header.liveCount {
      find(.derived, F.liveCount, "\(header.liveCount) live entries, counted \(live)")
    }
    if removed != header.removedCount {
      find(.derived, F.removedCount, "\(header.removedCount) removed slots, counted \(removed)")
    }
    return used
  }

  private mutating func checkRecord(_ slot: Slot, _ position: Int, _ index: HashIndex) {
    let offset = index.offset(position)
    let lengths = heap.lengths(slot.record)
    guard heap.contains(slot.record, lengths), lengths.value <= segment.geometry.valueLimit else {
      find(.slot, offset, "the lengths of record \(slot.record.rawValue) are impossible")
      return
    }
    let stamp = heap.stamp(slot.record)
    if stamp == 0 { find(.slot, offset, "record \(slot.record.rawValue) is marked free") }
    if stamp > F.sequenceLimit { find(.slot, offset, "stamp \(stamp) is beyond any write's") }
    if stamp > segment.header.sequence {
      find(.derived, F.sequence, "stamp \(stamp) is above the sequence \(segment.header.sequence)")
    }
    guard heap.hash(slot.record, lengths) == slot.hash else {
      find(.slot, offset, "the key of record \(slot.record.rawValue) has another hash")
      return
    }
    // From the hash's place to here: no empty slot, and no other slot with this key.
    var probe = index.home(slot.hash)
    var probes = 0
    while probe != position {
      probes += 1
      guard probes <= Self.probeLimit else {
        find(.probe, offset, "it lies more than \(Self.probeLimit) slots behind its home")
        return
      }
      let other = index.slot(probe)
      if other.isEmpty {
        find(.probe, offset, "a probe for this key ends before it, at an empty slot")
        return
      }
      if other.isLive, other.hash == slot.hash, keysAreEqual(other.record, slot.record) {
        find(.probe, offset, "this key has another slot before this one")
      }
      probe = index.next(probe)
    }
  }

  private func keysAreEqual(_ a: RecordNumber, _ b: RecordNumber) -> Bool {
    guard heap.contains(a) else { return false }
    let (lengths, other) = (heap.lengths(a), heap.lengths(b))
    guard heap.contains(a, lengths), lengths.key == other.key else { return false }
    return (0..<(padded(lengths.key) / 8)).allSatisfy { word in
      let offset = F.recordHeaderByteCount + 8 * word
      return segment.words.load(heap.offset(a) + offset) == segment.words.load(heap.offset(b) + offset)
    }
  }

  /// Each block is an entry's or on the free list of its size, and nothing is on two lists.
  private mutating func checkFreeLists(_ blocks: GranuleSet, _ used: GranuleSet, _ top: UInt64) {
    let header = segment.header
    var free = GranuleSet(below: Int(top))
    var freeGranules: UInt64 = 0
    for sizeClass in 0..<SizeClass.count {
      var record = header.freeList(sizeClass)
      while record != .none {
        let offset = F.freeLists + 8 * sizeClass
        guard blocks.contains(record), !used.contains(record), !free.contains(record) else {
          find(
            .derived, offset, "free list \(sizeClass) leads to record \(record.rawValue), which is not free")
          break
        }
        let granules = heap.lengths(record).granules
        if SizeClass.ofBlock(granules: granules)?.index != sizeClass {
          find(
            .derived, offset, "record \(record.rawValue) of \(granules) granules is on free list \(sizeClass)"
          )
        }
        free.insert(record)
        freeGranules &+= UInt64(granules)
        record = heap.link(record)
      }
    }
    if freeGranules != header.freeGranules {
      find(.derived, F.freeGranules, "\(header.freeGranules) free granules, counted \(freeGranules)")
    }
    var lost = 0
    _ = heap.walk(to: top) { record, granules in
      let isReusable = SizeClass.ofBlock(granules: granules) != nil
      if isReusable, !used.contains(record), !free.contains(record) { lost += 1 }
    }
    if lost > 0 { find(.derived, F.freeLists, "\(lost) blocks are neither used nor on a free list") }
  }
}
