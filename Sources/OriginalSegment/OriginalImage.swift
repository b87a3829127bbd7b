/// One copy of the data object, checked so far that nothing in it leads outside of it.
struct OriginalImage {
  private let slots: [UInt8]
  private let data: [UInt8]
  let header: OriginalHeader

  /// Copies what there is now.
  ///
  /// - Throws: `unsettled` where it makes no sense: the object is just growing, or damaged.
  init(_ objects: OriginalObjects) throws(OriginalError) {
    guard let header = try objects.header() else {
      throw .unsettled(
        name: objects.name,
        detail: "its data object has \(objects.dataByteCount) bytes, too few for its sizes; "
          + "the app is making it, or died doing so")
    }
    self.header = header
    guard header.isConsistent else {
      throw .unsettled(
        name: objects.name,
        detail:
          "its sizes make no sense (\(header.entryCount) entries in \(header.slotCount) slots, \(header.unitsUsed) of \(header.unitCount) units); the app is making it grow, or it is damaged"
      )
    }
    let slotByteCount = header.slotCount * OriginalFormat.Data.slotByteCount
    let dataByteCount = header.unitsUsed * OriginalFormat.unitByteCount
    guard slotByteCount + dataByteCount <= OriginalFormat.sampleLimit else {
      throw .tooLarge(
        name: objects.name, byteCount: slotByteCount + dataByteCount, limit: OriginalFormat.sampleLimit)
    }
    guard header.wholeByteCount <= objects.dataByteCount else {
      throw .unsettled(
        name: objects.name,
        detail:
          "its data object has \(objects.dataByteCount) of the \(header.wholeByteCount) bytes it claims; the app is making it grow, or it was cut"
      )
    }
    slots = try objects.readData(at: OriginalFormat.Data.slots, byteCount: slotByteCount)
    data = try objects.readData(at: header.dataOffset, byteCount: dataByteCount)
    guard slots.count == slotByteCount, data.count == dataByteCount else {
      throw .unsettled(name: objects.name, detail: "it was cut while it was read")
    }
    // Growing begins with zeros over the header: where it still is the same, none began before all was copied.
    guard let again = try objects.header(), again.isOfSameTable(as: header) else {
      throw .unsettled(name: objects.name, detail: "it grew while it was read")
    }
  }

  func slot(_ index: Int) -> OriginalSlot {
    OriginalSlot(rawValue: slots.word(index * OriginalFormat.Data.slotByteCount))
  }

  /// The bytes of a slot's record, key and value; `nil` where they do not lie within the units in use.
  func record(_ slot: OriginalSlot) -> ArraySlice<UInt8>? {
    guard slot.keyUnits > 0, slot.start + slot.keyUnits + OriginalFormat.valueUnits <= header.unitsUsed else {
      return nil
    }
    let start = slot.start * OriginalFormat.unitByteCount
    return data[start..<start + slot.keyUnits * OriginalFormat.unitByteCount + OriginalFormat.valueByteCount]
  }

  /// Whether another copy is one of the same table.
  func isOfSameTable(as other: OriginalImage) -> Bool {
    header.isOfSameTable(as: other.header)
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
