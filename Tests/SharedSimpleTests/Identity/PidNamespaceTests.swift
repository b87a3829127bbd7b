import Glibc
import TestSupport
import Testing

@testable import SharedSimple

/// Containers that share /dev/shm: processes of equal pids, whose threads have equal numbers, in pid
/// namespaces that cannot see into each other.
@Suite(.enabled(if: PrivatePids.isPermitted, "a pid namespace of one's own is not permitted here"))
struct PidNamespaceTests {
  let segment = TemporaryStore("pids")

  private func agent(_ wrapper: [String] = PrivatePids.wrapper) throws -> AgentProcess {
    let agent = try AgentProcess(wrapper: wrapper)
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    return agent
  }

  private func rows() throws -> [ParticipantSample] {
    try SegmentObserver(segment.name).sample().participants
  }

  @Test func `Processes of equal pids in two namespaces take turns, and nobody is told of a deadlock`() throws
  {
    let agents = [try agent(), try agent()]
    for agent in agents { #expect(try agent.ask("pid").number == 2) }
    for agent in agents { try agent.send("count-up", "h", "n".hex, "5000") }
    for agent in agents { #expect(try agent.reply() == .done([])) }
    #expect(try agents[0].ask("get", "h", "n".hex).bytes == Array("10000".utf8))
    #expect(try SegmentObserver(segment.name).sample().lock.recoveries == 0)

    // Also where one has to sleep for the other.
    #expect(try agents[0].ask("hold", "h") == .done([]))
    try agents[1].send("put", "h", "a".hex, "1".hex)
    try waitUntil(waiters: 1, at: segment)
    #expect(try agents[0].ask("put", "a".hex, "2".hex) == .done([]))
    #expect(try agents[0].ask("release") == .done([]))
    #expect(try agents[1].reply() == .done([]))
    #expect(try agents[0].ask("get", "h", "a".hex).bytes == Array("1".utf8))
    expectSound(segment)
  }

  @Test func `A waiter killed in one namespace does not free the lock of its double in the other`() throws {
    let store = try segment.open { $0.lockTimeout = .milliseconds(200) }
    for round in 0..<5 {
      let (holder, waiter) = (try agent(), try agent())
      #expect(try holder.ask("hold", "h") == .done([]))
      try waiter.send("put", "h", "waiter".hex, "1".hex)
      // Those killed before wait for ever, as far as their rows tell.
      try waitUntil(waiters: round + 1, at: segment)
      // From spinning to sleeping.
      usleep(50_000)
      let killed = waiter.innermostPid
      #expect(killed != waiter.pid)
      kill(killed, SIGKILL)
      waiter.wait()
      try #require(kill(killed, 0) == -1 && errno == ESRCH, "it is gone")
      #expect(
        throws: StoreError.lockTimeout(name: segment.name, holder: 2, holderState: "?", milliseconds: 200)
      ) { try store.put("a", "1") }
      #expect(try holder.ask("put", "held".hex, "1".hex) == .done([]))
      #expect(try holder.ask("release") == .done([]))
      try store.put("a", "2")
      #expect(try holder.ask("put", "h", "held".hex, "2".hex) == .done([]))
      // Before its socket closes: a process killed while it takes its leave may well hold the lock.
      kill(holder.innermostPid, SIGKILL)
      holder.wait()
    }
    let sample = try SegmentObserver(segment.name).sample()
    #expect(sample.lock.recoveries == 0, "\(sample.events)")
    expectSound(segment)
  }

  @Test func `Doubles that are killed at their work take nothing from the one that lives`() throws {
    var random = SeededGenerator(printedFor: "doubles that are killed at their work")
    let survivor = try agent()
    for round in 1...Effort.times(20) {
      try survivor.send("count-up", "h", "survivor".hex, "2000")
      let doomed = try agent()
      try doomed.send("count-up", "h", "doomed".hex, "1000000")
      usleep(.random(in: 0...20_000, using: &random))
      kill(doomed.innermostPid, SIGKILL)
      doomed.wait()
      #expect(try survivor.reply() == .done([]))
      #expect(try survivor.ask("get", "h", "survivor".hex).bytes == Array("\(2000 * round)".utf8))
    }
    expectSound(segment)
  }

  @Test func `A holder that dies in one namespace is recovered from in another, by its number there`() throws
  {
    let (holder, other) = (try agent(), try agent())
    #expect(try holder.ask("hold", "h") == .done([]))
    #expect(try holder.ask("put", "within".hex, "1".hex) == .done([]))
    try other.send("put", "h", "after".hex, "2".hex)
    usleep(20_000)
    try holder.send("die")
    #expect(try other.reply() == .done([]))
    #expect(try segment.open().dictionary() == ["within": "1", "after": "2"])
    let sample = try SegmentObserver(segment.name).sample()
    #expect(sample.lock.recoveries == 1)
    #expect(sample.events.last { $0.kind == .recovered }?.first == 2)
    expectSound(segment)
  }

  @Test func `What lives elsewhere is neither alive nor dead, keeps its row, and is told from its double`()
    throws
  {
    let store = try segment.open()
    let (one, other) = (try agent(), try agent())
    #expect(try one.ask("put", "h", "a".hex, "1".hex) == .done([]))
    let doubles = try rows().filter { $0.pid == 2 }
    #expect(doubles.count == 2)
    #expect(doubles.allSatisfy { $0.liveness == .unknown && $0.pidNamespace != 0 })
    #expect(Set(doubles.map(\.pidNamespace)).count == 2)
    #expect(doubles.map(\.counters.puts) == [1, 0])
    // Each of them knows itself, and neither the other nor the test.
    guard case .done(let seen) = try one.ask("rows", segment.name) else { return }
    #expect(seen.map { $0.split(separator: ":")[2] }.sorted() == ["running", "unknown", "unknown"])
    #expect(try store.reap() == 0)
    #expect(try one.ask("reap", "h").number == 0)

    kill(other.innermostPid, SIGKILL)
    other.wait()
    #expect(try store.reap() == 0)
    #expect(try one.ask("reap", "h").number == 0)
    #expect(try rows().count { $0.pid == 2 } == 2)

    // Nor does a full table take them away.
    let capacity = try SegmentObserver(segment.name).sample().participantCapacity
    let handles = try (3..<capacity).map { _ in try segment.open() }
    let extra = try segment.open()
    #expect(try SegmentObserver(segment.name).sample().unlistedCount == 1)
    #expect(try rows().count { $0.pid == 2 } == 2)
    #expect(try one.ask("close", "h") == .done([]))
    #expect(try rows().count { $0.pid == 2 } == 1)
    withExtendedLifetime((handles, extra)) {}
  }

  @Test func `A row that is being filled in is taken only from the dead of one's own namespace`() throws {
    let store = try segment.open()
    let own = ProcessIdentity.ownNamespaces()
    // No process has this pid: it is above the kernel's limit.
    func lay(_ row: Int, _ namespaces: UInt64) {
      let state =
        ParticipantRow.takenBit | ParticipantRow.fillingBit | ParticipantRow.namespaceTag(namespaces)
        | 0x7FFF_FFFF
      let offset = ParticipantRow(index: row).offset
      RawObject(segment).write(withUnsafeBytes(of: state) { Array($0) }, at: offset)
    }
    lay(10, own)
    lay(11, own ^ 1)
    lay(12, 0)
    #expect(try store.reap() == 1)
    #expect(try store.reap() == 0)
  }

  @Test func `With the /proc of another namespace nothing is known of anybody, and nothing reaped`() throws {
    let store = try segment.open()
    let stranger = try agent(PrivatePids.wrapperWithForeignProc)
    #expect(try stranger.ask("pid").number == 2)
    let row = try #require(try rows().first { $0.pid == 2 })
    #expect(row.pidNamespace == 0)
    #expect(row.liveness == .unknown)
    #expect(
      String(decoding: row.name, as: UTF8.self) == "StoreAgent", "its own name, not that of the host's pid 2")
    guard case .done(let seen) = try stranger.ask("rows", segment.name) else { return }
    #expect(seen.allSatisfy { $0.contains(":unknown:") }, "\(seen)")
    #expect(try stranger.ask("reap", "h").number == 0)
    #expect(try store.reap() == 0)
  }

  @Test(.enabled(if: PrivateTime.isPermitted, "a namespace of times is not permitted here"))
  func `A process for which the machine started at another time is not taken for dead`() throws {
    let store = try segment.open()
    let agent = try agent(PrivateTime.wrapper)
    let row = try #require(try rows().first { $0.pid != getpid() })
    #expect(row.liveness == .unknown)
    guard case .done(let seen) = try agent.ask("rows", segment.name) else { return }
    #expect(seen.contains { $0.contains(":\(row.pid):running:") }, "\(seen)")
    #expect(!seen.contains { $0.contains(":dead:") }, "\(seen)")
    #expect(try agent.ask("reap", "h").number == 0)
    #expect(try store.reap() == 0)
  }

  @Test(.enabled(if: PrivatePids.isChoosingPermitted, "choosing a pid is not permitted here"))
  func `A pid used again is not the process that had it`() throws {
    let first = try AgentProcess(wrapper: PrivatePids.wrapper(reusing: 500))
    #expect(try first.ask("pid").number == 500)
    #expect(try first.ask("open", "h", segment.name, "participant=first") == .done([]))
    #expect(try first.ask("put", "h", "a".hex, "1".hex) == .done([]))
    #expect(try first.ask("hold", "h") == .done([]))
    #expect(try first.ask("put", "b".hex, "2".hex) == .done([]))
    let old = first.innermostPid
    try first.send("die")
    try waitWhile { first.innermostPid == old }
    // The same shell runs the next one on the same input.
    let second = first
    #expect(try second.ask("pid").number == 500)
    guard case .done(let before) = try second.ask("rows", segment.name) else { return }
    #expect(before == ["0:500:dead:first"])
    #expect(try second.ask("open", "h", segment.name, "participant=second") == .done([]))
    guard case .done(let after) = try second.ask("rows", segment.name) else { return }
    #expect(after == ["0:500:dead:first", "1:500:running:second"])
    #expect(try second.ask("put", "h", "c".hex, "3".hex) == .done([]))
    #expect(try SegmentObserver(segment.name).sample().lock.recoveries == 1)
    #expect(try second.ask("reap", "h").number == 1)
    guard case .done(let reaped) = try second.ask("rows", segment.name) else { return }
    #expect(reaped == ["1:500:running:second"])
    #expect(try segment.open().dictionary() == ["a": "1", "b": "2", "c": "3"])
    expectSound(segment)
  }
}
