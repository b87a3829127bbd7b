import Glibc
import SharedSimple
import TestSupport
import Testing

/// A process that executes another program with handles open.
///
/// The process stays the same one: same pid, same start time. Nobody else can see that it has no handle any
/// more, so its row is shown as it was until the process ends, or opens the segment again and gives it back.
struct ExecTests {
  let segment = TemporaryStore("exec")

  private func rows(of agent: AgentProcess) throws -> [ParticipantSample] {
    try SegmentObserver(segment.name).sample().participants.filter { $0.pid == agent.pid }
  }

  @Test func `An exec leaves no descriptor, and a row that the process gives back when it comes again`()
    throws
  {
    let store = try segment.open()
    let agent = try AgentProcess()
    for name in ["one", "two"] {
      #expect(try agent.ask("open", name, segment.name, "participant=\(name)") == .done([]))
    }
    #expect(try agent.ask("put", "one", "a".hex, "1".hex) == .done([]))
    #expect(try agent.ask("open-objects").number! > 0)
    #expect(try agent.ask("exec") == .done([]))
    #expect(try agent.ask("pid").number == Int(agent.pid))
    #expect(try agent.ask("open-objects").number == 0)
    #expect(try rows(of: agent).map(\.liveness) == [.running, .running])
    #expect(try store.reap() == 0)

    #expect(try agent.ask("open", "h", segment.name, "participant=three") == .done([]))
    let row = try #require(try rows(of: agent).first)
    #expect(try rows(of: agent).count == 1)
    #expect(String(decoding: row.name, as: UTF8.self) == "three")
    #expect(row.counters.puts == 0)
    #expect(try SegmentObserver(segment.name).sample().totals.puts == 1, "its counts are kept")
    // Its own other handles are not taken for left behind.
    #expect(try agent.ask("open", "again", segment.name) == .done([]))
    #expect(try rows(of: agent).count == 2)
    expectSound(segment)
  }

  @Test func `A row that an exec left is that of a dead process once the process has ended`() throws {
    let store = try segment.open()
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("exec") == .done([]))
    agent.kill()
    #expect(try rows(of: agent).map(\.liveness) == [.dead])
    #expect(try store.reap() == 1)
  }

  @Test func `A process that executes another program while it holds the lock has died as its holder`() throws
  {
    let store = try segment.open { $0.lockTimeout = .seconds(30) }
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("hold", "h") == .done([]))
    #expect(try agent.ask("put", "within".hex, "1".hex) == .done([]))
    #expect(try agent.ask("exec") == .done([]))
    try store.put("after", "2")
    #expect(try store.dictionary() == ["within": "1", "after": "2"])
    #expect(try SegmentObserver(segment.name).sample().lock.recoveries == 1)
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("get", "h", "within".hex).bytes == Array("1".utf8))
    expectSound(segment)
  }
}
