import SharedSimple
import TestSupport
import Testing

/// A reservation used up: said clearly, everything readable and removable, and after that writable again.
struct ReservationTests {
  let segment = TemporaryStore("reservation")

  /// All of one length, so that their records are of one size.
  private func key(_ index: Int) -> String { "key \(100_000 + index)" }

  /// Puts until it is refused; returns how many there are.
  private func fill(_ store: SharedStore, byteCount: Int) throws -> (count: Int, error: StoreError) {
    let value = [UInt8](repeating: 7, count: byteCount)
    for index in 0... {
      do {
        try store.put(key(index), value)
      } catch {
        return (index, error)
      }
    }
    return (0, .emptyKey)
  }

  @Test func `A full heap takes as much again as has been removed, and updates of the same size`() throws {
    let store = try segment.open {
      $0.reservation = 1 << 20
      $0.valueLimit = 1000
    }
    let (count, error) = try fill(store, byteCount: 1000)
    let heap = try SegmentObserver(segment.name).identity.heapByteCount
    #expect(error == .storeFull(name: segment.name, region: "record heap", limit: heap))
    #expect(count > heap / 1200)
    let value = [UInt8](repeating: 7, count: 1000)
    for index in 0..<count { #expect(try store.bytes(key(index)) == value) }
    #expect(try store.count == count)
    expectSound(segment)
    #expect(
      refusal { try store.put(key(0), value) } == "storeFull", "an update needs a block beside the old one")

    for round in 0..<count {
      #expect(try store.remove(key(round)))
      try store.put(key(1000 + round), value)
      // A smaller record takes a larger block rather than none.
      if round % 10 == 0 {
        #expect(try store.remove(key(1000 + round)))
        try store.put("small \(round)", "1")
      }
    }
    #expect(try store.count == count)
    expectSound(segment)
    #expect(try store.removeAll() == count)
    #expect(try fill(store, byteCount: 1000).count == count, "emptied, it holds as much as at first")
    for index in 0..<count { #expect(try store.remove(key(index))) }
    #expect(try fill(store, byteCount: 1000).count == count)
    expectSound(segment)
  }

  @Test func `A full heap whose entries have all been removed takes entries of any size`() throws {
    let store = try segment.open {
      $0.reservation = 1 << 20
      $0.valueLimit = 4000
    }
    let large = [UInt8](repeating: 8, count: 4000)
    let (count, _) = try fill(store, byteCount: 100)
    for index in 1..<count { #expect(try store.remove(key(index))) }
    #expect(refusal { try store.put("large", large) } == "storeFull", "one is left, and stays")
    #expect(refusal { try store.transaction { try $0.put("large", large) } } == "storeFull")
    #expect(try store.dictionary().count == 1)
    #expect(try store.remove(key(0)))
    try store.put("large", large)
    #expect(try store.bytes("large") == large)
    #expect(try fill(store, byteCount: 4000).count > 100)
    // The same by a transaction of several keys.
    try store.removeAll()
    let again = try fill(store, byteCount: 100).count
    for index in 0..<again { #expect(try store.remove(key(index))) }
    try store.transaction { batch in
      for index in 0..<20 { try batch.put(key(index), large) }
    }
    #expect(try store.count == 20)
    #expect(try SegmentObserver(segment.name).sample().events.count { $0.kind == .cleared } == 3)
    expectSound(segment)
  }

  @Test func `An emptied heap takes what only fits from its start, also where it has to claim for that`()
    throws
  {
    let (many, large) = ([UInt8](repeating: 1, count: 20_000), [UInt8](repeating: 2, count: 550_000))
    for isBatch in [false, true] {
      let store = try segment.open(.exclusive) {
        $0.reservation = 1 << 20
        $0.valueLimit = 600_000
      }
      for index in 0..<10 { try store.put(key(index), many) }
      for index in 0..<10 { try store.remove(key(index)) }
      if isBatch {
        try store.transaction { try $0.put("large", large) }
      } else {
        try store.put("large", large)
      }
      #expect(try store.bytes("large") == large)
      expectSound(segment)
    }
  }

  @Test func `A batch that the index has no room for leaves an empty store as it was`() throws {
    let store = try segment.open { $0.reservation = 1 << 20 }
    try store.put("a", "1")
    try store.remove("a")
    let observer = try SegmentObserver(segment.name)
    let before = try observer.sample()
    let limit = before.table.slotCount
    #expect(
      refusal {
        try store.transaction { batch in for index in 0...16_384 { try batch.put(key(index), "1") } }
      } == "storeFull")
    let after = try observer.sample()
    #expect(after.events == before.events && after.sequence == before.sequence)
    #expect(after.table.slotCount == limit)
  }

  @Test func `A full index takes an entry for each one removed, at once and again and again`() throws {
    var random = SeededGenerator(printedFor: "a full index")
    let store = try segment.open { $0.reservation = 1 << 20 }
    let (count, error) = try fill(store, byteCount: 1)
    let sample = try SegmentObserver(segment.name).sample()
    #expect(error == .storeFull(name: segment.name, region: "index", limit: count))
    #expect(count == sample.table.slotCount / 4 * 3)
    #expect(try store.count == count)
    for index in 0..<count { try #require(try store.contains(key(index))) }

    // Updates go on where the heap has room for them.
    try store.put(key(0), "2")
    var keys = Set((0..<count).map { self.key($0) })
    for round in 0..<5000 {
      let key = try #require(keys.randomElement(using: &random))
      #expect(try store.remove(key))
      keys.remove(key)
      try store.put(self.key(100_000 + round), "1")
      keys.insert(self.key(100_000 + round))
      // One too many is refused, unless its key happens to meet a removed slot.
      do {
        try store.put("1 too many", "1")
        try store.remove("1 too many")
      } catch {
        #expect(error == .storeFull(name: segment.name, region: "index", limit: count))
      }
    }
    #expect(try Set(store.dictionary().keys) == keys)
    #expect(try SegmentObserver(segment.name).sample().table.slotCount == sample.table.slotCount)
    expectSound(segment)
  }
}
