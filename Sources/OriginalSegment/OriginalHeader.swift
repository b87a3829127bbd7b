/// The first three words of the data object, taken apart.
struct OriginalHeader {
  let entryCount: Int
  let unitsUsed: Int
  let slotCount: Int
  let unitCount: Int
  let currentUpdate: UInt64

  /// - Parameter word: gives the word at an offset.
  init(_ word: (Int) -> UInt64) {
    let (sizes, capacities) = (word(OriginalFormat.Data.sizes), word(OriginalFormat.Data.capacities))
    entryCount = Int(sizes & 0xFFFF_FFFF)
    unitsUsed = Int(sizes >> 32)
    slotCount = Int(capacities & 0xFFFF_FFFF)
    unitCount = Int(capacities >> 32)
    currentUpdate = word(OriginalFormat.Data.currentUpdate)
  }

  /// Whether no more is in use than there is.
  var isConsistent: Bool { slotCount > 0 && entryCount <= slotCount && unitsUsed <= unitCount }

  /// Whether the module itself can have come to it. What is consistent may still be somebody else's small numbers.
  var isOfModule: Bool {
    isConsistent && slotCount >= OriginalFormat.Data.firstSlotCount && slotCount.nonzeroBitCount == 1
      && (!isInserting || currentUpdate < slotCount)
  }

  func isOfSameTable(as other: OriginalHeader) -> Bool {
    slotCount == other.slotCount && unitCount == other.unitCount
  }

  var isInserting: Bool { currentUpdate != OriginalFormat.Data.noUpdate }

  /// Where the units begin in the data object.
  var dataOffset: Int { OriginalFormat.Data.slots + slotCount * OriginalFormat.Data.slotByteCount }

  /// Bytes that the data object must have.
  var wholeByteCount: Int { dataOffset + unitCount * OriginalFormat.unitByteCount }

  /// How many slots a search for the key passes before it comes to a slot.
  func distance(to index: Int, of key: some Sequence<UInt8>) -> Int {
    let home = Int(OriginalFormat.hash(key)) % slotCount
    return index >= home ? index - home : index + slotCount - home
  }

  /// The word that says how much is in use.
  static func sizes(entryCount: Int, unitsUsed: Int) -> UInt64 {
    UInt64(entryCount) | UInt64(unitsUsed) << 32
  }

  /// Whether so many committed slots go with the count. Of an insert that is under way, one may be ahead of the other.
  func agrees(withCommitted count: Int) -> Bool {
    count == entryCount || isInserting && abs(count - entryCount) == 1
  }
}
