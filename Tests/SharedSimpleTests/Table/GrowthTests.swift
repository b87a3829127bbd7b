import SharedSimple
import TestSupport
import Testing

@testable import StoreAgent

/// Tables that grow while others read, walk and scan them.
struct GrowthTests {
  let segment = TemporaryStore("growth")

  @Test func `From 64 slots to 1,000,000 entries, with readers that never miss a settled key`() throws {
    var random = SeededGenerator(printedFor: "growth to 1,000,000 entries")
    let count = 1_000_000
    let progress = ScratchFile()
    _ = try segment.open { $0.initialSlots = 64 }
    let writer = try AgentProcess()
    let witnesses = try (0..<2).map { _ in try AgentProcess() }
    for (agent, mode) in [(writer, "shared"), (witnesses[0], "readOnly"), (witnesses[1], "existing")] {
      #expect(try agent.ask("open", "h", segment.name, "mode=\(mode)") == .done([]))
    }
    for witness in witnesses {
      try witness.send("witness", "h", "progress=\(progress.path)", "seed=\(random.seedOfPart())")
    }
    let reply = try writer.ask(
      "grow", "h", "entries=\(count)", "progress=\(progress.path)", within: .seconds(600))
    #expect(reply.number == count)
    for witness in witnesses {
      let reply = try witness.end()
      #expect(try #require(reply.number, "\(reply)") > 0)
    }
    let store = try segment.open(.readOnly)
    #expect(try store.count == count)
    let sample = try SegmentObserver(segment.name).sample()
    #expect(sample.table.entryCount == count)
    #expect(sample.table.slotCount >= count)
    let growths = sample.events.filter { $0.kind == .resized }
    #expect(growths.first?.first == 64)
    for (one, next) in zip(growths, growths.dropFirst()) { #expect(next.first == one.second) }
    #expect(growths.last?.second == UInt64(sample.table.slotCount))
    expectSound(segment)
  }

  @Test func `Churn in a table of one size rehashes it, and does not let it grow for ever`() throws {
    let store = try segment.open { $0.initialSlots = 64 }
    for index in 0..<20_000 {
      try store.put("key \(index)", "value")
      if index >= 20 { #expect(try store.remove("key \(index - 20)")) }
    }
    #expect(try store.count == 20)
    let sample = try SegmentObserver(segment.name).sample()
    #expect(sample.table.slotCount <= 256)
    #expect(sample.events.contains { $0.kind == .rehashed })
    #expect(sample.memory.heapLive + sample.memory.heapFree < 1 << 20, "free blocks are used again")
    expectSound(segment)
  }

  @Test func `A walk visits each key that is there all the while, though the table grows under it`() throws {
    let store = try segment.open { $0.initialSlots = 8 }
    for index in 0..<100 { try store.put("steady \(index)", "value") }
    var visits: [[UInt8]: Int] = [:]
    var added = 0
    try store.forEach { key, _ in
      visits[key.withUnsafeBytes { Array($0) }, default: 0] += 1
      // Far past several growths.
      if added < 2000 {
        for _ in 0..<50 {
          #expect(throws: Never.self) { try store.put("added \(added)", "value") }
          added += 1
        }
      }
      return true
    }
    for index in 0..<100 { #expect(visits[Array("steady \(index)".utf8)] == 1) }
    #expect(visits.values.allSatisfy { $0 == 1 })
    expectSound(segment)
  }

  @Test func `A walk across removals and emptying ends, and shows no key twice`() throws {
    let store = try segment.open { $0.initialSlots = 8 }
    for index in 0..<500 { try store.put("key \(index)", "value") }
    var visits: [[UInt8]: Int] = [:]
    try store.forEach { key, value in
      let bytes = key.withUnsafeBytes { Array($0) }
      visits[bytes, default: 0] += 1
      #expect(throws: Never.self) { try store.remove(bytes) }
      if visits.count == 250 { #expect(throws: Never.self) { try store.removeAll() } }
      return true
    }
    #expect(visits.values.allSatisfy { $0 == 1 })
    #expect(try store.count == 0)
  }

  @Test(arguments: [1, 3, 16, 1000])
  func `A scan in pieces visits steady keys exactly once while another process grows the table`(pieces: Int)
    throws
  {
    let store = try segment.open { $0.initialSlots = 8 }
    for index in 0..<300 { try store.put("steady \(index)", "value") }
    let progress = ScratchFile()
    let grower = try AgentProcess()
    #expect(try grower.ask("open", "h", segment.name) == .done([]))
    try grower.send("grow", "h", "entries=30000", "progress=\(progress.path)")

    let observer = try SegmentObserver(segment.name)
    var cursor = TableCursor()
    var visits: [[UInt8]: Int] = [:]
    var more = true
    while more {
      let before = cursor.progress
      more = try observer.scan(&cursor, slotLimit: pieces) { key, value, stamp in
        let bytes = key.withUnsafeBytes { Array($0) }
        if bytes.starts(with: "steady".utf8) { visits[bytes, default: 0] += 1 }
        #expect(stamp > 0)
      }
      #expect(cursor.progress > before, "every call gets on")
    }
    #expect(visits.count == 300)
    #expect(visits.values.allSatisfy { $0 == 1 })
    #expect(try grower.reply().number == 30000)
    expectSound(segment)
  }

  @Test func `A scan survives an emptying in its middle, and the next pass sees the new entries`() throws {
    let store = try segment.open()
    for index in 0..<1000 { try store.put("old \(index)", "value") }
    let observer = try SegmentObserver(segment.name)
    var cursor = TableCursor()
    _ = try observer.scan(&cursor, slotLimit: 100) { _, _, _ in }
    try store.removeAll()
    for index in 0..<10 { try store.put("new \(index)", "value") }
    while try observer.scan(&cursor, slotLimit: 100, { _, _, _ in }) {}
    cursor = TableCursor()
    var seen: Set<[UInt8]> = []
    while try observer.scan(
      &cursor, slotLimit: 100, { key, _, _ in seen.insert(key.withUnsafeBytes { Array($0) }) })
    {}
    #expect(seen == Set((0..<10).map { Array("new \($0)".utf8) }))
  }
}
