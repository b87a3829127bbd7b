/// Where a record lies: its offset from the start of the heap in granules of 16 bytes.
struct RecordNumber: Equatable, Sendable {
  var rawValue: UInt32

  @inline(__always)
  init(rawValue: UInt32) { self.rawValue = rawValue }

  /// No record: an empty slot, the end of a free list.
  static let none = RecordNumber(rawValue: 0)
  /// What a removed slot points at.
  static let removed = RecordNumber(rawValue: 1)
  static let first = RecordNumber(rawValue: SegmentFormat.firstRecord)

  @inline(__always) var byteOffset: Int { Int(rawValue) &* SegmentFormat.granuleByteCount }
}

/// One word of an index table.
struct Slot: Equatable, Sendable {
  var rawValue: UInt64

  @inline(__always)
  init(rawValue: UInt64) { self.rawValue = rawValue }

  @inline(__always)
  init(record: RecordNumber, hash: UInt32) {
    rawValue = UInt64(record.rawValue) << 32 | UInt64(hash)
  }

  static let empty = Slot(rawValue: 0)
  static let removed = Slot(record: .removed, hash: 0)

  @inline(__always) var hash: UInt32 { UInt32(truncatingIfNeeded: rawValue) }
  @inline(__always) var record: RecordNumber {
    RecordNumber(rawValue: UInt32(truncatingIfNeeded: rawValue >> 32))
  }
  @inline(__always) var isEmpty: Bool { rawValue == 0 }
  /// Neither empty nor live. A damaged slot with record number 0 and a hash is one, too: every count agrees.
  @inline(__always) var isRemoved: Bool { rawValue != 0 && rawValue >> 32 <= 1 }
  /// Points at a record.
  @inline(__always) var isLive: Bool { rawValue >> 32 > 1 }
}

/// Word 1 of a record: granules of its block, bytes of its key and value.
struct RecordLengths: Equatable, Sendable {
  var rawValue: UInt64

  @inline(__always)
  init(rawValue: UInt64) { self.rawValue = rawValue }

  @inline(__always)
  init(granules: Int, key: Int, value: Int) {
    rawValue =
      UInt64(truncatingIfNeeded: granules) << 40 | UInt64(truncatingIfNeeded: key) << 24
      | UInt64(truncatingIfNeeded: value)
  }

  @inline(__always) var granules: Int { Int(truncatingIfNeeded: rawValue >> 40) }
  @inline(__always) var key: Int { Int(truncatingIfNeeded: rawValue >> 24 & 0xFFFF) }
  @inline(__always) var value: Int { Int(truncatingIfNeeded: rawValue & 0xFF_FFFF) }

  /// Bytes of the record with both paddings.
  @inline(__always) var recordByteCount: Int {
    SegmentFormat.recordHeaderByteCount &+ padded(key) &+ padded(value)
  }

  /// The same, of a record to be.
  @inline(__always)
  static func recordByteCount(of digest: KeyDigest, value: RawSpan) -> Int {
    SegmentFormat.recordHeaderByteCount &+ digest.paddedByteCount &+ padded(value.byteCount)
  }
}

/// A byte count rounded up to whole words.
@inline(__always)
func padded(_ byteCount: Int) -> Int { (byteCount &+ 7) & ~7 }

/// The index of the last word of some bytes; −1 of none.
@inline(__always)
func lastWordIndex(_ byteCount: Int) -> Int { (byteCount &- 1) &>> 3 }
