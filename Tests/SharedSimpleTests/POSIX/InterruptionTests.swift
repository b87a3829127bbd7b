import Glibc
import SharedSimple
import TestSupport
import Testing

/// A signal every millisecond, whose handler interrupts system calls, through everything that makes some.
struct InterruptionTests {
  let segment = TemporaryStore("signals")

  private func interrupted(_ body: (AgentProcess) throws -> Void) throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("interrupt", "1000").number != nil)
    try body(agent)
    let count = try agent.ask("interrupt", "0").number ?? 0
    #expect(count > 0, "there were signals")
  }

  @Test func `Creation with half a GiB of index, and growth by half a GiB of heap`() throws {
    try interrupted { agent throws in
      let slots = 1 << 25
      #expect(
        try agent.ask(
          "open", "h", segment.name, "slots=\(slots)", "valueLimit=1000000", within: .seconds(300))
          == .done([]))
      #expect(try agent.ask("fill-plain", "h", "bytes=1000000", "entries=520").number == 520)
      let memory = try SegmentObserver(segment.name).sample().memory
      #expect(memory.windowClaimed == [8 * slots + 16384, 8 * slots + 4096])
      #expect(memory.heapClaimed >= 520_000_000)
    }
    expectSound(segment)
  }

  @Test func `Growth of the index from the smallest table`() throws {
    try interrupted { agent throws in
      #expect(try agent.ask("open", "h", segment.name, "slots=8") == .done([]))
      #expect(try agent.ask("fill", "h", "bytes=16", "entries=200000") == .done(["200000", "all"]))
      #expect(try agent.ask("verify", "h", "bytes=16", "entries=200000") == .done([]))
    }
    expectSound(segment)
  }

  @Test func `Comings and goings, shared and exclusive`() throws {
    try interrupted { agent throws in
      #expect(try agent.ask("visit", segment.name, "rounds=500").number == 500)
      #expect(
        try agent.ask("storm", segment.name, "rounds=200", "reservation=\(1 << 20)") == .done(["200", "0"]))
    }
    #expect(segment.objects == [segment.name])
  }

  @Test func `Waiting for the lock, and not for longer than asked`() throws {
    let holder = try AgentProcess()
    #expect(try holder.ask("open", "h", segment.name) == .done([]))
    try interrupted { agent throws in
      #expect(try agent.ask("open", "h", segment.name, "lockTimeout=300") == .done([]))
      #expect(try agent.ask("hold", "h") == .done([]))
      #expect(try agent.ask("release") == .done([]))
      #expect(try holder.ask("hold", "h") == .done([]))
      let reply = try agent.ask("put", "h", "a".hex, "1".hex)
      #expect(reply.refusal == "lockTimeout")
      #expect(reply.detail("milliseconds") == "300")
      #expect(try agent.ask("open", "patient", segment.name) == .done([]))
      try agent.send("put", "patient", "a".hex, "2".hex)
      try waitUntil(waiters: 1, at: segment)
      #expect(try holder.ask("release") == .done([]))
      #expect(try agent.reply() == .done([]))
    }
    #expect(try holder.ask("get", "h", "a".hex).bytes == Array("2".utf8))
    expectSound(segment)
  }

  @Test func `Recovery of a store of some size`() throws {
    let keeper = try segment.open()
    for round in 1...5 {
      let holder = try AgentProcess()
      #expect(try holder.ask("open", "h", segment.name) == .done([]))
      #expect(
        try holder.ask("fill", "h", "entries=\(20_000 * round)") == .done(["\(20_000 * round)", "all"]))
      #expect(try holder.ask("hold", "h") == .done([]))
      holder.kill()
      try interrupted { agent throws in
        #expect(try agent.ask("open", "h", segment.name) == .done([]))
        #expect(try agent.ask("put", "h", "after".hex, "\(round)".hex) == .done([]))
        // Long enough for signals, however fast the recovery was.
        usleep(5000)
      }
      #expect(try SegmentObserver(segment.name).sample().lock.recoveries == UInt64(round))
      expectSound(segment)
    }
    #expect(try keeper.count == 100_001)
  }
}
