/// The words of a segment that are fixed at its creation: a process's private copy, checked once.
struct Geometry: Sendable, Hashable {
  var windowByteCount: Int
  var heapByteCount: Int
  var reservation: Int
  var valueLimit: Int
  var initialSlotsLog2: Int
  var hashKey: KeyHash.Key
  var createdWall: UInt64
  var creator: Int32
  var random: UInt64

  /// Where each region starts, and the most it can claim.
  func start(_ region: Region) -> Int {
    switch region {
    case .window0: SegmentFormat.heap + heapByteCount
    case .window1: SegmentFormat.heap + heapByteCount + windowByteCount
    case .heap: SegmentFormat.heap
    case .participants: SegmentFormat.participants
    }
  }

  func byteCount(_ region: Region) -> Int {
    switch region {
    case .window0, .window1: windowByteCount
    case .heap: heapByteCount
    case .participants: SegmentFormat.participantCapacity * SegmentFormat.participantByteCount
    }
  }

  /// The largest table a window holds, as a power of two of slots.
  var slotsLog2Limit: Int { windowByteCount.trailingZeroBitCount - 3 }

  /// Plans a new segment; the numbers have been validated.
  init(reservation requested: Int, valueLimit: Int, initialSlots: Int, creator: Int32) {
    reservation = wholePages(requested)
    windowByteCount = Self.windowByteCount(reservation: requested)
    heapByteCount = Self.heapByteCount(reservation: reservation, windowByteCount: windowByteCount)
    initialSlotsLog2 = Self.slotsLog2(initialSlots: initialSlots)
    self.valueLimit = valueLimit
    self.creator = creator
    hashKey = KeyHash.Key(low: .random(in: .min ... .max), high: .random(in: .min ... .max))
    createdWall = SystemClock.wall
    random = .random(in: .min ... .max)
  }

  /// The largest power of two within an eighth of the reservation. With records of 64 bytes (17-byte keys,
  /// 16-byte values) windows and heap then fill up at about the same number of entries.
  static func windowByteCount(reservation: Int) -> Int {
    1 << (Int.bitWidth - 1 - (wholePages(reservation) / 8).leadingZeroBitCount)
  }

  /// What is left between the small tables and the windows, which begin at a huge page where they are large.
  private static func heapByteCount(reservation: Int, windowByteCount: Int) -> Int {
    typealias F = SegmentFormat
    let alignment = windowByteCount < F.hugePageByteCount ? F.pageByteCount : F.hugePageByteCount
    let windows = (reservation - 2 * windowByteCount) & ~(alignment - 1)
    return windows - SegmentFormat.heap
  }

  /// Rounded up to a power of two.
  static func slotsLog2(initialSlots: Int) -> Int { Int.bitWidth - (initialSlots - 1).leadingZeroBitCount }

  /// The words from offset 0 to the checksum.
  var words: [UInt64] {
    typealias F = SegmentFormat
    var words: [UInt64] = [
      F.magic, F.version, F.byteOrderMark, UInt64(Int.bitWidth), UInt64(F.pageByteCount),
      UInt64(RobustMutex.byteCount), F.glibc,
      UInt64(F.headerByteCount), UInt64(windowByteCount), UInt64(heapByteCount), UInt64(reservation),
      UInt64(valueLimit), UInt64(initialSlotsLog2), hashKey.low, hashKey.high, createdWall,
      UInt64(UInt32(bitPattern: creator)), random, UInt64(F.participantCapacity), UInt64(F.eventCapacity),
      UInt64(F.clockCapacity),
    ]
    words.append(FNV1a.hash(words))
    return words
  }

  /// Checks the words of an existing segment: what is wrong is said in the order in which an operator
  /// would want to know it. The words are a private copy, taken once.
  init(words: [UInt64], objectByteCount: Int, name: String) throws(StoreError) {
    typealias I = SegmentFormat.Identity
    typealias F = SegmentFormat
    func word(_ offset: Int) -> UInt64 { words[offset / 8] }
    func number(_ offset: Int) -> Int { Int(clamping: word(offset)) }
    guard words.count * 8 >= I.byteCount, [F.magic, F.magic.byteSwapped].contains(word(I.magic)) else {
      throw .notASegment(name: name, reason: "it does not begin with a segment's magic number")
    }
    func require(_ property: String, _ offset: Int, _ expected: UInt64) throws(StoreError) {
      guard word(offset) == expected else {
        throw .incompatible(
          name: name, property: property, found: number(offset), expected: Int(clamping: expected))
      }
    }
    try require("byte order mark", I.byteOrder, F.byteOrderMark)
    guard word(I.version) == F.version else {
      throw .unsupportedVersion(name: name, found: number(I.version), supported: Int(F.version))
    }
    guard word(I.checksum) == FNV1a.hash(words[..<(I.checksum / 8)]) else {
      throw .corrupted(name: name, detail: "the checksum of its geometry is wrong")
    }
    try require("pointer width in bits", I.pointerBits, UInt64(Int.bitWidth))
    try require("page size in bytes", I.pageSize, UInt64(F.pageByteCount))
    try require("mutex size in bytes", I.mutexByteCount, UInt64(RobustMutex.byteCount))
    try require("C library (1 = glibc)", I.library, F.glibc)
    try require("header size in bytes", I.headerByteCount, UInt64(F.headerByteCount))
    try require("participant rows", I.participantCapacity, UInt64(F.participantCapacity))
    try require("event ring entries", I.eventCapacity, UInt64(F.eventCapacity))
    try require("write clock entries", I.clockCapacity, UInt64(F.clockCapacity))

    windowByteCount = number(I.windowByteCount)
    heapByteCount = number(I.heapByteCount)
    reservation = number(I.reservation)
    valueLimit = number(I.valueLimit)
    initialSlotsLog2 = number(I.initialSlotsLog2)
    hashKey = KeyHash.Key(low: word(I.hashKeyLow), high: word(I.hashKeyHigh))
    createdWall = word(I.createdWall)
    creator = Int32(truncatingIfNeeded: word(I.creator))
    random = word(I.random)

    // A checksum is no proof of good will: what offsets are computed from is checked by itself.
    let sound =
      F.reservationBounds.contains(reservation) && isWholePages(reservation)
      && windowByteCount >= F.pageByteCount && windowByteCount & (windowByteCount - 1) == 0
      && windowByteCount <= reservation / 8
      && heapByteCount == Self.heapByteCount(reservation: reservation, windowByteCount: windowByteCount)
      && F.valueLimitBounds.contains(valueLimit)
      && initialSlotsLog2 >= 3 && initialSlotsLog2 <= slotsLog2Limit
    guard sound else { throw .corrupted(name: name, detail: "its geometry contradicts itself") }
    guard objectByteCount == reservation else {
      throw .corrupted(
        name: name, detail: "the object has \(objectByteCount) bytes, its header says \(reservation)")
    }
  }
}

/// A byte count rounded up to pages of 4 KiB, the only size the format knows.
func wholePages(_ byteCount: Int) -> Int {
  (byteCount + SegmentFormat.pageByteCount - 1) & ~(SegmentFormat.pageByteCount - 1)
}

func isWholePages(_ byteCount: Int) -> Bool { byteCount & (SegmentFormat.pageByteCount - 1) == 0 }

/// The same to huge pages; also an offset, to where the next one begins.
func wholeHugePages(_ byteCount: Int) -> Int {
  (byteCount + SegmentFormat.hugePageByteCount - 1) & ~(SegmentFormat.hugePageByteCount - 1)
}

/// The parts of a segment that are claimed step by step.
enum Region: Int, Sendable, CaseIterable {
  case window0 = 0
  case window1 = 1
  case heap = 2
  /// Claimed by who needs a row, without the mutex; the others by its holder.
  case participants = 3

  /// The region of a window's number; only the lowest bit counts.
  static func window(_ number: Int) -> Region { number & 1 == 0 ? .window0 : .window1 }
}
