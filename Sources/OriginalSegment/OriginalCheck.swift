/// Something in an original segment that is not as its layout has it.
public struct OriginalFault: Sendable, Hashable {
  /// What is wrong.
  public enum Kind: String, Sendable, Hashable {
    /// Sizes that contradict what is there.
    case header
    /// A control object that contradicts the data object.
    case control
    /// A slot leads to what is no record, or to the record of another one.
    case slot
    /// A key is there twice, or not where a search finds it.
    case probe
  }
  public var kind: Kind
  /// Offset in the data object of the word at fault, in bytes; for `control`, in the control object.
  public var offset: Int
  /// A sentence with the numbers in it.
  public var message: String
}

extension OriginalReader {
  /// Faults that are told; where one is, there often are many.
  private static let faultLimit = 100

  /// Compares all slots and records with the layout.
  ///
  /// What somebody who holds the mutex may be at work on is not judged.
  ///
  /// - Returns: what is wrong; empty for a sound segment.
  /// - Throws: what ``sample()`` throws.
  /// - Complexity: O(*n* log *n*) in slots.
  /// - Concurrency: takes no lock.
  public func check() throws(OriginalError) -> [OriginalFault] {
    try settled { images, isHeldThroughout throws(OriginalError) in
      var check = OriginalCheck(images)
      check.judgeSlots()
      if !isHeldThroughout, try !mutex().isHeld { check.judgeHeader(promised: try objects.promisedByteCount) }
      return Array(check.faults.prefix(Self.faultLimit))
    }
  }
}

/// The faults of a table, from copies of it that are known to be whole.
private struct OriginalCheck {
  private let images: [OriginalImage]
  private let last: OriginalImage
  private var header: OriginalHeader { last.header }
  private(set) var faults: [OriginalFault] = []
  private var committed = 0
  private var units = 0
  private var unfinished: [Int] = []

  init(_ images: [OriginalImage]) {
    self.images = images
    last = images[images.count - 1]
  }

  private mutating func note(_ kind: OriginalFault.Kind, slot index: Int, _ message: String) {
    note(kind, at: OriginalFormat.Data.slots + index * OriginalFormat.Data.slotByteCount, message)
  }

  private mutating func note(_ kind: OriginalFault.Kind, at offset: Int, _ message: String) {
    faults.append(OriginalFault(kind: kind, offset: offset, message: message))
  }

  mutating func judgeSlots() {
    var freeBefore = [0]
    freeBefore.reserveCapacity(header.slotCount + 1)
    var slotOfKey: [ArraySlice<UInt8>: Int] = [:]
    var records: [(start: Int, units: Int, slot: Int)] = []
    var found: [(slot: Int, key: ArraySlice<UInt8>)] = []
    for index in 0..<header.slotCount {
      let slot = last.slot(index)
      freeBefore.append(freeBefore[index] + (slot.status == .free ? 1 : 0))
      // What has come meanwhile is not whole in the other copies.
      guard images.allSatisfy({ $0.slot(index) == slot }) else { continue }
      guard slot.status == .committed else {
        if slot.status != .free { unfinished.append(index) }
        continue
      }
      committed += 1
      guard let bytes = last.record(slot), let record = OriginalRecord(bytes) else {
        note(.slot, slot: index, "slot \(index) leads to a record that makes no sense")
        continue
      }
      units += slot.keyUnits + OriginalFormat.valueUnits
      records.append((slot.start, slot.keyUnits + OriginalFormat.valueUnits, index))
      if let other = slotOfKey.updateValue(index, forKey: record.key) {
        note(.probe, slot: index, "slots \(other) and \(index) have the same key: one of them is never found")
      }
      found.append((index, record.key))
    }
    for (index, key) in found {
      let distance = header.distance(to: index, of: key)
      let home = (index + header.slotCount - distance) % header.slotCount
      let free =
        home <= index
        ? freeBefore[index] - freeBefore[home]
        : freeBefore[header.slotCount] - freeBefore[home] + freeBefore[index]
      if free > 0 {
        note(.probe, slot: index, "a search for the key of slot \(index) ends at a free slot before it")
      }
    }
    judgeOverlaps(records)
  }

  private mutating func judgeOverlaps(_ records: [(start: Int, units: Int, slot: Int)]) {
    let ordered = records.sorted { ($0.start, $0.slot) < ($1.start, $1.slot) }
    for (record, next) in zip(ordered, ordered.dropFirst()) where record.start + record.units > next.start {
      note(.slot, slot: next.slot, "the records of slots \(record.slot) and \(next.slot) overlap")
    }
  }

  /// Judges what is only true while nobody holds the mutex.
  ///
  /// - Parameter promised: bytes of data that the control object tells processes to map.
  mutating func judgeHeader(promised: Int) {
    typealias Data = OriginalFormat.Data
    let counts = images.map(\.header)
    // Somebody has put meanwhile.
    guard counts.allSatisfy({ $0.entryCount == header.entryCount && $0.unitsUsed == header.unitsUsed })
    else { return }
    if header.isInserting, counts.allSatisfy({ $0.currentUpdate == header.currentUpdate }) {
      note(
        .header, at: Data.currentUpdate,
        "an insert into slot \(header.currentUpdate) was cut short, though nobody holds the lock")
    } else {
      for index in unfinished {
        note(.slot, slot: index, "an insert into slot \(index) was never finished")
      }
    }
    if committed != header.entryCount {
      note(.header, at: Data.sizes, "\(header.entryCount) entries are counted, and \(committed) are there")
    }
    // Of what makes no sense, the size is not known.
    if units != header.unitsUsed, faults.isEmpty {
      note(
        .header, at: Data.sizes,
        "\(header.unitsUsed) units of data are counted as used, and records take \(units)")
    }
    if promised != header.wholeByteCount {
      note(
        .control, at: OriginalFormat.Control.dataByteCount,
        "the control object promises \(promised) bytes of data, and sizes of \(header.wholeByteCount) are told"
      )
    }
  }
}
