internal import CLinux
internal import Glibc

/// Reads an original segment while its app runs: no lock, no mapping, nothing written.
public final class OriginalReader {
  let objects: OriginalObjects

  /// Opens the objects that a name leads to.
  ///
  /// - Parameter name: the name of the control object, without a slash.
  /// - Throws: `notFound`, `dataMissing`, `controlMissing`, `foreign`, `settingUp`, `permissionDenied`,
  ///   `system`.
  /// - Complexity: some system calls; nothing is read but the control object.
  public init(_ name: String) throws(OriginalError) { objects = try OriginalObjects(name) }

  public var identity: OriginalIdentity { objects.identity }

  /// Whether an object of this name begins as a control object does.
  public static func isOriginal(_ name: String) -> Bool { OriginalObjects.isControl(name) }

  /// Whether an object is laid out as the data of an original segment.
  public static func isData(_ object: String) -> Bool { OriginalObjects.isData(object) }

  /// Whether what the name leads to is an original segment, or may be what is left of one: then opening it says
  /// what is wrong.
  public static func concerns(_ name: String) -> Bool { OriginalObjects.concerns(name) }

  /// Names of all objects of this machine.
  public static func objectNames() -> [String] { OriginalObjects.names() }

  /// What the name leads to now.
  public enum Binding: Sendable { case bound, replaced, unlinked }

  public var binding: Binding {
    if objects.isCurrent { return .bound }
    return objects.isNamed ? .replaced : .unlinked
  }

  /// The mutex now. One system call.
  public func mutex() throws(OriginalError) -> OriginalMutex { try objects.mutex }

  /// Bytes free, and all bytes, of the file system that holds the objects.
  public var fileSystem: (free: Int, total: Int) { objects.fileSystem }

  /// Takes a sample without the entries: cheap, whatever the size of the segment.
  ///
  /// - Throws: `unsettled` where the app is just making its segment grow; `settingUp`, and what reading throws.
  public func glance() throws(OriginalError) -> OriginalSample {
    for _ in 0..<tries {
      guard try objects.state == OriginalFormat.Control.ready else { throw .settingUp(name: objects.name) }
      let header = try objects.header()
      guard let header, header.isConsistent, header.wholeByteCount <= objects.dataByteCount else {
        usleep(500)
        continue
      }
      var sample = OriginalSample(header, allocated: objects.allocated)
      sample.mutex = try objects.mutex
      return sample
    }
    throw .unsettled(
      name: objects.name,
      detail: "its sizes make no sense; the app is making it grow, or died doing so, or it is damaged")
  }

  /// Copies tried before a sample is given up: each takes as long as the segment is large.
  var tries = 20
  /// Looks for a moment at which the mutex is free, between two copies; with a pause of 20 µs from the 100th
  /// on.
  var looks = 400
  /// Reads of a record that changes all the time; arbitrary.
  var recordTries = 64

  /// Takes a sample.
  ///
  /// - Throws: `unsettled` where the app is making its segment grow, or died doing so; `tooLarge`,
  ///   `settingUp`, and what reading throws. The sample before stays true of its moment.
  /// - Complexity: three copies of the index and the data in use, each as fast as memory; three times as much
  ///   memory.
  /// - Concurrency: takes no lock, waits some 10 ms at most for a moment at which the mutex is free.
  public func sample() throws(OriginalError) -> OriginalSample {
    try settled { images, isHeldThroughout throws(OriginalError) in
      try merge(images, isHeldThroughout: isHeldThroughout)
    }
  }

  /// Hands three copies of the same table on, between each two of which the mutex was free or changed hands.
  func settled<R>(
    _ body: (_ images: [OriginalImage], _ isHeldThroughout: Bool) throws(OriginalError) -> R
  ) throws(OriginalError) -> R {
    var last = OriginalError.unsettled(name: objects.name, detail: "its table changes all the time")
    for _ in 0..<tries {
      guard try objects.state == OriginalFormat.Control.ready else { throw .settingUp(name: objects.name) }
      do throws(OriginalError) {
        let first = try OriginalImage(objects)
        let wasFree = try awaitFreeMoment()
        let second = try OriginalImage(objects)
        let wasFreeAgain = try awaitFreeMoment()
        let third = try OriginalImage(objects)
        guard first.isOfSameTable(as: second), second.isOfSameTable(as: third) else { continue }
        return try body([first, second, third], !(wasFree && wasFreeAgain))
      } catch .unsettled(let name, let detail) {
        last = .unsettled(name: name, detail: detail)
        usleep(500)
      }
    }
    throw last
  }

  /// Waits until the mutex is free, or somebody else's: whoever wrote before has finished.
  ///
  /// - Returns: false where the same thread held it all the time.
  private func awaitFreeMoment() throws(OriginalError) -> Bool {
    let start = try objects.mutex
    for look in 0..<looks {
      let now = try objects.mutex
      // The owner is cleared before the lock word.
      if !now.isHeld || now.owner == 0 && start.owner != 0 || now.owner != start.owner && start.owner != 0 {
        return true
      }
      if look >= 100 { usleep(20) }
    }
    return false
  }

  private func merge(
    _ images: [OriginalImage], isHeldThroughout: Bool
  ) throws(OriginalError) -> OriginalSample {
    let last = images[images.count - 1]
    let header = last.header
    var sample = OriginalSample(header, allocated: objects.allocated)
    sample.isHeldThroughout = isHeldThroughout
    // Records of a sound store lie side by side; what claims more bytes than there are is damaged.
    var unitsLeft = header.unitsUsed
    var committed = 0
    for index in 0..<header.slotCount {
      let slot = last.slot(index)
      sample.isUsed.append(slot.status != .free)
      guard slot.status == .committed else { continue }
      committed += 1
      // One that has come meanwhile is in the next sample: its record may lie behind what this copy has.
      guard images.allSatisfy({ $0.slot(index) == slot }) else { continue }
      unitsLeft -= slot.keyUnits + OriginalFormat.valueUnits
      guard unitsLeft >= 0, let bytes = last.record(slot), let record = OriginalRecord(bytes) else {
        sample.damagedSlots += 1
        continue
      }
      var value = record.value
      if !images.allSatisfy({ $0.record(slot) == bytes }) {
        guard let settled = try settle(slot, key: record.key, in: last) else {
          sample.restlessEntries += 1
          continue
        }
        value = settled
      }
      let distance = header.distance(to: index, of: record.key)
      sample.entries.append(
        OriginalSample.Entry(key: Array(record.key), value: Array(value), probeLength: distance + 1))
    }
    // While all is copied back after a growth, sizes come before slots.
    if !header.agrees(withCommitted: committed), isHeldThroughout {
      throw .unsettled(
        name: objects.name,
        detail:
          "it counts \(header.entryCount) entries and has \(committed); its owner stands in the midst of growth"
      )
    }
    sample.mutex = try objects.mutex
    return sample
  }

  /// The value of a record that was another in each copy: two reads that agree, with a moment between them at
  /// which the mutex was free or changed hands.
  private func settle(
    _ slot: OriginalSlot, key: ArraySlice<UInt8>, in image: OriginalImage
  ) throws(OriginalError) -> ArraySlice<UInt8>? {
    let offset = image.header.dataOffset + slot.start * OriginalFormat.unitByteCount
    let byteCount = slot.keyUnits * OriginalFormat.unitByteCount + OriginalFormat.valueByteCount
    for _ in 0..<recordTries {
      let before = try objects.readData(at: offset, byteCount: byteCount)
      guard before.count == byteCount, let record = OriginalRecord(before[...]), record.key.elementsEqual(key)
      else {
        return nil
      }
      guard try awaitFreeMoment() else { return nil }
      if try objects.readData(at: offset, byteCount: byteCount) == before { return record.value }
    }
    return nil
  }
}
