/// How the slots of a table and the blocks of the heap are used, counted in pieces without the lock.
///
/// Each number was true when its piece was read. A table that is replaced meanwhile is counted from its start.
public struct TableSurvey: Sendable, Hashable {
  /// Of the table that was counted.
  public internal(set) var generation: UInt64 = 0
  /// Its slots.
  public internal(set) var slotCount = 0
  /// Slots that each of ``cells`` stands for; the last one may stand for fewer.
  public internal(set) var slotsPerCell = 1
  /// Used slots of each part of the table, in the order of the slots.
  public internal(set) var cells: [Cell] = []
  /// Live entries by the number of slots a search looks at before it finds them: the first count is of those
  /// that are found in the first one, the last of those that take as many as there are counts, or more.
  public internal(set) var probeLengths: [Int] = []
  /// The longest of them, in slots.
  public internal(set) var longestProbe = 0
  /// Blocks of the heap by size, the smallest first; sizes of which there is none are left out.
  public internal(set) var blocks: [Blocks] = []
  /// Whether all blocks were counted: `false` where their sizes lead nowhere, as in a store that is just being emptied.
  public internal(set) var isHeapWhole = true
  /// Whether all has been counted.
  public internal(set) var isComplete = false

  /// Used slots of a part of a table.
  public struct Cell: Sendable, Hashable {
    /// Slots that lead to an entry.
    public var live = 0
    /// Slots whose entry was removed and that probes still pass.
    public var removed = 0
  }

  /// Blocks of one size.
  public struct Blocks: Sendable, Hashable {
    /// Bytes of each of them.
    public let byteCount: Int
    /// Those that hold an entry.
    public internal(set) var live = 0
    /// Those that wait to be used again, or are just being written.
    public internal(set) var free = 0
  }

  /// Parts of a table that are told apart: more than a screen has room for.
  private static let cellLimit = 4096
  /// Probe lengths that are told apart.
  private static let probeLimit = 64

  private var table: UInt64 = 0
  private var position = 0
  /// The next block; nil until all slots have been counted.
  private var block: UInt64?
  private var bySize: [Blocks?] = []

  /// Makes a survey that has counted nothing yet.
  public init() {}

  /// Makes a complete survey of a table of another format, of which nothing is removed and no block waits.
  ///
  /// - Parameters:
  ///   - isUsed: whether each slot leads to an entry.
  ///   - probeLengths: of each entry, at least 1.
  ///   - recordByteCounts: of each entry.
  package init(isUsed: [Bool], probeLengths lengths: [Int], recordByteCounts: [Int]) {
    self.init(slotCount: isUsed.count)
    for index in isUsed.indices where isUsed[index] { cells[index / slotsPerCell].live += 1 }
    for length in lengths { probeLengths[min(length, Self.probeLimit) - 1] += 1 }
    longestProbe = lengths.max() ?? 0
    for byteCount in recordByteCounts.sorted() {
      if blocks.last?.byteCount != byteCount { blocks.append(Blocks(byteCount: byteCount)) }
      blocks[blocks.count - 1].live += 1
    }
    isComplete = true
  }

  /// How far the counting is, 0 to 1, about.
  public var progress: Double { slotCount == 0 ? 0 : min(1, Double(position) / Double(slotCount)) }

  /// Nothing counted yet of a table of some slots.
  private init(slotCount: Int) {
    self.slotCount = slotCount
    slotsPerCell = max(1, (slotCount + Self.cellLimit - 1) / Self.cellLimit)
    cells = Array(repeating: Cell(), count: (slotCount + slotsPerCell - 1) / slotsPerCell)
    probeLengths = Array(repeating: 0, count: Self.probeLimit)
  }

  private mutating func start(_ index: HashIndex) {
    self = TableSurvey(slotCount: index.slotCount)
    table = index.table.unretired.rawValue
    generation = index.table.generation
    bySize = Array(repeating: nil, count: SizeClass.count)
  }

  /// Counts on for about so many slots.
  mutating func advance(_ segment: Segment, slotLimit: Int) throws(StoreError) {
    guard !isComplete else { return }
    let index = HashIndex(segment, try segment.liveTable())
    if slotCount == 0 || table != index.table.unretired.rawValue { start(index) }
    if position < slotCount {
      countSlots(index, until: min(slotCount, position + slotLimit))
    } else {
      countBlocks(segment, limit: slotLimit / 8)
    }
    // What was read since belongs to another table.
    if segment.header.table.unretired.rawValue != table { self = TableSurvey() }
  }

  private mutating func countSlots(_ index: HashIndex, until end: Int) {
    while position < end {
      let slot = index.slot(position)
      if slot.isLive {
        cells[position / slotsPerCell].live += 1
        let length = ((position - index.home(slot.hash)) & index.mask) + 1
        probeLengths[min(length, Self.probeLimit) - 1] += 1
        longestProbe = max(longestProbe, length)
      } else if slot.isRemoved {
        cells[position / slotsPerCell].removed += 1
      }
      position += 1
    }
  }

  /// Walks from block to block: each one's size is fixed before the heap's top moves past it.
  private mutating func countBlocks(_ segment: Segment, limit: Int) {
    let heap = RecordHeap(segment)
    var next = block ?? UInt64(SegmentFormat.firstRecord)
    let top = segment.header.heapTop
    for _ in 0..<limit {
      guard next < top, let number = UInt32(exactly: next) else { return finish() }
      let record = RecordNumber(rawValue: number)
      guard heap.contains(record), let size = SizeClass.ofBlock(granules: heap.lengths(record).granules)
      else {
        isHeapWhole = false
        return finish()
      }
      let byteCount = size.granules * SegmentFormat.granuleByteCount
      var blocks = bySize[size.index] ?? Blocks(byteCount: byteCount)
      if heap.stamp(record) == 0 { blocks.free += 1 } else { blocks.live += 1 }
      bySize[size.index] = blocks
      next += UInt64(size.granules)
      block = next
    }
  }

  private mutating func finish() {
    blocks = bySize.compactMap { $0 }
    isComplete = true
  }
}
