/// The words of a live segment's header, one accessor a word.
///
/// Plain properties are relaxed: they are written under the mutex, whose acquire and release order
/// them among writers, and observers only show them. Where a word publishes something to readers that
/// take no lock, the accessor says so and names its partner.
struct SegmentHeader: Sendable {
  private typealias F = SegmentFormat
  let words: SharedWords

  init(_ words: SharedWords) { self.words = words }

  var mutex: RobustMutex { @inline(__always) get { words.mutex(at: F.mutex) } }

  /// The thread that has the mutex, or 0, in its own pid namespace: the lock word, the mutex's first 32 bits, whose
  /// two highest ones mark waiters and a dead owner.
  var mutexOwner: Int32 { Int32(truncatingIfNeeded: words.load(F.mutex) & 0x3FFF_FFFF) }

  /// Publishes a table. Readers load it with acquire (`Segment.liveTable`), so they see the new table's
  /// slots and watermark; only the retired bit may change beside us, and then the swap fails.
  func publish(_ table: TableWord, over old: TableWord) -> Bool {
    words.compareExchange(expected: old.rawValue, desired: table.rawValue, at: F.tableWord)
  }

  var table: TableWord {
    @inline(__always) get { TableWord(rawValue: words.loadAcquiring(F.tableWord)) }
  }

  /// Retires the segment; whether it was not before. May come without the mutex.
  func retire() -> Bool { words.setBits(TableWord.retiredBit, at: F.tableWord) & TableWord.retiredBit == 0 }

  var holder: Holder {
    @inline(__always) get { Holder(rawValue: words.load(F.holder)) }
    @inline(__always) nonmutating set { words.store(newValue.rawValue, at: F.holder) }
  }
  var acquisitions: UInt64 {
    @inline(__always) get { words.load(F.acquisitions) }
    @inline(__always) nonmutating set { words.store(newValue, at: F.acquisitions) }
  }
  var heldSince: UInt64 {
    @inline(__always) get { words.load(F.heldSince) }
    @inline(__always) nonmutating set { words.store(newValue, at: F.heldSince) }
  }
  var sequence: UInt64 {
    @inline(__always) get { words.load(F.sequence) }
    @inline(__always) nonmutating set { words.store(newValue, at: F.sequence) }
  }
  var liveCount: UInt64 {
    @inline(__always) get { words.load(F.liveCount) }
    @inline(__always) nonmutating set { words.store(newValue, at: F.liveCount) }
  }
  var removedCount: UInt64 {
    @inline(__always) get { words.load(F.removedCount) }
    @inline(__always) nonmutating set { words.store(newValue, at: F.removedCount) }
  }
  /// Record number of the first granule never carved. Stored with release, after the granule count of the
  /// block below it: who walks blocks loads it with acquire.
  var heapTop: UInt64 {
    @inline(__always) get { words.loadAcquiring(F.heapTop) }
    @inline(__always) nonmutating set { words.storeReleasing(newValue, at: F.heapTop) }
  }
  var freeGranules: UInt64 {
    @inline(__always) get { words.load(F.freeGranules) }
    @inline(__always) nonmutating set { words.store(newValue, at: F.freeGranules) }
  }
  /// The claim under way, named before it is made.
  var pending: UInt64 {
    get { words.load(F.pending) }
    nonmutating set { words.store(newValue, at: F.pending) }
  }
  /// The decided batch, or none. Stored with release: after the list it names, and cleared after the slots.
  var batch: RecordNumber {
    get { RecordNumber(rawValue: UInt32(truncatingIfNeeded: words.loadAcquiring(F.batch))) }
    nonmutating set { words.storeReleasing(UInt64(newValue.rawValue), at: F.batch) }
  }
  var contended: UInt64 {
    get { words.load(F.contended) }
    nonmutating set { words.store(newValue, at: F.contended) }
  }
  var eventCount: UInt64 {
    get { words.loadAcquiring(F.eventCount) }
    nonmutating set { words.storeReleasing(newValue, at: F.eventCount) }
  }
  var transactions: UInt64 {
    get { words.load(F.transactions) }
    nonmutating set { words.store(newValue, at: F.transactions) }
  }
  var transactionKeys: UInt64 {
    get { words.load(F.transactionKeys) }
    nonmutating set { words.store(newValue, at: F.transactionKeys) }
  }
  var rolledBack: UInt64 {
    get { words.load(F.rolledBack) }
    nonmutating set { words.store(newValue, at: F.rolledBack) }
  }
  var recoveries: UInt64 {
    get { words.load(F.recoveries) }
    nonmutating set { words.store(newValue, at: F.recoveries) }
  }
  var clockCount: UInt64 {
    get { words.loadAcquiring(F.clockCount) }
    nonmutating set { words.storeReleasing(newValue, at: F.clockCount) }
  }
  var clockLast: UInt64 {
    get { words.load(F.clockLast) }
    nonmutating set { words.store(newValue, at: F.clockLast) }
  }
  var waitNanoseconds: UInt64 {
    get { words.load(F.waitNanoseconds) }
    nonmutating set { words.store(newValue, at: F.waitNanoseconds) }
  }
  var longestWait: UInt64 {
    get { words.load(F.longestWait) }
    nonmutating set { words.store(newValue, at: F.longestWait) }
  }
  var unlisted: UInt64 { words.load(F.unlisted) }

  /// Claimed bytes of a region, as the header says it: to be believed only by way of `Segment.believe`.
  /// Released after the pages are there.
  func watermark(_ region: Region) -> UInt64 { words.loadAcquiring(F.watermark(region)) }
  func setWatermark(_ region: Region, _ byteCount: Int) {
    words.storeReleasing(UInt64(byteCount), at: F.watermark(region))
  }
  /// The same where others may do so, too: nothing, where somebody was first.
  func moveWatermark(_ region: Region, from old: UInt64, to byteCount: Int) {
    _ = words.compareExchange(expected: old, desired: UInt64(byteCount), at: F.watermark(region))
  }

  /// Head of the free list of a size class.
  @inline(__always)
  func freeList(_ sizeClass: Int) -> RecordNumber {
    RecordNumber(rawValue: UInt32(truncatingIfNeeded: words.load(F.freeLists &+ 8 &* sizeClass)))
  }
  @inline(__always)
  func setFreeList(_ sizeClass: Int, _ record: RecordNumber) {
    words.store(UInt64(record.rawValue), at: F.freeLists &+ 8 &* sizeClass)
  }
}

/// The holder word: which process took the mutex last, and whether it still has it.
struct Holder: Equatable, Sendable {
  var rawValue: UInt64

  init(rawValue: UInt64) { self.rawValue = rawValue }

  /// `row`: index of the participant row, or −1 for an unlisted handle.
  init(pid: Int32, row: Int) {
    rawValue =
      Self.heldBit | UInt64(UInt16(truncatingIfNeeded: row &+ 1)) << 32 | UInt64(UInt32(bitPattern: pid))
  }

  private static let heldBit: UInt64 = 1 << 63
  private static let unrecoverableBit: UInt64 = 1 << 62

  @inline(__always) var isHeld: Bool { rawValue & Self.heldBit != 0 }
  @inline(__always) var isUnrecoverable: Bool { rawValue & Self.unrecoverableBit != 0 }
  @inline(__always) var released: Holder { Holder(rawValue: rawValue & ~Self.heldBit) }
  /// A holder died and its segment is beyond repair: for ever.
  var unrecoverable: Holder { Holder(rawValue: (rawValue & ~Self.heldBit) | Self.unrecoverableBit) }
  var pid: Int32 { Int32(truncatingIfNeeded: rawValue) }
  var row: Int? {
    let number = Int(truncatingIfNeeded: rawValue >> 32 & 0xFFFF)
    return (1...SegmentFormat.participantCapacity).contains(number) ? number - 1 : nil
  }
}
