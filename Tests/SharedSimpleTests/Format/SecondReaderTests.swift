import TestSupport
import Testing

@testable import SharedSimple

/// The comment in SegmentFormat is enough to write a second implementation: here is the reading half of one, which has
/// every number from there and none from the library. It reads the object's bytes while nobody writes.
private struct SecondReader {
  let bytes: [UInt8]

  func word(_ offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
  }

  var header: Int { Int(word(56)) }
  var window: Int { Int(word(64)) }
  var heap: Int { header + 20480 }
  var firstWindow: Int { heap + Int(word(72)) }
  var top: UInt64 { word(344) }

  // MARK: The hash

  private func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  func hash(_ key: [UInt8]) -> UInt32 {
    let padded = key + Array(repeating: 0, count: (8 - key.count % 8) % 8)
    var words = stride(from: 0, to: padded.count, by: 8).map { SecondReader(bytes: padded).word($0) }
    let (low, high) = (word(104), word(112))
    var s = low
    while words.count > 2 {
      s = fold(words[0] ^ high, words[1] ^ s)
      words.removeFirst(2)
    }
    s =
      words.count == 2
      ? fold(words[0] ^ high, words[1] ^ s) : fold(words[0] ^ high, s ^ 0xe703_7ed1_a0b4_28db)
    return UInt32(truncatingIfNeeded: fold(s ^ high, low ^ 0x8ebc_6af0_9c88_c6e3 ^ UInt64(key.count)))
  }

  // MARK: The table

  var tableLog2: Int { Int(word(384) >> 2 & 63) }
  var slotCount: Int { 1 << tableLog2 }

  private var tableStart: Int {
    let isFirst = word(384) & 2 == 0
    if tableLog2 <= (isFirst ? 11 : 9) { return header + (isFirst ? 0 : 16384) }
    return firstWindow + (isFirst ? 0 : window)
  }

  func slot(_ position: Int) -> (record: UInt64, hash: UInt32, isEmpty: Bool) {
    let word = word(tableStart + 8 * position)
    return (word >> 32, UInt32(truncatingIfNeeded: word), word == 0)
  }

  // MARK: Records

  func record(_ number: UInt64) -> (stamp: UInt64, granules: UInt64, key: [UInt8], value: [UInt8]) {
    let start = heap + 16 * Int(number)
    let lengths = word(start + 8)
    let (key, value) = (Int(lengths >> 24 & 0xFFFF), Int(lengths & 0xFF_FFFF))
    let valueStart = start + 16 + (key + 7) / 8 * 8
    return (
      word(start), lengths >> 40, Array(bytes[start + 16..<start + 16 + key]),
      Array(bytes[valueStart..<valueStart + value])
    )
  }

  func get(_ key: [UInt8]) -> [UInt8]? {
    let hash = hash(key)
    var position = Int(UInt64(hash) >> UInt64(32 - tableLog2))
    for _ in 0..<slotCount {
      let slot = slot(position)
      if slot.isEmpty { return nil }
      if slot.hash == hash, slot.record > 1, record(slot.record).key == key {
        return record(slot.record).value
      }
      position = (position + 1) % slotCount
    }
    return nil
  }

  func entries() -> [[UInt8]: [UInt8]] {
    var entries: [[UInt8]: [UInt8]] = [:]
    for position in 0..<slotCount where slot(position).record > 1 {
      let record = record(slot(position).record)
      entries[record.key] = record.value
    }
    return entries
  }

  /// Block starts by their granules.
  func blocks() -> [UInt64: UInt64] {
    var blocks: [UInt64: UInt64] = [:]
    var number: UInt64 = 4
    while number < top {
      blocks[number] = word(heap + 16 * Int(number) + 8) >> 40
      number += blocks[number] ?? 1
    }
    return number == top ? blocks : [:]
  }

  /// Granules of size class n, of those that have blocks.
  func granules(ofClass n: Int) -> UInt64 {
    if n <= 32 { return UInt64(n) }
    let (k, m) = ((n - 33) / 8 + 2, (n - 33) % 8 + 9)
    return UInt64(m) << UInt64(k)
  }

  func freeList(_ n: Int) -> [UInt64] {
    var list: [UInt64] = []
    var number = word(2048 + 8 * n)
    while number != 0, list.count < bytes.count / 16 {
      list.append(number)
      number = word(heap + 16 * Int(number) + 16)
    }
    return list
  }
}

struct SecondReaderTests {
  private let segment = TemporaryStore("second-reader")

  /// A store with a history: growth, removals, updates to other sizes, a transaction.
  private func makeStore() throws -> SharedStore {
    let store = try segment.open {
      $0.reservation = 4 << 20
      $0.valueLimit = 5000
    }
    var random = SeededGenerator(printedFor: "a store for a second reader")
    for number in 0..<3000 {
      let key = String(repeating: "k", count: .random(in: 0...40, using: &random)) + "\(number)"
      try store.put(key, String(repeating: "v", count: .random(in: 1...60, using: &random)))
    }
    for key in try store.dictionary().keys.shuffled(using: &random).prefix(1000) { try store.remove(key) }
    for key in try store.dictionary().keys.shuffled(using: &random).prefix(300) {
      try store.put(key, String(repeating: "w", count: .random(in: 1...5000, using: &random)))
    }
    try store.transaction { changes in
      for number in 0..<10 { try changes.put("together \(number)", "\(number)") }
    }
    return store
  }

  @Test func `Reads every entry that the library does, by pass and by key`() throws {
    let store = try makeStore()
    let reader = SecondReader(bytes: RawObject(segment).bytes())
    let all = try store.all()
    #expect(reader.entries() == Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0.value) }))
    #expect(reader.word(328) == UInt64(all.count))
    for entry in all { #expect(reader.get(entry.key) == entry.value) }
    for number in 0..<100 { #expect(reader.get(Array("missing \(number)".utf8)) == nil) }
  }

  @Test func `Finds the table in each of its places: small and large, in either window`() throws {
    let store = try segment.open {
      $0.reservation = 4 << 20
      $0.initialSlots = 8
    }
    var sizes: Set<Int> = []
    for number in 0..<4096 {
      try store.put("key \(number)", "\(number)")
      guard (number + 1).nonzeroBitCount == 1 else { continue }
      let reader = SecondReader(bytes: RawObject(segment).bytes())
      sizes.insert(reader.slotCount)
      for known in 0...number { #expect(reader.get(Array("key \(known)".utf8)) == Array("\(known)".utf8)) }
    }
    #expect(sizes == [8, 512, 2048, 4096, 8192])
    try store.removeAll()
    #expect(SecondReader(bytes: RawObject(segment).bytes()).entries().isEmpty)
  }

  @Test func `Walks the heap: each block is a record's, or on the free list of its size`() throws {
    let store = try makeStore()
    let reader = SecondReader(bytes: RawObject(segment).bytes())
    let blocks = reader.blocks()
    #expect(!blocks.isEmpty)
    let live = (0..<reader.slotCount).map { reader.slot($0).record }.filter { $0 > 1 }
    #expect(live.allSatisfy { blocks[$0] != nil && reader.record($0).stamp > 0 })
    #expect(live.allSatisfy { reader.record($0).stamp <= reader.word(320) })
    var free: [UInt64] = []
    for n in 0..<128 {
      let list = reader.freeList(n)
      #expect(list.allSatisfy { blocks[$0] == reader.granules(ofClass: n) && reader.record($0).stamp == 0 })
      free += list
    }
    #expect(Set(free).count == free.count)
    #expect(Set(free).union(live) == Set(blocks.keys))
    #expect(free.reduce(0) { $0 + (blocks[$1] ?? 0) } == reader.word(352))
    store.close()
  }
}
