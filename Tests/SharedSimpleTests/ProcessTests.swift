import SharedSimple
import TestSupport
import Testing

@testable import StoreAgent

/// Several live processes on one store.
struct ProcessTests {
  let segment = TemporaryStore("processes")

  @Test func `8 writers and 4 readers: every value read was put for its key, and none goes back`() throws {
    var random = SeededGenerator(printedFor: "8 writers and 4 readers")
    let store = try segment.open { $0.initialSlots = 8 }
    let operations = 4000
    let profiles: [Workload.Profile] = [
      .mixed, .churning, .growing, .mixed, .churning, .growing, .mixed, .churning,
    ]
    let prefixes = (0..<8).map { "w\($0)-" }
    let seeds = prefixes.map { _ in random.seedOfPart() }
    let files = prefixes.map { _ in ScratchFile() }

    let readers = try (0..<4).map { _ in try AgentProcess() }
    for (index, reader) in readers.enumerated() {
      let mode = index.isMultiple(of: 2) ? "readOnly" : "existing"
      #expect(try reader.ask("open", "h", segment.name, "mode=\(mode)") == .done([]))
      try reader.send(
        "read", "h", "prefixes=\(prefixes.joined(separator: ","))", "seed=\(random.seedOfPart())")
    }
    let writers = try (0..<8).map { _ in try AgentProcess() }
    for writer in writers { #expect(try writer.ask("open", "h", segment.name) == .done([])) }
    for (index, writer) in writers.enumerated() {
      try writer.send(
        "work", "h", "profile=\(profiles[index].rawValue)", "prefix=\(prefixes[index])",
        "seed=\(seeds[index])",
        "operations=\(operations)", "progress=\(files[index].path)")
    }
    for writer in writers { #expect(try writer.reply().number == operations) }
    for reader in readers {
      let reply = try reader.end()
      let hits = try #require(reply.number, "\(reply)")
      #expect(hits > 0)
    }

    var expected: [[UInt8]: [UInt8]] = [:]
    for index in writers.indices {
      var workload = Workload(seed: seeds[index], profile: profiles[index], prefix: prefixes[index])
      for _ in 0..<operations { workload.next()?.apply(to: &expected) }
    }
    #expect(try store.contents == expected)
    expectSound(segment)
  }

  @Test func `A value of 1 MiB that is rewritten all the while is read whole, by get, walk and scan`() throws
  {
    let store = try segment.open { $0.valueLimit = 1 << 20 }
    let key = Array("large".utf8)
    let writer = try AgentProcess()
    #expect(try writer.ask("open", "h", segment.name) == .done([]))
    try writer.send("hammer", "h", key.hex, "bytes=\(1 << 20)")
    while try !store.contains(key) {}
    let reader = try segment.open(.readOnly)
    let observer = try SegmentObserver(segment.name)
    func look(_ value: [UInt8]?) {
      #expect(value.flatMap { DescribedValue.sequence(of: $0, key: key) } != nil, "a value that nobody put")
    }
    for _ in 0..<10 {
      look(try store.bytes(key))
      // A read-only handle cannot take the mutex: it may say that it met a writer every time.
      let refused = refusal { look(try reader.bytes(key)) }
      #expect(refused == nil || refused == "busy")
      try store.forEach { _, value in
        look(value.withUnsafeBytes { Array($0) })
        return true
      }
      var cursor = TableCursor()
      while try observer.scan(
        &cursor, slotLimit: 16, { _, value, _ in look(value.withUnsafeBytes { Array($0) }) })
      {}
    }
    #expect(try writer.end().number ?? 0 > 0)
    expectSound(segment)
  }

  @Test func `8 processes that open a fresh name at once make one segment`() throws {
    let agents = try (0..<8).map { _ in try AgentProcess() }
    for round in 0..<50 {
      for agent in agents { try agent.send("open", "h", segment.name) }
      for agent in agents { #expect(try agent.reply() == .done([])) }
      for agent in agents { try agent.send("increment", "h", "opened".hex) }
      for agent in agents { #expect(try agent.reply().number != nil) }
      #expect(try segment.open(.existing).get("opened") == "8", "round \(round)")
      #expect(segment.objects == [segment.name])
      expectSound(segment)
      for agent in agents { #expect(try agent.ask("close", "h") == .done([])) }
      try SharedStore.unlink(segment.name)
    }
  }

  @Test func `8 processes in exclusive mode, 100 rounds: each handle works or says replaced`() throws {
    let agents = try (0..<8).map { _ in try AgentProcess() }
    for agent in agents { try agent.send("storm", segment.name, "rounds=100", "reservation=\(1 << 20)") }
    var worked = 0
    for agent in agents {
      let reply = try agent.reply()
      guard case .done(let counts) = reply, counts.count == 2 else {
        Issue.record("\(reply)")
        continue
      }
      worked += Int(counts[0]) ?? 0
    }
    #expect(worked > 0)
    #expect(segment.objects == [segment.name], "nothing else is left behind")
    expectSound(segment)
    let store = try segment.open(.existing)
    #expect(try store.count == 1, "the last round's entry")
    try store.put("a", "1")
  }

  @Test func `Processes that open shared while others replace the segment end on a whole one`() throws {
    let stormers = try (0..<3).map { _ in try AgentProcess() }
    let sharers = try (0..<3).map { _ in try AgentProcess() }
    for agent in stormers { try agent.send("storm", segment.name, "rounds=50", "reservation=\(1 << 20)") }
    for _ in 0..<50 {
      for agent in sharers { try agent.send("open", "h", segment.name, "reservation=\(1 << 20)") }
      for agent in sharers { #expect(try agent.reply() == .done([])) }
      for agent in sharers { try agent.send("increment", "h", "n".hex) }
      for agent in sharers {
        let reply = try agent.reply()
        #expect(reply.number != nil || reply.refusal == "replaced", "\(reply)")
      }
    }
    for agent in stormers {
      // A sharer's counter may lie in a stormer's fresh store before its count is taken.
      let reply = try agent.reply()
      #expect(reply.refusal == nil || reply.detail("what")?.contains("not fresh") == true, "\(reply)")
    }
    expectSound(segment)
    #expect(segment.objects == [segment.name])
  }
}

extension SharedStore {
  /// All entries, taken under the lock.
  var contents: [[UInt8]: [UInt8]] {
    get throws { Dictionary(uniqueKeysWithValues: try all().map { ($0.key, $0.value) }) }
  }
}
