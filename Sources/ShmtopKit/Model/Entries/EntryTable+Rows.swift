/// What is known of a row: its key, the beginning of its value, and what passes saw happen to it.
extension EntryTable {
  /// What the last passes saw happen to a row.
  public enum Mark: Sendable, Hashable {
    case none, added, changed, removed
  }

  public func mark(_ row: Row) -> Mark {
    let record = records[Int(row)]
    if record.seen < passes { return .removed }
    if record.added > 0, passes < record.added + 2 { return .added }
    return record.changes & 0b11 != 0 ? .changed : .none
  }

  /// Whether the row names an entry, or one that was there a pass ago.
  func isShown(_ row: Row) -> Bool {
    let record = records[Int(row)]
    return record.keyLength > 0 && (record.seen + 1 >= passes || record.isPinned)
  }

  /// Whether the last pass found the row's key.
  func isLive(_ row: Row) -> Bool { records[Int(row)].keyLength > 0 && records[Int(row)].seen >= passes }

  /// Whether the row came or changed since the last order was made.
  func isDirty(_ row: Row) -> Bool { records[Int(row)].isDirty }

  public func isMarked(_ row: Row) -> Bool { records[Int(row)].isMarked }
  public func isPinned(_ row: Row) -> Bool { records[Int(row)].isPinned }

  public func key(_ row: Row) -> [UInt8] { Array(keyBytes(row)) }
  /// Bytes of the key.
  public func keyLength(_ row: Row) -> Int { Int(records[Int(row)].keyLength) }
  public func stamp(_ row: Row) -> UInt64 { records[Int(row)].stamp }
  public func valueLength(_ row: Row) -> Int { Int(records[Int(row)].valueLength) }
  /// The first bytes of the value, at most ``valuePrefixLimit``.
  public func valuePrefix(_ row: Row) -> [UInt8] { Array(prefixBytes(row)) }
  /// In how many of the last 32 passes the entry was another one than in the pass before.
  public func changeCount(_ row: Row) -> Int { records[Int(row)].changes.nonzeroBitCount }

  /// What part of all writes to the store went to the entry lately, 0 to 1, estimated; nil where too few of its
  /// writes were seen.
  public func writeShare(_ row: Row) -> Double? { writes.estimate(row) }

  /// The values that the entry was seen to have, in the order of their writes, as far as they are kept.
  public func history(_ row: Row) -> [SeenValue] { log.values(row: row, hash: records[Int(row)].hash) }

  func keyBytes(_ row: Row) -> ArraySlice<UInt8> {
    let record = records[Int(row)]
    return bytes[record.offset, Int(record.keyLength)]
  }

  func prefixBytes(_ row: Row) -> ArraySlice<UInt8> {
    let record = records[Int(row)]
    return bytes[record.offset + Int(record.keyLength), Int(record.prefixLength)]
  }

  /// The order of two rows' keys, as bytes: negative, 0, positive.
  func compareKeys(_ left: Row, _ right: Row) -> Int {
    let left = records[Int(left)]
    let right = records[Int(right)]
    return bytes.compare(
      left.offset, Int(left.keyLength), right.offset, Int(right.keyLength))
  }

  func comparePrefixes(_ left: Row, _ right: Row) -> Int {
    let left = records[Int(left)]
    let right = records[Int(right)]
    return bytes.compare(
      left.offset + Int(left.keyLength), Int(left.prefixLength),
      right.offset + Int(right.keyLength), Int(right.prefixLength))
  }

  /// The row of a key; nil where no pass has found it.
  public func row(of key: [UInt8]) -> Row? {
    let span = unsafe key.span.bytes  // Bytes have no padding to see.
    let hash = EntryIndex.hash(span)
    return index.row(hash: hash) { records[Int($0)].hash == hash && isKey(of: $0, span) }
  }

  func isKey(of row: Row, _ key: RawSpan) -> Bool {
    let record = records[Int(row)]
    guard Int(record.keyLength) == key.byteCount, key.byteCount > 0 else { return false }
    return bytes.isEqual(key, at: record.offset)
  }
}
