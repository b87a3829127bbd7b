import SharedSimple
import TestSupport
import Testing

/// A forked child goes on with its parent's handles.
struct ForkTests {
  let segment = TemporaryStore("fork")

  @Test func `Parent and child both work through the handle, and the child has a row of its own`() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("put", "h", "a".hex, "parent".hex) == .done([]))
    let observer = try SegmentObserver(segment.name)

    #expect(try agent.ask("fork", "get", "h", "a".hex).number != nil)
    #expect(try agent.ask("join").bytes == Array("parent".utf8))

    let child = try #require(try agent.ask("fork", "put", "h", "b".hex, "child".hex).number)
    #expect(try agent.ask("join") == .done([]))
    #expect(try agent.ask("get", "h", "b".hex).bytes == Array("child".utf8))

    let rows = try observer.sample().participants
    let parentRow = try #require(rows.first { $0.pid == agent.pid })
    #expect(parentRow.counters.puts == 1, "the child does not count on its parent's row")
    let childRow = try #require(rows.first { $0.pid == Int32(child) })
    #expect(childRow.counters.puts == 1)
    #expect(childRow.liveness == .dead)
    #expect(try observer.sample().totals.puts == 2)
    expectSound(segment)
  }

  @Test func `Parent and children count at once, and lose nothing`() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    for _ in 0..<4 { #expect(try agent.ask("fork", "count-up", "h", "n".hex, "500").number != nil) }
    #expect(try agent.ask("count-up", "h", "n".hex, "500") == .done([]))
    for _ in 0..<4 { #expect(try agent.ask("join") == .done([])) }
    #expect(try agent.ask("get", "h", "n".hex).bytes == Array("2500".utf8))
    expectSound(segment)
  }

  @Test func `A child that is killed while it holds the lock is recovered from by its parent`() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("put", "h", "a".hex, "1".hex) == .done([]))
    #expect(try agent.ask("fork", "die-holding", "h").number != nil)
    #expect(try agent.ask("join").refusal == "violation", "the child died")
    #expect(try agent.ask("put", "h", "a".hex, "2".hex) == .done([]))
    #expect(try SegmentObserver(segment.name).sample().lock.recoveries == 1)
    expectSound(segment)
  }

  @Test func `Children forked amid threads that write, and from within the lock, work, close, and end`()
    throws
  {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    let rounds = Effort.times(60)
    #expect(try agent.ask("fork-amid", "h", "rounds=\(rounds)").number == rounds)
    let executed = (0..<rounds).count { $0 % 4 == 1 }
    #expect(try agent.ask("get", "h", "children".hex).bytes == Array("\(rounds - executed)".utf8))
    let sample = try SegmentObserver(segment.name).sample()
    #expect(sample.participants.map(\.pid) == [agent.pid], "each child has given its row back")
    #expect(sample.lock.recoveries == 0)
    #expect(sample.unlistedCount == 0)
    expectSound(segment)
  }

  @Test func `A child that closes the handle leaves the parent's open`() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("fork", "close", "h").number != nil)
    #expect(try agent.ask("join") == .done([]))
    #expect(try agent.ask("put", "h", "a".hex, "1".hex) == .done([]))
    #expect(try SegmentObserver(segment.name).sample().participants.map(\.pid) == [agent.pid])
  }
}
