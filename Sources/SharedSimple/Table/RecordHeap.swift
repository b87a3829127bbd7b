/// The record heap: blocks carved from the top or taken from the free list of their size.
///
/// Reading needs no lock and proves itself (see "READING" in SegmentFormat); all else needs the mutex.
struct RecordHeap: Sendable {
  let segment: Segment
  let words: SharedWords
  private let start: Int

  @inline(__always)
  init(_ segment: Segment) {
    self.segment = segment
    words = segment.words
    start = segment.heapStart
  }

  @inline(__always)
  func offset(_ record: RecordNumber) -> Int { start &+ record.byteOffset }

  /// Whether a record's two header words may be looked at; believes a newer watermark if need be.
  @inline(__always)
  func contains(_ record: RecordNumber) -> Bool {
    let end = record.byteOffset &+ SegmentFormat.recordHeaderByteCount
    return end <= segment.heapLimit || end <= segment.believe(.heap)
  }

  /// The same below a limit, without a look at a newer one. A record begins at a granule, and a limit is whole pages:
  /// where it begins, its header is.
  @inline(__always)
  func begins(_ record: RecordNumber, below limit: Int) -> Bool { record.byteOffset < limit }

  /// Whether lengths fit their block, and the block lies where this process may look.
  @inline(__always)
  func contains(_ record: RecordNumber, _ lengths: RecordLengths) -> Bool {
    contains(record, lengths, below: segment.heapLimit)
      || contains(record, lengths, below: segment.believe(.heap))
  }

  /// Whether lengths fit their block, and the block lies below a limit; the key has at least one byte.
  @inline(__always)
  func contains(_ record: RecordNumber, _ lengths: RecordLengths, below limit: Int) -> Bool {
    lengths.key > 0 && contains(record, lengths, paddedKey: padded(lengths.key), below: limit)
  }

  /// The same for a record whose key has as many bytes as one that has been looked at.
  @inline(__always)
  func contains(
    _ record: RecordNumber, _ lengths: RecordLengths, of digest: KeyDigest, below limit: Int
  ) -> Bool {
    contains(record, lengths, paddedKey: digest.paddedByteCount, below: limit)
  }

  @inline(__always)
  private func contains(
    _ record: RecordNumber, _ lengths: RecordLengths, paddedKey: Int, below limit: Int
  ) -> Bool {
    let blockByteCount = lengths.granules &* SegmentFormat.granuleByteCount
    let byteCount = SegmentFormat.recordHeaderByteCount &+ paddedKey &+ padded(lengths.value)
    return byteCount <= blockByteCount && segment.isValueLength(lengths.value)
      && record.byteOffset &+ blockByteCount <= limit
  }

  @inline(__always)
  func lengths(_ record: RecordNumber) -> RecordLengths {
    RecordLengths(rawValue: words.load(offset(record) &+ 8))
  }

  /// Asks for the lines that a short record's header and key lie in; any number will do.
  @inline(__always)
  func prefetch(_ record: RecordNumber) {
    words.prefetch(offset(record))
    words.prefetch(offset(record) &+ 40)
  }

  /// Acquire: what the record holds was written before its stamp.
  @inline(__always)
  func stamp(_ record: RecordNumber) -> UInt64 { words.loadAcquiring(offset(record)) }

  /// Where a free block names the next one: over what was a record's key.
  @inline(__always)
  func linkOffset(_ record: RecordNumber) -> Int {
    offset(record) &+ SegmentFormat.recordHeaderByteCount
  }

  /// The next free block behind a free one; `none` behind the last.
  @inline(__always)
  func link(_ record: RecordNumber) -> RecordNumber {
    RecordNumber(rawValue: UInt32(truncatingIfNeeded: words.load(linkOffset(record))))
  }

  @inline(__always)
  func keyOffset(_ record: RecordNumber) -> Int {
    offset(record) &+ SegmentFormat.recordHeaderByteCount
  }

  @inline(__always)
  private func valueOffset(_ record: RecordNumber, _ lengths: RecordLengths) -> Int {
    keyOffset(record) &+ padded(lengths.key)
  }

  /// Whether a record's key has these bytes; `lengths` has been checked.
  @inline(__always)
  func keyEquals(
    _ record: RecordNumber, _ lengths: RecordLengths, _ key: RawSpan, _ digest: KeyDigest
  ) -> Bool {
    lengths.key == key.byteCount
      && words.equal(key, last: digest.lastWord, lastIndex: digest.lastIndex, at: keyOffset(record))
  }

  /// Whether a record's value has these bytes; `lengths` has been checked.
  func valueEquals(_ record: RecordNumber, _ lengths: RecordLengths, _ value: RawSpan) -> Bool {
    lengths.value == value.byteCount
      && words.equal(
        value, last: value.lastWord, lastIndex: value.lastIndex, at: valueOffset(record, lengths))
  }

  /// Copies a record's value out, as much of it as fits; `lengths` has been checked.
  @inline(__always)
  func copyValue(_ record: RecordNumber, _ lengths: RecordLengths, to buffer: UnsafeMutableRawBufferPointer) {
    guard let start = buffer.baseAddress else { return }
    unsafe words.copy(
      at: valueOffset(record, lengths), byteCount: lengths.value, to: start, buffer.count)
  }

  /// The same where the key has been found to be the record's.
  @inline(__always)
  func copyValue(
    _ record: RecordNumber, _ lengths: RecordLengths, of digest: KeyDigest,
    to buffer: UnsafeMutableRawPointer, _ capacity: Int
  ) {
    unsafe words.copy(
      at: keyOffset(record) &+ digest.paddedByteCount, byteCount: lengths.value, to: buffer, capacity)
  }

  /// Copies a record's key out, as much of it as fits; `lengths` has been checked.
  func copyKey(_ record: RecordNumber, _ lengths: RecordLengths, to buffer: UnsafeMutableRawBufferPointer) {
    guard let start = buffer.baseAddress else { return }
    unsafe words.copy(at: keyOffset(record), byteCount: lengths.key, to: start, buffer.count)
  }

  /// The hash of a record's key; `lengths` has been checked.
  func hash(_ record: RecordNumber, _ lengths: RecordLengths) -> UInt32 {
    let start = keyOffset(record)
    return KeyHash.hash(byteCount: lengths.key, key: segment.hashKey) { words.load(start + $0 * 8) }
  }
}
