/// The entries of a segment as the last pass over it found them, in little memory.
///
/// A pass hands in every entry once, in whatever order the segment's table has. A row keeps its number
/// from pass to pass, so that an order of rows stays good while their contents change. Keys, and the
/// first bytes of values, lie end to end; a row is 48 bytes beside them. All of it grows in pieces: where there are
/// millions of entries, nothing waits while they are moved to where there is more room.
public struct EntryTable {
  /// The number of a row. It names the same key until the row is released.
  public typealias Row = UInt32

  /// Bytes of a value that are kept: what a wide terminal can show of it, and enough to sort by.
  public static let valuePrefixLimit = 64
  static let none = Row.max

  private(set) var records = Chunks<Record>()
  private(set) var bytes = ByteChunks()
  private var unusedByteCount = 0
  private(set) var index = EntryIndex()
  private var freeRows: [Row] = []
  /// The row noted last in the pass that is under way.
  private var lastNoted = none
  private var firstNoted = none
  private var notedCount = 0
  /// Which keys are written how often.
  private(set) var writes = WriteShares()
  /// Rows that came or changed since the last order was made; each stands in it once.
  private(set) var dirty = Chunks<Row>()

  /// The values that were seen last.
  private(set) var log = ChangeLog()
  /// When what is told now was seen.
  private var wall: UInt64 = 0
  /// Keys that are kept on top, whether they are there or not.
  private(set) var pins: [[UInt8]] = []
  /// Rows the operator has marked.
  private(set) var markedCount = 0

  /// Passes completed.
  public private(set) var passes: UInt32 = 0
  /// Keys that the last complete pass found.
  public private(set) var liveCount = 0

  public init() {}

  /// Rows there are room for; not all need to be in use.
  public var rowCount: Int { records.count }

  /// Bytes of memory this table takes, roughly.
  public var footprint: Int {
    records.capacity * MemoryLayout<Record>.stride + bytes.capacity + index.footprint + log.footprint
      + (dirty.capacity + freeRows.capacity) * MemoryLayout<Row>.stride
  }

  // MARK: - A pass

  /// Begins a pass.
  ///
  /// - Parameters:
  ///   - wall: the time.
  ///   - sequence: how far the store's writes have come; nil where that is not known.
  public mutating func beginPass(wall: UInt64 = 0, sequence: UInt64? = nil) {
    self.wall = wall
    if let sequence { writes.begin(at: sequence) }
    lastNoted = Self.none
    notedCount = 0
  }

  /// Takes down one entry.
  ///
  /// - Parameter length: of the whole value, where `value` is only its beginning.
  /// - Returns: its row.
  @discardableResult
  public mutating func note(key: RawSpan, value: RawSpan, length: Int? = nil, stamp: UInt64) -> Row {
    let pass = passes + 1
    let guess = lastNoted == Self.none ? firstNoted : records[Int(lastNoted)].successor
    var row = guess
    if guess == Self.none || !isKey(of: guess, key) {
      let hash = EntryIndex.hash(key)
      row = index.row(hash: hash) { records[Int($0)].hash == hash && isKey(of: $0, key) } ?? Self.none
      if row == Self.none {
        row = insert(key: key, hash: hash, value: value, length: length, stamp: stamp, pass: pass)
      }
    }
    if lastNoted == Self.none { firstNoted = row } else { records[Int(lastNoted)].successor = row }
    lastNoted = row

    var record = records[Int(row)]
    guard record.seen != pass else { return row }
    notedCount += 1
    let elapsed = pass - record.seen
    record.changes = elapsed < 32 ? record.changes << elapsed : 0
    let hasVanished = record.seen < passes
    record.seen = pass
    writes.note(row, stamp: stamp)
    let hasChanged = record.stamp != stamp
    if hasChanged {
      // The first change in a while: what was there before has not been taken down yet.
      if record.changes == 0 { log(row, wall: 0) }
      record.changes |= 1
      record.stamp = stamp
    }
    records[Int(row)] = record
    if hasChanged { keepValue(value, length: length, of: row) }
    if hasChanged || hasVanished { markDirty(row) }
    return row
  }

  /// Ends a pass that has visited every entry.
  ///
  /// - Parameter removedShare: the part of the store's writes that are removals.
  public mutating func endPass(removedShare: Double = 0) {
    for row in writes.finish(removedShare: removedShare) { move(row) }
    passes += 1
    liveCount = notedCount
  }

  /// The entries that seem to be written most: looked up when a pass begins, they are known as of one moment, however
  /// long the pass takes.
  var hotRows: [Row] { writes.hot }

  /// Takes what one of these is when a pass has just begun.
  mutating func noteHot(_ row: Row, stamp: UInt64) { writes.noteLookedUp(row, stamp: stamp) }

  /// Forgets which rows came or changed: an order has been made that knows of them.
  mutating func clearDirty() {
    for place in dirty.indices { records[Int(dirty[place])].isDirty = false }
    dirty = Chunks()
  }

  /// Takes what an entry is now, between two passes. Its place in an order waits for the next one.
  mutating func refresh(_ row: Row, value: RawSpan, stamp: UInt64, wall: UInt64) {
    guard records[Int(row)].stamp != stamp, records[Int(row)].keyLength > 0 else { return }
    self.wall = wall
    if records[Int(row)].changes == 0 { log(row, wall: 0) }
    records[Int(row)].stamp = stamp
    records[Int(row)].changes |= 1
    keepValue(value, length: nil, of: row)
    markDirty(row)
  }

  private mutating func markDirty(_ row: Row) {
    records[Int(row)].isUnrecorded = true
    move(row)
  }

  /// Takes it that the row may stand elsewhere in an order by now.
  private mutating func move(_ row: Row) {
    guard !records[Int(row)].isDirty else { return }
    records[Int(row)].isDirty = true
    dirty.append(row)
  }

  // MARK: - A pass that is told as differences from the one before

  /// Takes it that all is as the last pass found it, but for what is told now.
  mutating func carryOver() {
    let pass = passes + 1
    for row in records.indices where records[row].seen == passes && records[row].keyLength > 0 {
      records[row].seen = pass
      records[row].changes <<= 1
      notedCount += 1
    }
  }

  /// Takes down what an entry has become.
  mutating func change(_ row: Row, value: RawSpan, length: Int, stamp: UInt64) {
    if records[Int(row)].changes == 0 { log(row, wall: 0) }
    records[Int(row)].stamp = stamp
    records[Int(row)].changes |= 1
    keepValue(value, length: length, of: row)
    markDirty(row)
  }

  /// Takes what a pass that has been told shows of who is written how often, as of the youngest write in it: how far
  /// writes had come when it began is not told. Where many came in during the pass, as in a large store, the
  /// busiest keys are credited with too little.
  mutating func noteWrites() {
    let live = records.indices.filter { records[$0].keyLength > 0 && records[$0].seen == passes + 1 }
    guard let youngest = live.map({ records[$0].stamp }).max() else { return }
    writes.begin(at: youngest)
    for row in live { writes.note(Row(row), stamp: records[row].stamp) }
  }

  /// Takes down that an entry is gone.
  mutating func remove(_ row: Row) {
    guard records[Int(row)].seen == passes + 1 else { return }
    records[Int(row)].seen = passes
    notedCount -= 1
  }

  // MARK: - Recording

  /// Gives up what only an order of the rows would need: there is none.
  public mutating func forget() {
    clearDirty()
    releaseExpired()
  }

  /// Takes it that what the row shows is written down.
  mutating func noteRecorded(_ row: Row) { records[Int(row)].isUnrecorded = false }

  // MARK: - Rows that are given up

  /// Gives up the rows of keys that were in neither of the last two passes. Orders that hold them are
  /// worth nothing after it.
  mutating func releaseExpired() {
    guard liveCount + freeRows.count < records.count else { return }
    for row in 0..<Row(records.count) where records[Int(row)].keyLength > 0 && !isShown(row) {
      index.remove(row, hash: records[Int(row)].hash) { records[Int($0)].hash }
      unusedByteCount += Int(records[Int(row)].keyLength) + Int(records[Int(row)].prefixCapacity)
      setMarked(false, row)
      writes.forget(row)
      records[Int(row)].keyLength = 0
      records[Int(row)].prefixLength = 0
      records[Int(row)].prefixCapacity = 0
      freeRows.append(row)
    }
    if unusedByteCount > 1 << 20, unusedByteCount > bytes.count / 2 { compact() }
  }

  // MARK: - Marks and pins

  mutating func setMarked(_ isMarked: Bool, _ row: Row) {
    guard records[Int(row)].isMarked != isMarked, records[Int(row)].keyLength > 0 else { return }
    records[Int(row)].isMarked = isMarked
    markedCount += isMarked ? 1 : -1
  }

  /// Marks what is marked in another table, and nothing else.
  mutating func takeMarks(of other: EntryTable) {
    if markedCount > 0 {
      for row in records.indices where records[row].isMarked { setMarked(false, Row(row)) }
    }
    guard other.markedCount > 0 else { return }
    for row in other.records.indices where other.records[row].isMarked {
      if let own = self.row(of: other.key(Row(row))) { setMarked(true, own) }
    }
  }

  /// Keeps a key on top from the next order on, or does not any more.
  mutating func setPinned(_ isPinned: Bool, _ key: [UInt8]) {
    pins.removeAll { $0 == key }
    if isPinned { pins.append(key) }
    guard let row = row(of: key) else { return }
    records[Int(row)].isPinned = isPinned
    markDirty(row)
  }

  // MARK: - Bytes

  private mutating func insert(
    key: RawSpan, hash: UInt32, value: RawSpan, length: Int?, stamp: UInt64, pass: UInt32
  ) -> Row {
    let kept = min(value.byteCount, Self.valuePrefixLimit)
    var record = Record(
      offset: bytes.begin(key.byteCount + kept), stamp: stamp, hash: hash, successor: Self.none,
      valueLength: UInt32(clamping: length ?? value.byteCount), changes: 0, seen: pass - 1,
      added: pass == 1 ? 0 : pass, keyLength: UInt16(key.byteCount), prefixLength: UInt8(kept),
      prefixCapacity: UInt8(kept), isDirty: false)
    bytes.append(key, count: key.byteCount)
    bytes.append(value, count: kept)
    if !pins.isEmpty {
      record.isPinned = pins.contains { bytes[record.offset, key.byteCount].elementsEqual($0) }
    }
    let row: Row
    if let free = freeRows.popLast() {
      row = free
      records[Int(row)] = record
    } else {
      row = Row(records.count)
      records.append(record)
    }
    index.insert(row, hash: hash) { records[Int($0)].hash }
    markDirty(row)
    return row
  }

  private mutating func keepValue(_ value: RawSpan, length: Int?, of row: Row) {
    let kept = min(value.byteCount, Self.valuePrefixLimit)
    var record = records[Int(row)]
    if kept > Int(record.prefixCapacity) {
      // Moves to the end, with room for the value to grow a little without moving again.
      let capacity = min(Self.valuePrefixLimit, (kept + 7) & ~7)
      unusedByteCount += Int(record.keyLength) + Int(record.prefixCapacity)
      // Copied out first: a slice that shares the storage would have all of it copied.
      let key = Array(bytes[record.offset, Int(record.keyLength)])
      record.offset = bytes.begin(key.count + capacity)
      bytes.append(key)
      bytes.append(repeatElement(0, count: capacity))
      record.prefixCapacity = UInt8(capacity)
    }
    record.prefixLength = UInt8(kept)
    record.valueLength = UInt32(clamping: length ?? value.byteCount)
    records[Int(row)] = record
    bytes.write(value, count: kept, at: record.offset + Int(record.keyLength))
    log(row, wall: wall)
  }

  private mutating func log(_ row: Row, wall: UInt64) {
    let record = records[Int(row)]
    log.append(
      row: row, hash: record.hash, stamp: record.stamp, wall: wall, length: record.valueLength,
      prefix: valuePrefix(row))
  }

  private mutating func compact() {
    var packed = ByteChunks()
    for row in records.indices where records[row].keyLength > 0 {
      let record = records[row]
      let length = Int(record.keyLength) + Int(record.prefixCapacity)
      records[row].offset = packed.begin(length)
      packed.append(bytes[record.offset, length])
    }
    bytes = packed
    unusedByteCount = 0
  }
}
