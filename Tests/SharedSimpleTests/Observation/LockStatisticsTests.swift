import Glibc
import SharedSimple
import TestSupport
import Testing

/// What is seen of the mutex: who holds it, who waits for whom, and for how long they did.
struct LockStatisticsTests {
  let segment = TemporaryStore("lock")

  @Test func `The holder is visible while it holds`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    #expect(try observer.sample().lock.holder == nil)
    try store.withLock { _ in
      let sample = try observer.sample()
      #expect(sample.lock.holder == getpid())
      let row = try #require(sample.participants.first)
      #expect(sample.lock.holderParticipant == row.slot)
    }
    #expect(try observer.sample().lock.holder == nil)
    #expect(try observer.sample().lock.holderParticipant == nil)
  }

  @Test func `A dead holder's name stays until its successor has recovered`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("hold", "h") == .done([]))
    agent.kill()
    #expect(try observer.sample().lock.holder == agent.pid)
    try store.put("a", "1")
    #expect(try observer.sample().lock.holder == nil)
  }

  @Test func `A waiter shows for whom it waits, and the wait is charged to the holder`() throws {
    let observed = try segment.open()
    let observer = try SegmentObserver(segment.name)
    let (holder, waiter) = (try AgentProcess(), try AgentProcess())
    for agent in [holder, waiter] { #expect(try agent.ask("open", "h", segment.name) == .done([])) }
    let before = try observer.sample()
    #expect(try holder.ask("hold", "h") == .done([]))
    try waiter.send("put", "h", "a".hex, "1".hex)
    try waitUntil(waiters: 1, at: segment)
    let row = try #require(try observer.sample().participants.first { $0.pid == waiter.pid })
    #expect(row.waitingFor == holder.pid)
    let since = try #require(row.waitingSinceMonotonic)
    #expect(since <= (try observer.sample().takenMonotonic))
    usleep(20_000)
    #expect(try holder.ask("release") == .done([]))
    #expect(try waiter.reply() == .done([]))

    let sample = try observer.sample()
    let (culprit, victim) = (
      try #require(sample.participants.first { $0.pid == holder.pid }),
      try #require(sample.participants.first { $0.pid == waiter.pid })
    )
    #expect(victim.waitingFor == nil)
    #expect(victim.waitingSinceMonotonic == nil)
    #expect(victim.counters.waits == 1)
    #expect(victim.counters.waitNanoseconds >= 20_000_000)
    #expect(culprit.counters.waits == 0)
    #expect(culprit.waitsCaused == 1)
    #expect(culprit.waitNanosecondsCaused == victim.counters.waitNanoseconds)
    #expect(victim.waitsCaused == 0)
    #expect(sample.lock.contended == before.lock.contended + 1)
    #expect(sample.lock.waitNanoseconds == before.lock.waitNanoseconds + victim.counters.waitNanoseconds)
    #expect(sample.lock.longestWait >= victim.counters.waitNanoseconds)
    #expect(sample.lock.waits.counts.reduce(0, +) == sample.lock.contended)
    observed.close()
  }

  @Test func `Under contention the sums agree: rows, histogram and header`() throws {
    let agents = try (0..<3).map { _ in try AgentProcess() }
    for agent in agents { #expect(try agent.ask("open", "h", segment.name) == .done([])) }
    for agent in agents { try agent.send("count-up", "h", "n".hex, "3000") }
    for agent in agents { #expect(try agent.reply() == .done([])) }
    let sample = try SegmentObserver(segment.name).sample()
    #expect(sample.totals.puts == 9000)
    #expect(sample.sequence == 9000)
    #expect(sample.lock.acquisitions >= 9000)
    #expect(sample.lock.contended <= sample.lock.acquisitions)
    #expect(sample.lock.waits.counts.reduce(0, +) == sample.lock.contended)
    #expect(sample.lock.waitNanoseconds >= sample.lock.longestWait)
    #expect(sample.totals.waits <= sample.lock.contended)
    let caused = sample.participants.reduce(0) { $0 + $1.waitsCaused }
    #expect(caused <= sample.lock.contended)
    if sample.lock.longestWait > 0 {
      let highest = sample.lock.waits.counts.lastIndex { $0 > 0 }
      #expect(highest == 63 - sample.lock.longestWait.leadingZeroBitCount)
    }
    #expect(sample.lock.sampledHolds.counts.reduce(0, +) > 0)
    #expect(sample.lock.recoveries == 0)
  }

  @Test func `A hold under contention shows since when it lasts`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    let (first, second) = (try AgentProcess(), try AgentProcess())
    for agent in [first, second] { #expect(try agent.ask("open", "h", segment.name) == .done([])) }
    #expect(try first.ask("hold", "h") == .done([]))
    try second.send("hold", "h")
    try waitWhile { try observer.sample().participants.allSatisfy({ $0.waitingFor == nil }) }
    #expect(try first.ask("release") == .done([]))
    #expect(try second.reply() == .done([]))
    let sample = try observer.sample()
    #expect(sample.lock.holder == second.pid)
    let since = try #require(sample.lock.heldSinceMonotonic)
    #expect(since <= sample.takenMonotonic)
    #expect(try second.ask("release") == .done([]))
    store.close()
  }
}
