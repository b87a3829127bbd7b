/// One copy of the data object, checked so far that nothing in it leads outside of it.
struct OriginalImage {
  private let slots: [UInt8]
  private let data: [UInt8]
  let entryCount: Int
  let unitsUsed: Int
  let slotCount: Int
  let unitCount: Int
  let currentUpdate: UInt64

  /// Copies what there is now.
  ///
  /// - Throws: `unsettled` where it makes no sense: the object is just growing, or damaged.
  init(_ objects: OriginalObjects) throws(OriginalError) {
    let header = try objects.readData(at: 0, byteCount: OriginalFormat.Data.slots)
    guard header.count == OriginalFormat.Data.slots else {
      throw .unsettled(name: objects.name, detail: "its data object is empty")
    }
    let (sizes, capacities) = (
      header.word(OriginalFormat.Data.sizes), header.word(OriginalFormat.Data.capacities)
    )
    entryCount = Int(sizes & 0xFFFF_FFFF)
    unitsUsed = Int(sizes >> 32)
    slotCount = Int(capacities & 0xFFFF_FFFF)
    unitCount = Int(capacities >> 32)
    currentUpdate = header.word(OriginalFormat.Data.currentUpdate)
    guard slotCount > 0, entryCount <= slotCount, unitsUsed <= unitCount else {
      throw .unsettled(
        name: objects.name,
        detail:
          "its sizes make no sense (\(entryCount) entries in \(slotCount) slots, \(unitsUsed) of \(unitCount) units); the app is making it grow, or it is damaged"
      )
    }
    let slotByteCount = slotCount * 8
    let dataByteCount = unitsUsed * OriginalFormat.unitByteCount
    let whole = OriginalFormat.Data.slots + slotByteCount + unitCount * OriginalFormat.unitByteCount
    guard slotByteCount + dataByteCount <= OriginalFormat.sampleLimit else {
      throw .tooLarge(
        name: objects.name, byteCount: slotByteCount + dataByteCount, limit: OriginalFormat.sampleLimit)
    }
    guard whole <= objects.dataByteCount else {
      throw .unsettled(
        name: objects.name,
        detail:
          "its data object has \(objects.dataByteCount) of the \(whole) bytes it claims; the app is making it grow, or it was cut"
      )
    }
    slots = try objects.readData(at: OriginalFormat.Data.slots, byteCount: slotByteCount)
    data = try objects.readData(at: OriginalFormat.Data.slots + slotByteCount, byteCount: dataByteCount)
    guard slots.count == slotByteCount, data.count == dataByteCount else {
      throw .unsettled(name: objects.name, detail: "it was cut while it was read")
    }
  }

  /// Where the units begin in the data object.
  var dataOffset: Int { OriginalFormat.Data.slots + slotCount * 8 }

  func slot(_ index: Int) -> OriginalSlot { OriginalSlot(rawValue: slots.word(index * 8)) }

  /// The bytes of a slot's record, key and value; `nil` where they do not lie within the units in use.
  func record(_ slot: OriginalSlot) -> ArraySlice<UInt8>? {
    guard slot.keyUnits > 0, slot.start + slot.keyUnits + OriginalFormat.valueUnits <= unitsUsed else {
      return nil
    }
    let start = slot.start * OriginalFormat.unitByteCount
    return data[start..<start + slot.keyUnits * OriginalFormat.unitByteCount + OriginalFormat.valueByteCount]
  }

  /// Whether another copy is one of the same table.
  func isOfSameTable(as other: OriginalImage) -> Bool {
    slotCount == other.slotCount && unitCount == other.unitCount
  }
}

/// A record taken apart.
struct OriginalRecord {
  let key: ArraySlice<UInt8>
  let value: ArraySlice<UInt8>

  /// `nil` where the bytes are no record: an empty key, or one that does not end in its last unit.
  init?(_ bytes: ArraySlice<UInt8>) {
    let keyBytes = bytes.dropLast(OriginalFormat.valueByteCount)
    guard let end = keyBytes.firstIndex(of: 0), end > keyBytes.startIndex,
      Int.units(ofKey: end - keyBytes.startIndex) * OriginalFormat.unitByteCount == keyBytes.count
    else { return nil }
    key = keyBytes[..<end]
    value = bytes.suffix(OriginalFormat.valueByteCount).prefix { $0 != 0 }
  }
}
