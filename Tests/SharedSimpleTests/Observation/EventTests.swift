import Glibc
import SharedSimple
import TestSupport
import Testing

/// The event ring: what happened to the segment, in order.
struct EventTests {
  let segment = TemporaryStore("events")

  @Test func `Creation, attachment and departure are recorded, numbered from 1 without a gap`() throws {
    let store = try segment.open { $0.initialSlots = 64 }
    let observer = try SegmentObserver(segment.name)
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("close", "h") == .done([]))
    let events = try observer.sample().events
    #expect(events.map(\.kind) == [.created, .attached, .attached, .detached])
    #expect(events.map(\.number) == [1, 2, 3, 4])
    #expect(events.map(\.pid) == [getpid(), getpid(), agent.pid, agent.pid])
    #expect(events[0].first == 64)
    #expect(events[0].second == 32)
    #expect(events[2].first == events[3].first, "the row given back is the row claimed")
    #expect(events[3].second > 0)
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.wall <= $1.wall })
    store.close()
  }

  @Test func `Growth, emptying and heap growth are recorded with their sizes`() throws {
    let store = try segment.open {
      $0.initialSlots = 8
      $0.valueLimit = 4096
    }
    let observer = try SegmentObserver(segment.name)
    let value = [UInt8](repeating: 1, count: 4096)
    let claimed = try observer.sample().memory.heapClaimed
    for index in 0..<100 { try store.put("\(index)", value) }
    #expect(try store.removeAll() == 100)
    let sample = try observer.sample()
    let resized = sample.events.filter { $0.kind == .resized }
    #expect(resized.map(\.first).first == 8)
    #expect(resized.allSatisfy { $0.second > $0.first && $0.pid == getpid() })
    let grown = sample.events.filter { $0.kind == .heapGrown }
    #expect(!grown.isEmpty)
    #expect(grown.first?.first == UInt64(claimed))
    #expect(grown.last?.second == UInt64(sample.memory.heapClaimed))
    let cleared = try #require(sample.events.last { $0.kind == .cleared })
    #expect(cleared.first == 100)
    #expect(cleared.second == resized.last?.second)
  }

  @Test func `A rehash is recorded with the removed slots it dropped`() throws {
    let store = try segment.open { $0.initialSlots = 64 }
    let observer = try SegmentObserver(segment.name)
    // Removed slots stay only where a probe goes on behind them: that takes some company.
    for index in 0..<2000 {
      try store.put("\(index)", "v")
      if index >= 20 { try store.remove("\(index - 20)") }
    }
    let rehashed = try observer.sample().events.filter { $0.kind == .rehashed }
    #expect(!rehashed.isEmpty)
    #expect(rehashed.allSatisfy { $0.first == 64 && $0.second > 0 && $0.second <= 64 })
  }

  @Test func `Being replaced is the old segment's last word`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    _ = try segment.open(.exclusive)
    let event = try #require(try observer.sample().events.last { $0.kind == .replaced })
    #expect(event.pid == getpid())
    store.close()
  }

  @Test func `The ring keeps the newest 256 events, whole`() throws {
    let keeper = try segment.open()
    let observer = try SegmentObserver(segment.name)
    for _ in 0..<300 { try segment.open().close() }
    let events = try observer.sample().events
    #expect(events.count <= 256)
    #expect(events.count >= 250)
    #expect(zip(events, events.dropFirst()).allSatisfy { $0.number + 1 == $1.number })
    #expect(events.last?.kind == .detached)
    #expect(events.last?.number ?? 0 >= 602)
    keeper.close()
  }

  @Test func `A sample taken while events pour in shows none that is torn`() throws {
    let keeper = try segment.open()
    let observer = try SegmentObserver(segment.name)
    let agents = try (0..<2).map { _ in try AgentProcess() }
    for agent in agents { try agent.send("visit", segment.name, "rounds=3000") }
    for _ in 0..<2000 {
      let events = try observer.sample().events
      #expect(zip(events, events.dropFirst()).allSatisfy { $0.number < $1.number })
      for event in events {
        #expect([.created, .attached, .detached].contains(event.kind))
        #expect(event.pid == getpid() || agents.contains { $0.pid == event.pid })
        if event.kind == .detached { #expect(event.second < 60_000_000_000) }
      }
    }
    for agent in agents { #expect(try agent.reply(within: .seconds(300)).number == 3000) }
    keeper.close()
    expectSound(segment)
  }
}
