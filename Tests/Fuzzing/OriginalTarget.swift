internal import CLinux
internal import Glibc

/// Two objects that all inputs of this process are laid down in, as the Perl module would lay them out.
final class FuzzedOriginal {
  let name = "shmtop-fuzz-\(getpid())"
  private let control: Int32
  private let data: Int32

  init() {
    func object(_ name: String) -> Int32 {
      let descriptor = open("/dev/shm/\(name)", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      precondition(descriptor >= 0, "/dev/shm takes no object")
      return descriptor
    }
    control = object(name)
    data = object(name + "_data")
  }

  func remove() {
    unlink("/dev/shm/\(name)")
    unlink("/dev/shm/\(name)_data")
  }

  /// What lies in both, all of it.
  var content: [[UInt8]] {
    [control, data].map { descriptor in
      var status = stat()
      fstat(descriptor, &status)
      var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
      pread(descriptor, &bytes, bytes.count, 0)
      return bytes
    }
  }

  func lay(down control: [UInt8], _ data: [UInt8]) {
    for (descriptor, bytes) in [(self.control, control), (self.data, data)] {
      ftruncate(descriptor, 0)
      pwrite(descriptor, bytes, bytes.count, 0)
    }
  }
}

/// An original segment with changes, as the fuzzer's bytes say.
///
///     byte 0     the base image, by its number
///     then, change after change, as long as there are bytes:
///     byte 0     bits 7..4 the place (see `Place`), bits 3..0 bytes that follow, less one
///     byte 1, 2  where in the place, little end first; taken modulo the place's size
///     byte 3…    what is put there
struct FuzzedOriginalImage {
  /// What a change may be about.
  private enum Place: Int, CaseIterable {
    case controlWords, sizes, slots, units
    /// The length of the control object, of the data object.
    case controlSize, dataSize
    /// Sixteen slots are all what follows.
    case repeatedSlots
    /// A slot leads to the record of the slot whose number follows.
    case copiedSlot
  }

  private static let bases: [(slots: Int, entries: [(key: [UInt8], value: [UInt8])])] = [
    (64, []),
    (64, (0..<20).map { (Array("user:\($0)".utf8), Array("value \($0)".utf8)) }),
    // As full as can be, and all of one home slot.
    (64, (0..<64).map { (Array("k\($0):a-common-suffix".utf8), Array("\($0)".utf8)) }),
    (256, (0..<100).map { (Array("grown:\($0 * 7919)".utf8), [UInt8](repeating: 0x61, count: 32)) }),
  ]
  private let entries: [(key: [UInt8], value: [UInt8])]
  private(set) var control: [UInt8]
  private(set) var data: [UInt8]

  init(_ input: UnsafeBufferPointer<UInt8>, name: String) {
    let bytes = Array(input)
    let base = Self.bases[Int(bytes.first ?? 0) % Self.bases.count]
    entries = base.entries
    isChanged = bytes.count > 4
    let units = base.entries.reduce(0) { $0 + Int.units(ofKey: $1.key.count) + OriginalFormat.valueUnits }
    let capacity = max(512, units)
    data = [UInt8](repeating: 0, count: OriginalFormat.Data.slots + base.slots * 8 + capacity * 4)
    control = [UInt8](repeating: 0, count: OriginalFormat.Control.byteCount)
    control[0] = 2
    control[OriginalFormat.Control.mutex + 16] = 128
    Self.put(UInt64(data.count), at: OriginalFormat.Control.dataByteCount, &control)
    let dataName = Array((name + "_data").utf8)
    control.replaceSubrange(
      OriginalFormat.Control.dataName..<OriginalFormat.Control.dataName + dataName.count, with: dataName)
    Self.put(UInt64(base.entries.count) | UInt64(units) << 32, at: OriginalFormat.Data.sizes, &data)
    Self.put(UInt64(base.slots) | UInt64(capacity) << 32, at: OriginalFormat.Data.capacities, &data)
    Self.put(OriginalFormat.Data.noUpdate, at: OriginalFormat.Data.currentUpdate, &data)
    var start = 0
    for (key, value) in base.entries {
      var index = Int(OriginalFormat.hash(key)) % base.slots
      while word(slot: index) != 0 { index = (index + 1) % base.slots }
      let keyUnits = Int.units(ofKey: key.count)
      Self.put(
        OriginalSlot(start: start, keyUnits: keyUnits, status: .committed).rawValue,
        at: OriginalFormat.Data.slots + index * 8, &data)
      let offset = OriginalFormat.Data.slots + base.slots * 8 + start * 4
      data.replaceSubrange(offset..<offset + key.count, with: key)
      data.replaceSubrange(offset + keyUnits * 4..<offset + keyUnits * 4 + value.count, with: value)
      start += keyUnits + OriginalFormat.valueUnits
    }
    var rest = bytes.dropFirst(1)
    while rest.count > 3 {
      let head = Array(rest.prefix(3))
      let content = Array(rest.dropFirst(3).prefix(Int(head[0] & 15) + 1))
      let place = Place.allCases[Int(head[0] >> 4) % Place.allCases.count]
      change(place, at: Int(head[1]) | Int(head[2]) << 8, content, slots: base.slots)
      rest = rest.dropFirst(3 + content.count)
    }
  }

  /// Whether anything may be other than the module would make it.
  let isChanged: Bool

  private func word(slot index: Int) -> UInt64 { data.word(OriginalFormat.Data.slots + index * 8) }

  private static func put(_ word: UInt64, at offset: Int, _ bytes: inout [UInt8]) {
    put((0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }, at: offset, &bytes)
  }

  private static func put(_ new: [UInt8], at offset: Int, _ bytes: inout [UInt8]) {
    for (index, byte) in new.enumerated() where offset + index < bytes.count { bytes[offset + index] = byte }
  }

  private mutating func change(_ place: Place, at position: Int, _ bytes: [UInt8], slots: Int) {
    let slotOffset = OriginalFormat.Data.slots + position % slots * 8
    switch place {
    case .controlWords: Self.put(bytes, at: position % (OriginalFormat.Control.byteCount / 8) * 8, &control)
    case .sizes: Self.put(bytes, at: position % 6 * 4, &data)
    case .slots: Self.put(bytes, at: slotOffset, &data)
    case .units:
      let start = OriginalFormat.Data.slots + slots * 8
      Self.put(bytes, at: start + position * 4, &data)
    case .controlSize:
      let byteCount = position % 5000
      control =
        Array(control.prefix(byteCount)) + Array(repeating: 0, count: max(0, byteCount - control.count))
    case .dataSize:
      let byteCount = position * 4
      data = Array(data.prefix(byteCount)) + Array(repeating: 0, count: max(0, byteCount - data.count))
    case .repeatedSlots: for index in 0..<16 { Self.put(bytes, at: slotOffset + index * 8, &data) }
    case .copiedSlot:
      let from = Int(bytes[0]) % slots
      if data.count >= OriginalFormat.Data.slots + slots * 8 {
        Self.put(word(slot: from), at: slotOffset, &data)
      }
    }
  }

  /// What an unchanged one holds.
  var expected: [[UInt8]: [UInt8]] { Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first } }
}

extension Fuzzing {
  nonisolated(unsafe) static let original = FuzzedOriginal()

  /// Looks at a segment of the Perl module: everything that shmtop asks of one. An error is well; a crash, a change of
  /// an object, an entry that cannot be one are found.
  static func lookAtOriginal(_ input: UnsafeBufferPointer<UInt8>) {
    let image = FuzzedOriginalImage(input, name: original.name)
    original.lay(down: image.control, image.data)
    attemptOriginal { _ = OriginalReader.concerns(original.name) }
    attemptOriginal { _ = OriginalReader.concerns(original.name + "_data") }
    attemptOriginal { _ = OriginalReader.isOriginal(original.name) }
    attemptOriginal {
      let reader = try OriginalReader(original.name)
      // Nobody is at work on it: what does not settle at once never does.
      (reader.tries, reader.looks, reader.recordTries) = (2, 2, 2)
      _ = reader.binding
      attemptOriginal { _ = try reader.glance() }
      attemptOriginal { judge(try reader.sample(), image) }
      attemptOriginal {
        let faults = try reader.check()
        if !image.isChanged, !faults.isEmpty { found("faults in a sound one: \(faults)") }
      }
      attemptOriginal {
        var watch = LockWatch()
        watch.note(try reader.mutex(), monotonic: 1)
      }
    }
    if original.content != [image.control, image.data] { found("looking has changed an object") }
  }

  private static func judge(_ sample: OriginalSample, _ image: FuzzedOriginalImage) {
    for entry in sample.entries {
      guard !entry.key.isEmpty, !entry.key.contains(0), entry.value.count <= OriginalFormat.valueByteCount,
        (1...sample.slotCount).contains(entry.probeLength), entry.recordByteCount <= sample.dataByteCount
      else { found("an entry that cannot be one: \(entry)") }
    }
    if sample.isUsed.count != sample.slotCount {
      found("\(sample.isUsed.count) slots of \(sample.slotCount)")
    }
    _ = sample.collision
    _ = sample.growthCount
    guard !image.isChanged else { return }
    let entries = Dictionary(sample.entries.map { ($0.key, $0.value) }) { first, _ in first }
    if entries != image.expected { found("\(entries) is not what was laid down") }
  }

  private static func attemptOriginal(_ body: () throws -> Void) {
    do {
      try body()
    } catch is OriginalError {
    } catch {
      found("an error of another kind: \(error)")
    }
  }
}
