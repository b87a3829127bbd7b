import SharedSimple
import TestSupport
import Testing

/// withLock: several operations in one critical section.
struct SectionTests {
  let segment = TemporaryStore("section")

  @Test func `A section reads its own writes, and its result and its error come through`() throws {
    let store = try segment.open()
    let total = try store.withLock { section in
      try section.put("a", "1")
      try section.put("b", "2")
      try section.remove("a")
      #expect(try section.get("a") == nil)
      #expect(try section.get("b") == "2")
      return 7
    }
    #expect(total == 7)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try store.withLock { section in
        try section.put("c", "3")
        throw Stop()
      }
    }
    #expect(try store.dictionary() == ["b": "2", "c": "3"], "a section is no transaction")
    try store.put("d", "4")
    expectSound(segment)
  }

  @Test func `Using the store itself inside its section is refused for writing, and reads`() throws {
    let store = try segment.open()
    try store.put("a", "1")
    let error = StoreError.lockReentered(name: segment.name)
    try store.withLock { section in
      #expect(throws: error) { try store.put("a", "2") }
      #expect(throws: error) { try store.remove("a") }
      #expect(throws: error) { try store.removeAll() }
      #expect(throws: error) { try store.increment("n") }
      #expect(throws: error) { try store.all() }
      #expect(throws: error) { try store.withLock { _ in } }
      #expect(try store.get("a") == "1")
      #expect(try store.count == 1)
      try section.put("b", "2")
    }
    #expect(try store.dictionary() == ["a": "1", "b": "2"])
  }

  @Test func `Another handle of the same thread is refused inside a section, too`() throws {
    let store = try segment.open()
    let other = try segment.open { $0.lockTimeout = .milliseconds(200) }
    try store.withLock { _ in
      let found = refusal { try other.put("a", "1") }
      #expect(found == "lockReentered" || found == "lockTimeout")
    }
    try other.put("a", "1")
    #expect(try store.get("a") == "1")
  }

  @Test func `A section is refused in a forked child, which leaves its parent's hold alone`() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("hold", "h") == .done([]))
    #expect(try agent.ask("fork-put", "a".hex, "child".hex).refusal == "sectionEnded")
    let observer = try SegmentObserver(segment.name)
    #expect(try observer.sample().lock.holder == agent.pid)
    #expect(try agent.ask("put", "a".hex, "parent".hex) == .done([]))
    #expect(try agent.ask("release") == .done([]))
    #expect(try observer.sample().lock.holder == nil)
    #expect(try segment.open().dictionary() == ["a": "parent"])
    expectSound(segment)
  }

  @Test func `Sections of several processes exclude each other`() throws {
    let store = try segment.open()
    try store.put("from", "1000")
    try store.put("to", "0")
    let agents = try (0..<2).map { _ in try AgentProcess() }
    for agent in agents {
      #expect(try agent.ask("open", "h", segment.name) == .done([]))
      #expect(try agent.ask("hold", "h") == .done([]))
      let key = "from".hex
      let before = try agent.ask("get", key).bytes
      #expect(before != nil)
      #expect(try agent.ask("put", key, "7".hex) == .done([]))
      #expect(try agent.ask("reenter", key, "8".hex).refusal == "lockReentered")
      #expect(try agent.ask("release") == .done([]))
    }
    for agent in agents { try agent.send("count-up", "h", "n".hex, "2000") }
    for _ in 0..<2000 { try store.increment("n") }
    for agent in agents { #expect(try agent.reply() == .done([])) }
    #expect(try store.get("n") == "6000")
  }
}
