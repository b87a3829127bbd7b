/// The word that names the live table (rule R7): generation, log2 of slots, window, retired.
struct TableWord: Equatable, Sendable {
  var rawValue: UInt64

  @inline(__always)
  init(rawValue: UInt64) { self.rawValue = rawValue }

  init(generation: UInt64, slotsLog2: Int, window: Int) {
    rawValue = generation << 8 | UInt64(slotsLog2) << 2 | UInt64(window) << 1
  }

  static let retiredBit: UInt64 = 1

  @inline(__always) var isRetired: Bool { rawValue & Self.retiredBit != 0 }
  /// The word as it was published, whether retired since or not.
  var unretired: TableWord { TableWord(rawValue: rawValue & ~Self.retiredBit) }
  @inline(__always) var window: Int { Int(truncatingIfNeeded: rawValue >> 1 & 1) }
  @inline(__always) var slotsLog2: Int { Int(truncatingIfNeeded: rawValue >> 2 & 63) }
  @inline(__always) var generation: UInt64 { rawValue >> 8 }
  @inline(__always) var slotCount: Int { 1 &<< slotsLog2 }
  @inline(__always) var byteCount: Int { 8 &<< slotsLog2 }
  /// Whether it lies beside the heap, where the creator has claimed room for it, and not in its window.
  var isSmall: Bool { slotsLog2 <= SegmentFormat.smallSlotsLog2(window: window) }

  /// Window and log2 of slots as one number, below 128.
  @inline(__always) var shapeIndex: Int { Int(truncatingIfNeeded: rawValue &>> 1 & 127) }

  /// The word of the next table, in the other window.
  func next(slotsLog2: Int) -> TableWord {
    var word = TableWord(generation: generation &+ 1, slotsLog2: slotsLog2, window: window ^ 1)
    word.rawValue |= rawValue & Self.retiredBit
    return word
  }
}

/// Where the slots of a table lie, and how a hash leads to one.
struct TableShape: Sendable {
  /// Offset of the first slot in the segment.
  let start: Int
  /// A hash's top bits, shifted down by this, are the position of its home.
  let shift: UInt32
  /// Slots less one.
  let mask: UInt32
}

/// The shapes of all tables that a segment's table words can name, computed once: to look one up takes less than to
/// compute it. One for each `TableWord.shapeIndex`, so that any word has one; those of no table are not asked for.
@safe struct TableShapes: @unchecked Sendable {
  private static let count = 128
  private let shapes: UnsafeMutablePointer<TableShape>

  /// Balanced by `destroy`.
  init(_ geometry: Geometry) {
    let shapes = UnsafeMutablePointer<TableShape>.allocate(capacity: Self.count)
    for window in 0...1 {
      let small = SegmentFormat.smallTable(window: window).lowerBound
      let large = geometry.start(.window(window))
      let smallSlotsLog2 = SegmentFormat.smallSlotsLog2(window: window)
      for slotsLog2 in 0..<Self.count / 2 {
        let log2 = UInt32(truncatingIfNeeded: min(slotsLog2, 32))
        unsafe (shapes + (slotsLog2 << 1 | window)).initialize(
          to: TableShape(
            start: slotsLog2 <= smallSlotsLog2 ? small : large, shift: 32 &- log2,
            mask: UInt32(truncatingIfNeeded: UInt64(1) &<< UInt64(log2) &- 1)))
      }
    }
    unsafe self.shapes = unsafe shapes
  }

  func destroy() { unsafe shapes.deallocate() }

  /// An index below 128 is all that the property can be.
  @inline(__always)
  subscript(table: TableWord) -> TableShape { unsafe shapes[table.shapeIndex] }
}
