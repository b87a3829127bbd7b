import Glibc
import TestSupport
import Testing

@testable import SharedSimple

/// Rows of the participant table: claimed, given back, left by the dead, reaped and used again.
struct ParticipantTests {
  let segment = TemporaryStore("rows")

  @Test func `A dead process's row stays until it is reaped, and is then used again`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("put", "h", "a".hex, "1".hex) == .done([]))
    let slot = try #require(try observer.sample().participants.first { $0.pid == agent.pid }?.slot)
    agent.kill()
    let dead = try #require(try observer.sample().participants.first { $0.pid == agent.pid })
    #expect(dead.liveness == .dead)
    #expect(dead.counters.puts == 1)
    for index in 0..<100 { try store.put("\(index)", "v") }
    #expect(try observer.sample().participants.contains { $0.pid == agent.pid })

    #expect(try store.reap() == 1)
    let sample = try observer.sample()
    #expect(sample.participants.map(\.pid) == [getpid()])
    #expect(sample.departed.puts == 1)
    #expect(sample.totals.puts == 101)
    let event = try #require(sample.events.last { $0.kind == .reaped })
    #expect(event.first == 1)
    #expect(event.second == UInt64(agent.pid))
    #expect(try store.reap() == 0)

    let next = try AgentProcess()
    #expect(try next.ask("open", "h", segment.name) == .done([]))
    let row = try #require(try observer.sample().participants.first { $0.pid == next.pid })
    #expect(row.slot == slot)
    #expect(row.counters == OperationCounters())
    #expect(row.attachedWall > dead.attachedWall)
    expectSound(segment)
  }

  @Test func `When the table is full, the rows of the dead are given away, then handles work unlisted`()
    throws
  {
    var store: SharedStore? = try segment.open()
    let observer = try SegmentObserver(segment.name)
    let capacity = try observer.sample().participantCapacity
    #expect(capacity >= 100)

    let doomed = try AgentProcess()
    for index in 0..<10 { #expect(try doomed.ask("open", "h\(index)", segment.name) == .done([])) }
    doomed.kill()
    #expect(try observer.sample().participants.count { $0.liveness == .dead } == 10)

    var handles = try (1..<capacity).map { _ in try segment.open() }
    var sample = try observer.sample()
    #expect(sample.participants.count == capacity)
    #expect(sample.participants.allSatisfy { $0.pid == getpid() })
    #expect(sample.unlistedCount == 0)

    let extra = try segment.open()
    try extra.put("a", "1")
    #expect(try extra.get("a") == "1")
    sample = try observer.sample()
    #expect(sample.unlistedCount == 1)
    #expect(sample.participants.count == capacity)
    extra.close()
    #expect(try observer.sample().unlistedCount == 0)

    handles.removeAll()
    store = nil
    #expect(try observer.sample().participants.isEmpty)
    _ = store
    expectSound(segment)
  }

  @Test func `A row given back twice is given back once`() throws {
    let (store, other) = (try segment.open(), try segment.open())
    // Two threads of a forked child may come to it at once: one that closes, one that finds it closed.
    _ = store.participant?.unregister()
    #expect(store.participant?.unregister() == nil)
    #expect(try SegmentObserver(segment.name).sample().unlistedCount == 0)
    #expect(try SegmentObserver(segment.name).sample().participants.count == 1)
    withExtendedLifetime(other) {}
  }

  @Test func `A name longer than a row's field is cut, and an inspector is told from the rest`() throws {
    let store = try segment.open {
      $0.participantName = "a name of more than sixteen bytes"
      $0.isInspector = true
    }
    let row = try #require(try SegmentObserver(segment.name).sample().participants.first)
    #expect(row.name == Array("a name of more t".utf8))
    #expect(row.isInspector)
    store.close()
  }

  @Test func `Without a name, a row has the process's own`() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    let row = try #require(try SegmentObserver(segment.name).sample().participants.first)
    #expect(String(decoding: row.name, as: UTF8.self) == "StoreAgent")
  }

  @Test func `Observers and read-only handles have no row`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    let reader = try segment.open(.readOnly)
    _ = try reader.get("a")
    #expect(try observer.sample().participants.count == 1)
    #expect(try observer.sample().unlistedCount == 0)
    reader.close()
    store.close()
  }
}
