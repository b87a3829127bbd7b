import Glibc
import SharedSimple
import TestSupport
import Testing

/// The wall clock set forward and back while a store is used: times are shown as they were noted; nothing else
/// depends on them.
@Suite(.enabled(if: SteppedClock.wrapper != nil, "there is no C compiler to make a clock with"))
struct ClockStepTests {
  let segment = TemporaryStore("clock")

  private func agent(participant: String) throws -> AgentProcess {
    let agent = try AgentProcess(wrapper: SteppedClock.wrapper!)
    #expect(
      try agent.ask("open", "h", segment.name, "participant=\(participant)", "lockTimeout=2000") == .done([]))
    return agent
  }

  private static let day = 86_400

  @Test func `Stamps rise through every step of the clock, and the write clock notes each`() throws {
    let agent = try agent(participant: "stepped")
    let observer = try SegmentObserver(segment.name)
    let steps = [0, 365, -365, -20_000, 0, 36_500, 1, -1]
    for (round, step) in steps.enumerated() {
      #expect(try agent.ask("step-clock", "\(step * Self.day)") == .done([]))
      #expect(try agent.ask("fill", "h", "entries=40", "prefix=round\(round)") == .done(["40", "all"]))
    }
    let points = try observer.writeClock()
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
    let now = Int(try observer.sample().takenWall / 1_000_000_000)
    let noted = points.map { Int($0.wall / 1_000_000_000) }
    for step in steps.dropFirst() {
      #expect(noted.contains { abs($0 - now - step * Self.day) < 3600 }, "\(step) days are not there")
    }
    #expect(try segment.open().count == 40 * steps.count)
    let stamps = try segment.open().all().map(\.stamp)
    #expect(Set(stamps).count == stamps.count)
    expectSound(segment)
  }

  @Test func `Two processes whose clocks disagree fill the write clock with neither lies nor losses`() throws
  {
    let (ahead, behind) = (try agent(participant: "ahead"), try agent(participant: "behind"))
    #expect(try ahead.ask("step-clock", "\(Self.day)") == .done([]))
    #expect(try behind.ask("step-clock", "\(-Self.day)") == .done([]))
    for round in 0..<700 {
      for agent in [ahead, behind] {
        #expect(try agent.ask("fill", "h", "entries=17", "prefix=\(round % 5)") == .done(["17", "all"]))
      }
    }
    let observer = try SegmentObserver(segment.name)
    let points = try observer.writeClock()
    let last = try observer.sample().sequence
    #expect(points.count <= 512)
    #expect(zip(points, points.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
    #expect(points.first!.sequence < last / 10, "old times get coarser, and are not lost")
    #expect(points.last!.sequence > last - last / 10)
    expectSound(segment)
  }

  @Test func `Waits, timeouts and comings and goings do not follow the wall clock`() throws {
    let (one, other) = (try agent(participant: "one"), try agent(participant: "other"))
    let observer = try SegmentObserver(segment.name)
    #expect(try one.ask("hold", "h") == .done([]))
    #expect(try other.ask("step-clock", "\(-1000 * Self.day)") == .done([]))
    try other.send("put", "h", "a".hex, "1".hex)
    try waitUntil(waiters: 1, at: segment)
    let waiting = try #require(try observer.sample().participants.first { $0.pid == other.pid })
    #expect(waiting.waitingFor == one.pid)
    #expect(try one.ask("release") == .done([]))
    #expect(try other.reply() == .done([]))
    let sample = try observer.sample()
    #expect(sample.lock.longestWait < 100_000_000_000)
    // Attached “after now”, or long before: shown as noted.
    #expect(try other.ask("step-clock", "\(1000 * Self.day)") == .done([]))
    #expect(try other.ask("open", "late", segment.name, "participant=late") == .done([]))
    let late = try #require(try observer.sample().participants.first { $0.name == Array("late".utf8) })
    #expect(late.attachedWall > sample.takenWall)
    #expect(late.liveness == .running)
    #expect(try other.ask("close", "late") == .done([]))
    let event = try #require(try observer.sample().events.last { $0.kind == .detached })
    #expect(event.duration < 100_000_000_000 && event.first == UInt64(late.slot))
    #expect(try segment.open().reap() == 0)
    expectSound(segment)
  }
}
