import Glibc
import SharedSimple
import TestSupport
import Testing

/// The numbers a sample shows, against what was done.
struct CounterTests {
  let segment = TemporaryStore("counters")

  @Test func `Each handle's row counts what was done through it`() throws {
    let store = try segment.open { $0.participantName = "counting" }
    let observer = try SegmentObserver(segment.name)
    for index in 0..<10 { try store.put("key \(index % 5)", "value \(index)") }
    for index in 0..<3 { #expect(try store.remove("key \(index)")) }
    #expect(try !store.remove("key 0"))
    for index in 3..<5 { #expect(try store.get("key \(index)") != nil) }
    #expect(try store.bytes("key 3") != nil)
    #expect(try store.withValue("key 3") { _ in true } == true)
    for index in 0..<3 { #expect(try store.get("key \(index)") == nil) }

    let row = try #require(try observer.sample().participants.first)
    #expect(row.pid == getpid())
    #expect(row.name == Array("counting".utf8))
    #expect(!row.isInspector)
    #expect(row.liveness == .running)
    #expect(row.startTime > 0)
    #expect(row.pidNamespace > 0)
    #expect(row.counters.puts == 10)
    #expect(row.counters.removes == 3)
    #expect(row.counters.hits == 4)
    #expect(row.counters.misses == 3)
    #expect(row.counters.gets == 7)
    #expect(row.counters.waits == 0)
    #expect(row.waitingFor == nil)
  }

  @Test func `A value longer than the first buffer is one hit`() throws {
    let store = try segment.open { $0.valueLimit = 65536 }
    try store.put("long", [UInt8](repeating: 7, count: 50_000))
    #expect(try store.bytes("long")?.count == 50_000)
    #expect(try store.bytesMany(["long"]).map { $0?.count } == [50_000])
    let row = try #require(try SegmentObserver(segment.name).sample().participants.first)
    #expect(row.counters.hits == 2 && row.counters.misses == 0)
  }

  @Test func `Values written count as puts by whichever call, and calls that change nothing do not`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    try store.increment("n")
    #expect(try store.putIfAbsent("a", "1"))
    #expect(try !store.putIfAbsent("a", "2"))
    #expect(try store.putIfPresent("a", "3"))
    #expect(try !store.putIfPresent("b", "3"))
    #expect(try store.compareAndSwap("a", expected: "3", new: "4"))
    #expect(try !store.compareAndSwap("a", expected: "3", new: "5"))
    #expect(try store.getOrPut("c", "6") == "6")
    #expect(try store.getOrPut("c", "7") == "6")
    try store.withLock { section in try section.put("d", "8") }
    #expect(throws: StoreError.emptyValue) { try store.put("e", "") }
    let sample = try observer.sample()
    #expect(sample.totals.puts == 6)
    #expect(sample.sequence == 6)
    #expect(try store.remove("a", ifValue: "4"))
    #expect(try !store.remove("c", ifValue: "4"))
    #expect(try observer.sample().totals.removes == 1)
    #expect(try observer.sample().sequence == 7)
  }

  @Test func `The counts of closed handles are kept, and totals are those of everybody`() throws {
    let observer: SegmentObserver
    do {
      let store = try segment.open()
      observer = try SegmentObserver(segment.name)
      for index in 0..<20 { try store.put("\(index)", "v") }
      store.close()
    }
    var sample = try observer.sample()
    #expect(sample.participants.isEmpty)
    #expect(sample.departed.puts == 20)
    let agents = try (0..<3).map { _ in try AgentProcess() }
    for (index, agent) in agents.enumerated() {
      #expect(try agent.ask("open", "h", segment.name, "participant=agent\(index)") == .done([]))
      #expect(try agent.ask("fill", "h", "entries=\(10 * (index + 1))", "prefix=p\(index)").number != nil)
      #expect(try agent.ask("get", "h", "0".hex).bytes == Array("v".utf8))
    }
    sample = try observer.sample()
    #expect(sample.participants.map(\.pid) == agents.map(\.pid))
    #expect(
      sample.participants.map { String(decoding: $0.name, as: UTF8.self) } == ["agent0", "agent1", "agent2"])
    #expect(sample.participants.map(\.counters.puts) == [10, 20, 30])
    #expect(sample.participants.map(\.counters.hits) == [1, 1, 1])
    #expect(sample.totals.puts == 80)
    #expect(try agents[1].ask("close", "h") == .done([]))
    agents[2].kill()
    sample = try observer.sample()
    #expect(sample.participants.map(\.pid) == [agents[0].pid, agents[2].pid])
    #expect(sample.participants.last?.liveness == .dead)
    #expect(sample.departed.puts == 40)
    #expect(sample.totals.puts == 80)
    #expect(sample.totals.hits == 3)
  }

  @Test func `The table's and the memory's numbers agree with the store`() throws {
    let store = try segment.open { $0.initialSlots = 64 }
    let observer = try SegmentObserver(segment.name)
    for index in 0..<40 { try store.put("\(index)", "value") }
    for index in 0..<10 { try store.remove("\(index)") }
    var sample = try observer.sample()
    #expect(sample.table.entryCount == 30)
    #expect(sample.table.slotCount == 64)
    #expect(sample.table.removedSlotCount <= 10)
    #expect(sample.table.growthThreshold == 48)
    #expect(!sample.table.isRetired)
    #expect(sample.sequence == 50)
    let generation = sample.table.generation
    for index in 0..<1000 { try store.put("more \(index)", "value") }
    sample = try observer.sample()
    #expect(sample.table.entryCount == 1030)
    #expect(sample.table.generation > generation)
    #expect(sample.table.slotCount >= 2048)
    #expect(sample.table.growthThreshold == sample.table.slotCount / 4 * 3)
    // 16 bytes of stamp and lengths, 8 of key, 8 of value at least.
    #expect(sample.memory.heapLive >= 1030 * 32)
    #expect(sample.memory.heapLive + sample.memory.heapFree <= sample.memory.heapClaimed)
    #expect(sample.memory.claimed <= sample.memory.allocated)
    #expect(sample.memory.windowClaimed[sample.table.window] >= sample.table.slotCount * 8)
    #expect(sample.memory.systemTotal > 0)
    #expect(sample.memory.systemFree <= sample.memory.systemTotal)
  }

  @Test func `The identity says what was fixed at creation`() throws {
    _ = try segment.open {
      $0.valueLimit = 77
      $0.reservation = 8 << 20
      $0.initialSlots = 16
    }
    let identity = try SegmentObserver(segment.name).identity
    #expect(identity.name == segment.name)
    #expect(identity.inode == RawObject(segment).inode)
    #expect(identity.owner == geteuid())
    #expect(identity.creator == getpid())
    #expect(identity.valueLimit == 77)
    #expect(identity.reservation == 8 << 20)
    #expect(identity.initialSlots == 16)
    #expect(identity.formatVersion > 0)
    #expect(identity.createdWall > 1_700_000_000_000_000_000)
    let sample = try SegmentObserver(segment.name).sample()
    #expect(
      sample.memory.headerByteCount + 2 * identity.windowByteCount + identity.heapByteCount
        <= identity.reservation)
  }

  @Test func `What the name leads to is told: this segment, another one, nothing`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    #expect(try observer.sample().binding == .bound)
    _ = try segment.open(.exclusive)
    #expect(try observer.sample().binding == .replaced)
    #expect(try observer.sample().table.isRetired)
    #expect(try SegmentObserver(segment.name).sample().binding == .bound)
    try SharedStore.unlink(segment.name)
    #expect(try observer.sample().binding == .unlinked)
    store.close()
  }

  @Test func `An entry is shown with the stamp of its last write`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    #expect(try observer.entry("a") == nil)
    try store.put("a", "1")
    #expect(try observer.entry("a")?.stamp == observer.sample().sequence)
    try store.put("b", "2")
    try store.put("a", "3")
    let entry = try #require(try observer.entry("a"))
    #expect(entry.stamp == 3)
    #expect(entry.value == Array("3".utf8))
    #expect(try observer.entry("b")?.stamp == 2)
  }

  @Test func `A sample survives the trip through an encoder's eyes: it is a value`() throws {
    let store = try segment.open()
    try store.put("a", "1")
    let observer = try SegmentObserver(segment.name)
    var sample = try observer.sample()
    let same = sample
    sample.sequence += 1
    #expect(sample != same)
    #expect(sample.lock.waits.counts.count == 64)
  }
}
