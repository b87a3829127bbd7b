internal import Glibc

/// A real segment, taken apart: what the fuzzer's changes start from.
///
/// Made anew by each process, by the library itself; the hash key and all sizes are the same each time, so an
/// input means the same again. Only pids and clocks differ.
struct BaseImage {
  let geometry: Geometry
  /// The parts that are more than hole.
  let pieces: [(offset: Int, bytes: [UInt8])]
  /// The keys that may be there.
  let keys: [[UInt8]]

  enum MutexState: Int { case free, ownerDied, unrecoverable }

  /// A thread that does not exist: beyond the largest pid that Linux gives.
  static let deadThread: Int32 = (1 << 22) + 1

  /// All of them. The order is part of what an input means: new ones go to the end.
  static let all: [BaseImage] = [
    // Nothing in it.
    make { _ in },
    // Some of everything: entries, removed slots, free blocks, a counter.
    make { store in
      for index in 0..<60 { try store.putDescribed(index, 20) }
      for index in 40..<60 { try store.remove(key(index)) }
      for index in 0..<10 { try store.putDescribed(index, 32) }
      try store.increment("number", by: 7)
    },
    // Values of all lengths up to the largest that fit.
    make(valueLimit: 1 << 20) { store in
      for (index, byteCount) in [16, 1000, 5000, 50_000, 300_000, 40_000, 100].enumerated() {
        try store.putDescribed(index, byteCount)
      }
      try store.remove(key(3))
      try store.remove(key(5))
    },
    // Grown beyond the small tables, shrunk and rehashed.
    make { store in
      for index in 0..<1700 { try store.putDescribed(index, 16) }
      for index in 0..<1400 { try store.remove(key(index)) }
      for index in 1700..<1900 { try store.putDescribed(index, 16) }
    },
    // A claim of the heap under way: named, its pages there, its watermark not yet.
    make { store in
      for index in 0..<200 { try store.putDescribed(index, 24) }
      let segment = store.segment
      let claimed = segment.believed(.heap)
      segment.header.pending = UInt64(Region.heap.rawValue + 1) << 62 | UInt64(claimed + 16384)
      let start = segment.geometry.start(.heap) + claimed
      try segment.object.allocate(at: start, byteCount: 16384)
      try segment.mapping.populate(at: start, byteCount: 8192)
      segment.header.holder = Holder(pid: deadThread, row: 0)
    },
    // A table half built.
    make { store in
      for index in 0..<48 { try store.putDescribed(index, 24) }
      let segment = store.segment
      let old = HashIndex(segment, try segment.liveTable())
      let next = old.table.next(slotsLog2: old.table.slotsLog2 + 1)
      let new = HashIndex(segment, next)
      for position in 0..<old.slotCount / 2 {
        let slot = old.slot(position)
        if slot.isLive { new.publish(slot, at: new.home(slot.hash)) }
      }
      segment.header.holder = Holder(pid: deadThread, row: 0)
    },
    // The event ring gone round, generations used up; a record written that no slot points at.
    make { store in
      for round in 0..<300 {
        try store.putDescribed(round, 16)
        try store.removeAll()
      }
      for index in 0..<20 { try store.putDescribed(index, 16) }
      let heap = RecordHeap(store.segment)
      let record = try heap.allocate(recordByteCount: 48)
      key(99).withRawSpan { key in
        heap.write(record, key: key, KeyDigest(key, key: store.segment.hashKey), value: key)
      }
      store.segment.header.holder = Holder(pid: deadThread, row: 0)
    },
    // The heap used up to its end.
    make(valueLimit: 4096) { store in
      do {
        for index in 0..<1000 { try store.putDescribed(index, 4096) }
      } catch StoreError.storeFull {}
      for index in 0..<20 { try store.remove(key(index * 3)) }
    },
    // A decided batch (rule R11), half of its stores made.
    make { store in
      for index in 0..<40 { try store.putDescribed(index, 24) }
      for index in 30..<40 { try store.remove(key(index)) }
      try decideBatch(in: store.segment)
    },
  ]

  /// Updates, inserts and removes some keys at once, as far as a writer comes that is killed among the stores.
  private static func decideBatch(in segment: Segment) throws {
    let participant = Participant.unregistered(segment)
    defer { participant.destroy() }
    let writer = TableWriter(segment, participant, process: 0)
    let index = HashIndex(segment, try segment.liveTable())
    let entries = try [3, 4, 5, 6, 32, 47].map { number in
      try key(number).withRawSpan { key throws(StoreError) in
        let digest = writer.digest(key)
        let position = try writer.find(key, digest, in: index).position
        if number == 5 { return BatchList.Entry(position: position, slot: .removed) }
        let value = value(for: self.key(number), byteCount: 30)
        let record = try writer.heap.allocate(
          recordByteCount: RecordLengths.recordByteCount(of: digest, value: value.span.bytes))
        writer.heap.write(record, key: key, digest, value: value.span.bytes)
        return BatchList.Entry(position: position, slot: Slot(record: record, hash: digest.hash))
      }
    }
    let list = try writer.heap.allocate(recordByteCount: BatchList.byteCount(entries: entries.count))
    BatchList(entries).write(to: list, writer.heap, for: index.table)
    segment.header.batch = list
    BatchList(Array(entries.prefix(3))).apply(to: index)
    segment.header.holder = Holder(pid: deadThread, row: 0)
  }

  /// Key number so and so. Lengths differ, so that blocks of several sizes come and go.
  static func key(_ index: Int) -> [UInt8] {
    Array("k\(index)".utf8) + [UInt8](repeating: UInt8(ascii: "."), count: index % 7 * 6)
  }

  /// A value that says whose it is.
  static func value(for key: [UInt8], byteCount: Int) -> [UInt8] {
    var value: [UInt8] = []
    while value.count < byteCount { value += [UInt8(ascii: "=")] + key }
    return Array(value.prefix(byteCount))
  }

  private static func make(
    valueLimit: Int = 32, _ fill: (SharedStore) throws -> Void
  ) -> BaseImage {
    do {
      return try build(valueLimit, fill)
    } catch {
      fatalError("a base image could not be made: \(error)")
    }
  }

  private static func build(_ valueLimit: Int, _ fill: (SharedStore) throws -> Void) throws -> BaseImage {
    let name = "shmtop-fuzz-base-\(getpid())"
    var geometry = Geometry(reservation: 1 << 20, valueLimit: valueLimit, initialSlots: 8, creator: getpid())
    // Arbitrary, and the same for ever.
    geometry.hashKey = KeyHash.Key(low: 0x0123_4567_89AB_CDEF, high: 0xFEDC_BA98_7654_3210)
    geometry.random = 1
    let (object, segment) = try SegmentBuilder.build(name: name, geometry, permissions: 0o600)
    try object.link(name: name)
    defer {
      unlink("/dev/shm/\(name)")
      SegmentRegistry.release(segment)
    }
    let store = try SharedStore(name, mode: .existing)
    try fill(store)
    return BaseImage(
      geometry: geometry, pieces: pieces(of: object.descriptor),
      keys: (0..<64).map { key($0 < 48 ? $0 : $0 * 25) } + [Array("number".utf8), Array("absent".utf8)])
  }

  private static func pieces(of descriptor: Int32) -> [(offset: Int, bytes: [UInt8])] {
    var pieces: [(offset: Int, bytes: [UInt8])] = []
    var position = 0
    while true {
      let start = Int(lseek(descriptor, position, 3))
      guard start >= 0 else { return pieces }
      position = Int(lseek(descriptor, start, 4))
      var bytes = [UInt8](repeating: 0, count: position - start)
      pread(descriptor, &bytes, bytes.count, start)
      pieces.append((start, bytes))
    }
  }
}

extension SharedStore {
  /// Puts key number so and so with a value that says whose it is.
  fileprivate func putDescribed(_ index: Int, _ byteCount: Int) throws {
    let key = BaseImage.key(index)
    try put(key, BaseImage.value(for: key, byteCount: byteCount))
  }
}
