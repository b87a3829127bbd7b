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

  /// The word of the next table, in the other window.
  func next(slotsLog2: Int) -> TableWord {
    var word = TableWord(generation: generation &+ 1, slotsLog2: slotsLog2, window: window ^ 1)
    word.rawValue |= rawValue & Self.retiredBit
    return word
  }
}
