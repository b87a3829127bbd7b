import Glibc
import SharedSimple
import TestSupport
import Testing

/// Processes killed while they create, replace, attach to and leave a segment.
struct CreationKillTests {
  let segment = TemporaryStore("creation")

  /// Starts agents on a loop and kills them at a random moment, round after round.
  private func killing(
    _ rounds: Int, of command: String, agents count: Int, then: (Int) throws -> Void
  ) throws {
    var random = SeededGenerator(printedFor: "killed in \(command)")
    for round in 0..<Effort.times(rounds) {
      let agents = try (0..<count).map { _ in try AgentProcess() }
      for agent in agents {
        try agent.send(command, segment.name, "rounds=1000000", "reservation=\(1 << 20)")
      }
      usleep(.random(in: 2_000...25_000, using: &random))
      for agent in agents { agent.kill() }
      try then(round)
    }
  }

  @Test func `Creators killed leave a name that opens, shared and exclusive, and no litter after that`()
    throws
  {
    try killing(40, of: "storm", agents: 2) { round in
      #expect(segment.objects.count <= 1 + 2, "at most a stray name for each killed")
      let store = try segment.open { $0.lockTimeout = .seconds(30) }
      try store.put("after", "\(round)")
      #expect(try store.get("after") == "\(round)")
      expectSound(segment, "round \(round)")
      let fresh = try segment.open(.exclusive) { $0.lockTimeout = .seconds(30) }
      #expect(try fresh.count == 0)
      #expect(segment.objects == [segment.name], "round \(round)")
      expectSound(segment)
    }
  }

  @Test func `Visitors killed at the door leave rows of the dead, and nothing that hinders others`() throws {
    let store = try segment.open { $0.lockTimeout = .seconds(30) }
    let observer = try SegmentObserver(segment.name)
    try killing(40, of: "visit", agents: 2) { round in
      try store.put("round", "\(round)")
      let sample = try observer.sample()
      #expect(sample.lock.holder == nil)
      #expect(sample.participants.contains { $0.pid == getpid() })
      #expect(sample.participants.allSatisfy { $0.pid == getpid() || $0.liveness == .dead })
      expectSound(segment, "round \(round)")
    }
    try store.reap()
    #expect(try observer.sample().participants.map(\.pid) == [getpid()])
  }

  @Test func `A name unlinked under openers leads each of them to a whole store`() throws {
    let agents = try (0..<3).map { _ in try AgentProcess() }
    for agent in agents { try agent.send("visit", segment.name, "rounds=300", "reservation=\(1 << 20)") }
    var unlinked = 0
    for _ in 0..<3000 where refusal({ try SharedStore.unlink(segment.name) }) == nil { unlinked += 1 }
    for agent in agents { #expect(try agent.reply().number == 300) }
    #expect(unlinked > 0)
    #expect(segment.objects.count <= 1)
  }
}
