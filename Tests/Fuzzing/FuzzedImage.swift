internal import Glibc

/// A real segment with changes, as the fuzzer's bytes say: the one way from an input to an object.
///
///     byte 0     the base image, by its number
///     byte 1     bit 0: the geometry's checksum is made to fit; bits 2..1: how the mutex is left;
///                bit 3: the checksum of the batch list is made to fit
///     then, change after change, as long as there are bytes:
///     byte 0     bits 7..4 the place (see `Place`), bits 3..0 bytes that follow, less one
///     byte 1, 2  where in the place, little end first; taken modulo the place's size
///     byte 3…    what is put there
///
/// Changes, not whole images: an image is 150 KB, most of it zeros, and a mutation of it nearly always misses
/// what matters. Each place is counted in its own units, so that two bytes reach all of it.
struct FuzzedImage {
  /// What a change may be about.
  enum Place: Int, CaseIterable {
    /// Words of the header, from the identity to the histograms.
    case headerWords
    /// Words of the header, all of them.
    case anyHeaderWord
    case freeLists
    case events
    case clock
    case participants
    /// Slots of a window, the first of them those of its small table.
    case window0
    case window1
    /// The first word of a granule: a record's stamp, or bytes of its key or value.
    case granules
    /// The second word of a granule: a record's lengths.
    case granuleLengths
    /// A page becomes a hole.
    case hole
    /// As many pages as bytes follow are made present.
    case pages
    /// A slot of the live table's window points at the record of the number that follows, with the hash of its key.
    case soundSlot
    /// 256 words from a word of the object on are all what follows.
    case repeated
    /// The record of the number that follows: a copy of the block at the place.
    case copiedBlock
    /// The object's size, in units of 64 bytes.
    case size
  }

  private struct Change {
    let place: Place
    let position: Int
    let bytes: ArraySlice<UInt8>

    /// The bytes as a number, little end first.
    var number: UInt64 { bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  }

  let base: BaseImage
  private let fitsChecksum: Bool
  private let fitsBatchChecksum: Bool
  private let mutex: BaseImage.MutexState
  private let changes: [Change]

  init(_ input: UnsafeBufferPointer<UInt8>, mutex forced: BaseImage.MutexState? = nil) {
    let bytes = Array(input)
    base = BaseImage.all[Int(bytes.first ?? 0) % BaseImage.all.count]
    let flags = bytes.count > 1 ? bytes[1] : 0
    fitsChecksum = flags & 1 != 0
    fitsBatchChecksum = flags & 8 != 0
    mutex = forced ?? BaseImage.MutexState(rawValue: Int(flags >> 1 & 3)) ?? .free
    var changes: [Change] = []
    var rest = bytes.dropFirst(2)
    while rest.count > 3 {
      let head = rest.prefix(3)
      let position = Int(head[head.startIndex + 1]) | Int(head[head.startIndex + 2]) << 8
      let content = rest.dropFirst(3).prefix(Int(head[head.startIndex] & 15) + 1)
      let place = Place.allCases[Int(head[head.startIndex] >> 4)]
      changes.append(Change(place: place, position: position, bytes: content))
      rest = rest.dropFirst(3 + content.count)
    }
    self.changes = changes
  }

  /// Whether every record is as it was put, and where it was: then a read gives what was put, or nothing.
  var recordsAreRight: Bool {
    // The checksum is written wherever the batch word leads.
    !fitsBatchChecksum
      && changes.allSatisfy { change in
        switch change.place {
        case .freeLists, .events, .clock, .participants, .pages: true
        case .headerWords, .anyHeaderWord:
          change.position % words(in: change.place) * 8 >= SegmentFormat.Identity.byteCount
        default: false
        }
      }
  }

  /// How many units a place has.
  private func words(in place: Place) -> Int {
    typealias F = SegmentFormat
    return switch place {
    case .headerWords: F.waitHistogram / 8
    case .anyHeaderWord: F.headerByteCount / 8
    case .freeLists: SizeClass.count
    case .events: F.eventCapacity * F.eventByteCount / 8
    case .clock: F.clockCapacity * F.clockEntryByteCount / 8
    case .participants: F.pageByteCount / 8
    case .window0, .window1, .soundSlot: base.geometry.windowByteCount / 8
    case .granules, .granuleLengths, .copiedBlock: base.geometry.heapByteCount / 16
    case .hole, .pages: base.geometry.reservation / 4096
    case .repeated: base.geometry.reservation / 8
    case .size: 1 << 16
    }
  }

  /// Makes the object what this says.
  func lay(down object: FuzzedObject) {
    object.reset(to: base)
    for change in changes { make(change, in: object) }
    if fitsChecksum { object.fitChecksum() }
    if fitsBatchChecksum { object.fitBatchChecksum(heapStart: base.geometry.start(.heap)) }
    object.leave(mutex)
  }

  private func slotOffset(_ unit: Int, window: Int) -> Int {
    let small = SegmentFormat.smallTable(window: window)
    return unit * 8 < small.count
      ? small.lowerBound + unit * 8
      : base.geometry.start(.window(window)) + unit * 8 - small.count
  }

  private func make(_ change: Change, in object: FuzzedObject) {
    typealias F = SegmentFormat
    let geometry = base.geometry
    let unit = change.position % words(in: change.place)
    let heap = geometry.start(.heap)
    switch change.place {
    case .headerWords, .anyHeaderWord: object.write(change.bytes, at: unit * 8)
    case .freeLists: object.write(change.bytes, at: F.freeLists + unit * 8)
    case .events: object.write(change.bytes, at: F.eventRing + unit * 8)
    case .clock: object.write(change.bytes, at: F.writeClock + unit * 8)
    case .participants: object.write(change.bytes, at: F.participants + unit * 8)
    case .window0: object.write(change.bytes, at: slotOffset(unit, window: 0))
    case .window1: object.write(change.bytes, at: slotOffset(unit, window: 1))
    case .granules: object.write(change.bytes, at: heap + unit * 16)
    case .granuleLengths: object.write(change.bytes, at: heap + unit * 16 + 8)
    case .hole: object.punch(page: unit)
    case .pages: for page in 0..<change.bytes.count { object.populate(page: unit + page) }
    case .soundSlot:
      let record = Int(truncatingIfNeeded: change.number & 0xFFFF)
      let window = Int(object.word(at: F.tableWord) >> 1 & 1)
      let lengths = RecordLengths(rawValue: object.word(at: heap + record * 16 + 8))
      let hash = KeyHash.hash(byteCount: lengths.key, key: geometry.hashKey) {
        object.word(at: heap + record * 16 + 16 + 8 * $0)
      }
      let slot = Slot(record: RecordNumber(rawValue: UInt32(record)), hash: hash)
      object.write(slot.rawValue, at: slotOffset(unit, window: window))
    case .repeated:
      for index in 0..<256 { object.write(change.number, at: (unit + index) * 8) }
    case .copiedBlock:
      let record = Int(truncatingIfNeeded: change.number & 0xFFFF)
      for word in 0..<16 {
        object.write(object.word(at: heap + unit * 16 + word * 8), at: heap + record * 16 + word * 8)
      }
    case .size: object.resize(to: unit * 64)
    }
  }
}
