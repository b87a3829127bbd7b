/// One table: a power-of-two array of slots, probed linearly.
///
/// A value, made anew for each operation from a table word that has been checked (`Segment.contains`), so
/// that every position below `slotCount` may be looked at.
struct HashIndex: Sendable {
  let words: SharedWords
  let table: TableWord
  let start: Int
  let mask: Int
  private let shift: UInt32

  @inline(__always)
  init(_ segment: Segment, _ table: TableWord) {
    words = segment.words
    self.table = table
    let shape = segment.shape(of: table)
    start = shape.start
    mask = Int(shape.mask)
    shift = shape.shift
  }

  var slotCount: Int { mask &+ 1 }

  /// Where the probe of a hash begins: its top bits, so that tables of all sizes have the same order.
  @inline(__always)
  func home(_ hash: UInt32) -> Int { Int(truncatingIfNeeded: hash &>> shift) }

  /// The smallest hash whose home is a position; 2³² for the position behind the last.
  func firstHash(at position: Int) -> UInt64 { UInt64(position) << UInt64(shift) }

  @inline(__always)
  func next(_ position: Int) -> Int { (position &+ 1) & mask }

  @inline(__always)
  func offset(_ position: Int) -> Int { start &+ position &* 8 }

  /// Acquire, the partner of `publish`: the record a slot points at was written before it.
  @inline(__always)
  func slot(_ position: Int) -> Slot { Slot(rawValue: words.loadAcquiring(offset(position))) }

  /// Asks for the line of a hash's home.
  @inline(__always)
  func prefetch(_ hash: UInt32) { words.prefetch(offset(home(hash))) }

  /// The first slot on a hash's way that is empty or has the hash; `nil` where a whole round has none.
  @inline(__always)
  func probe(_ hash: UInt32) -> (position: Int, slot: Slot)? {
    var position = home(hash)
    var slot = slot(position)
    var left = mask
    while slot.hash != hash || !slot.isLive, !slot.isEmpty {
      if left == 0 { return nil }
      left &-= 1
      position = next(position)
      slot = self.slot(position)
    }
    return (position, slot)
  }

  /// The store that makes a change real (rule R1). Release: the record is written before it.
  @inline(__always)
  func publish(_ slot: Slot, at position: Int) { words.storeReleasing(slot.rawValue, at: offset(position)) }

  /// Fills the slots with nothing, before the table is published.
  func clear() {
    for offset in stride(from: start, to: start + 8 * slotCount, by: 8) { words.store(0, at: offset) }
  }
}
