import Glibc
import SharedSimple
import TestSupport
import Testing

/// A holder of the mutex that dies, is stopped, or takes its time.
struct HolderTests {
  let segment = TemporaryStore("holder")

  private func holder() throws -> AgentProcess {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("hold", "h") == .done([]))
    return agent
  }

  @Test func `A holder killed in its section keeps what it had put, and the next writer goes on`() throws {
    let store = try segment.open { $0.lockTimeout = .seconds(30) }
    try store.put("before", "1")
    let holder = try holder()
    #expect(try holder.ask("put", "within".hex, "2".hex) == .done([]))
    #expect(try holder.ask("remove", "before".hex).value == "yes")
    holder.kill()
    try store.put("after", "3")
    #expect(try store.dictionary() == ["within": "2", "after": "3"])
    let sample = try SegmentObserver(segment.name).sample()
    #expect(sample.lock.recoveries == 1)
    let event = try #require(sample.events.last { $0.kind == .recovered })
    #expect(Int32(truncatingIfNeeded: event.first) == holder.pid)
    #expect(event.second == 0)
    #expect(event.pid == getpid())
    expectSound(segment)
  }

  @Test func `A writer that blocks on the mutex when its holder dies goes on`() throws {
    let waiters = try (0..<3).map { _ in try AgentProcess() }
    for waiter in waiters { #expect(try waiter.ask("open", "h", segment.name) == .done([])) }
    let holder = try holder()
    for (index, waiter) in waiters.enumerated() { try waiter.send("put", "h", "waiter\(index)".hex, "1".hex) }
    try waitUntil(waiters: waiters.count, at: segment)
    holder.kill()
    for waiter in waiters { #expect(try waiter.reply() == .done([])) }
    #expect(try segment.open().count == 3)
    expectSound(segment)
  }

  @Test func `Holders killed again and again, one after the other`() throws {
    let store = try segment.open { $0.lockTimeout = .seconds(30) }
    for round in 1...10 {
      let holder = try holder()
      #expect(try holder.ask("put", "round".hex, "\(round)".hex) == .done([]))
      holder.kill()
    }
    #expect(try store.get("round") == "10")
    try store.put("after", "1")
    #expect(try SegmentObserver(segment.name).sample().lock.recoveries == 10)
    expectSound(segment)
  }

  @Test func `While the holder is stopped, readers go on and a writer's wait ends with its name`() throws {
    let store = try segment.open { $0.lockTimeout = .milliseconds(100) }
    let keys = (0..<200).map { "key \($0)" }
    for key in keys { try store.put(key, "value") }
    let holder = try holder()
    #expect(try holder.ask("put", "within".hex, "2".hex) == .done([]))
    holder.stop()

    for key in keys { #expect(try store.get(key) == "value") }
    #expect(try store.contains("key 7"))
    #expect(try store.get("missing") == nil)
    #expect(try store.count == 201)
    var visits = 0
    try store.forEach { _, _ in
      visits += 1
      return true
    }
    #expect(visits == 201)
    let error = StoreError.lockTimeout(
      name: segment.name, holder: holder.pid, holderState: "T", milliseconds: 100)
    #expect(throws: error) { try store.put("key 0", "new") }
    #expect(throws: error) { try store.all() }
    #expect(throws: error) { try store.remove("key 0") }
    #expect(throws: error) { try store.withLock { _ in } }

    let observer = try SegmentObserver(segment.name)
    let sample = try observer.sample()
    #expect(sample.lock.holder == holder.pid)
    #expect(sample.participants.first { $0.pid == holder.pid }?.liveness == .stopped)
    #expect(try observer.entry("key 7")?.valueText == "value")

    holder.resume()
    #expect(try holder.ask("release") == .done([]))
    try store.put("key 0", "new")
    #expect(try store.get("key 0") == "new")
    #expect(try store.get("within") == "2")
    #expect(try observer.sample().lock.recoveries == 0)
    expectSound(segment)
  }

  @Test func `Opening, observing and checking do not wait for a stopped holder for ever`() throws {
    try segment.open().put("a", "1")
    let holder = try holder()
    holder.stop()
    let reader = try segment.open(.readOnly)
    #expect(try reader.get("a") == "1")
    #expect(try SegmentObserver(segment.name).sample().table.entryCount == 1)
    #expect(try SegmentCheck.run(segment.name).isEmpty)
    // An exclusive open waits a bounded time only.
    let fresh = try segment.open(.exclusive) { $0.lockTimeout = .milliseconds(100) }
    try fresh.put("b", "2")
    #expect(try fresh.dictionary() == ["b": "2"])
    holder.resume()
    // It is still in its section, on the old segment: nothing it does reaches the new one.
    _ = try holder.ask("put", "c".hex, "3".hex)
    _ = try holder.ask("release")
    #expect(try fresh.dictionary() == ["b": "2"])
    expectSound(segment)
  }

  @Test func `A process stopped in the middle of its work stops no reader`() throws {
    var random = SeededGenerator(printedFor: "a process stopped in its work")
    let store = try segment.open(.shared) {
      $0.lockTimeout = .milliseconds(50)
      $0.initialSlots = 8
    }
    let progress = ScratchFile()
    let worker = try AgentProcess()
    #expect(try worker.ask("open", "h", segment.name) == .done([]))
    try worker.send(
      "work", "h", "profile=clearing", "seed=\(random.seedOfPart())", "progress=\(progress.path)")
    try waitWhile { progress.word(0) == 0 }
    for _ in 0..<40 {
      worker.stop()
      // Whatever the worker is in the middle of: reads end, writes end or name the one stopped.
      for index in 0..<200 { _ = try store.bytes(Array("\(index)".utf8)) }
      _ = try store.count
      let refused = refusal { try store.put("beside", "1") }
      #expect(refused == nil || refused == "lockTimeout")
      worker.resume()
      usleep(.random(in: 0...3000, using: &random))
    }
    #expect(try worker.end().number != nil)
    expectSound(segment)
  }
}
