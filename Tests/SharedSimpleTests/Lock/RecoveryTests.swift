import Glibc
import TestSupport
import Testing

@testable import SharedSimple
@testable import StoreAgent

/// What the next owner repairs, and what it cannot.
struct RecoveryTests {
  let segment = TemporaryStore("recovery")

  /// Leaves the mutex with a dead holder.
  private func killHolder() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("hold", "h") == .done([]))
    agent.kill()
  }

  private func fill(_ count: Int) throws -> SharedStore {
    let store = try segment.open {
      $0.reservation = 64 << 20
      $0.lockTimeout = .seconds(20)
    }
    for index in 0..<count { try store.put("key \(index)", "value \(index)") }
    return store
  }

  private var recovered: SegmentEvent? {
    get throws { try SegmentObserver(segment.name).sample().events.last { $0.kind == .recovered } }
  }

  @Test func `Derived words that lie are rebuilt`() throws {
    let store = try fill(1000)
    for index in 0..<300 { try store.remove("key \(index)") }
    let object = RawObject(segment)
    let lie = [UInt8](repeating: 0x77, count: 8)
    for offset in [SegmentFormat.liveCount, SegmentFormat.removedCount, SegmentFormat.freeGranules] {
      object.write(lie, at: offset)
    }
    for index in 0..<SizeClass.count { object.write(lie, at: SegmentFormat.freeLists + 8 * index) }
    #expect(try !SegmentCheck.run(segment.name).isEmpty)
    try killHolder()
    try store.put("after", "1")
    #expect(try store.count == 701)
    for index in 300..<1000 { #expect(try store.get("key \(index)") == "value \(index)") }
    #expect(try recovered?.second == 0)
    expectSound(segment)
  }

  @Test func `Slots that lead to no sound record are dropped and counted; the rest stays`() throws {
    var random = SeededGenerator(printedFor: "slots that lead nowhere")
    let store = try fill(500)
    let table = try SegmentObserver(segment.name).sample().table
    let geometry = store.segment.geometry
    let start = geometry.start(.window(table.window))
    let object = RawObject(segment)
    var damaged = 0
    for position in 0..<table.slotCount where damaged < 20 && Bool.random(using: &random) {
      let bytes = object.bytes(from: start + 8 * position, count: 8)
      guard bytes[4...] != [0, 0, 0, 0], bytes[4...] != [1, 0, 0, 0] else { continue }
      // Its record number, or a bit of its hash.
      var word = bytes
      if damaged.isMultiple(of: 2) {
        word.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0x0F])
      } else {
        word[3] ^= 0x80
      }
      object.write(word, at: start + 8 * position)
      damaged += 1
    }
    try killHolder()
    try store.put("after", "1")
    #expect(try recovered?.second == UInt64(damaged))
    #expect(try store.count == 501 - damaged)
    var found = 0
    for index in 0..<500 {
      let value = try store.get("key \(index)")
      if value != nil { found += 1 }
      #expect(value == nil || value == "value \(index)")
    }
    #expect(found == 500 - damaged)
    expectSound(segment)
  }

  @Test
  func
    `A header beyond repair says unrecoverable to every writer; reads go on, and a fresh start is possible`()
    throws
  {
    let store = try fill(100)
    RawObject(segment).write([UInt8](repeating: 0xFF, count: 8), at: SegmentFormat.heapTop)
    try killHolder()
    let error = StoreError.unrecoverable(name: segment.name)
    #expect(throws: error) { try store.put("a", "1") }
    #expect(throws: error) { try store.remove("key 1") }
    #expect(throws: error) { try store.all() }
    for index in 0..<100 { #expect(try store.get("key \(index)") == "value \(index)") }
    var visits = 0
    try store.forEach { _, _ in
      visits += 1
      return true
    }
    #expect(visits == 100)
    let late = try segment.open(.existing) { $0.lockTimeout = .seconds(20) }
    #expect(try late.get("key 7") == "value 7")
    #expect(throws: error) { try late.put("a", "1") }
    let fresh = try segment.open(.exclusive)
    try fresh.put("a", "1")
    #expect(try fresh.dictionary() == ["a": "1"])
    #expect(throws: StoreError.replaced(name: segment.name)) { try store.get("key 7") }
    expectSound(segment)
  }

  @Test func `A fresh start over a dead holder's segment tells all, and repairs nothing`() throws {
    let other = try AgentProcess()
    // Its mapping goes, so that this process has none when it starts afresh.
    try fill(100).close()
    #expect(try other.ask("open", "h", segment.name, "mode=existing") == .done([]))
    try killHolder()
    // As though the dead one's acquisition had been one of those that are timed, just after the machine started.
    RawObject(segment).write([1, 0, 0, 0, 0, 0, 0, 0], at: SegmentFormat.heldSince)
    let observer = try SegmentObserver(segment.name)
    let holds = try observer.sample().lock.sampledHolds
    let fresh = try segment.open(.exclusive)
    let old = try observer.sample()
    #expect(old.table.isRetired)
    #expect(old.lock.sampledHolds == holds)
    #expect(old.lock.recoveries == 0)
    #expect(old.events.last?.kind == .replaced)
    #expect(try other.ask("get", "h", "key 1".hex).refusal == "replaced")
    #expect(try other.ask("put", "h", "a".hex, "1".hex).refusal == "replaced")
    #expect(try fresh.count == 0)
    expectSound(segment)
  }

  @Test func `Recovery that is killed itself, again and again, is simply run again`() throws {
    var random = SeededGenerator(printedFor: "recovery killed")
    let store = try fill(100_000)
    for index in 0..<50_000 { try store.remove("key \(index * 2)") }
    let before = try store.contents
    try killHolder()
    var killed = 0
    for _ in 0..<Effort.times(30) {
      let agent = try AgentProcess()
      // Opening takes the mutex, and so begins the recovery.
      try agent.send("open", "h", segment.name)
      usleep(.random(in: 3_000...120_000, using: &random))
      agent.kill()
      if try SegmentObserver(segment.name).sample().lock.holder != nil {
        killed += 1
      } else {
        try killHolder()
      }
    }
    print("recoveries killed on their way: \(killed)")
    #expect(try store.contents == before)
    try store.put("after", "1")
    #expect(try recovered?.second == 0)
    expectSound(segment)
  }

  @Test func `After a recovery no heap is lost: what was freed is used again`() throws {
    let store = try fill(2000)
    let claimed = try SegmentObserver(segment.name).sample().memory.heapClaimed
    for round in 0..<20 {
      for index in 0..<2000 { try store.remove("key \(index)") }
      try killHolder()
      for index in 0..<2000 { try store.put("key \(index)", "value \(index) \(round)") }
      try killHolder()
    }
    try store.put("after", "1")
    #expect(try SegmentObserver(segment.name).sample().memory.heapClaimed <= claimed * 2)
    #expect(try store.count == 2001)
    expectSound(segment)
  }
}
