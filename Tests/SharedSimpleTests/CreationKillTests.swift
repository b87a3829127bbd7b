import Glibc
import TestSupport
import Testing

@testable import SharedSimple

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

  @Test
  func `An exclusive open killed before it has told the old handles: they learn it from the next opener`()
    throws
  {
    let old = try segment.open { $0.lockTimeout = .seconds(30) }
    try old.put("a", "old")
    let holder = try AgentProcess()
    #expect(try holder.ask("open", "h", segment.name) == .done([]))
    #expect(try holder.ask("hold", "h") == .done([]))
    let inode = RawObject(segment).inode
    let opener = try AgentProcess()
    try opener.send("open", "h", segment.name, "mode=exclusive")
    // It has put its segment in place and waits for the mutex of the old one, to retire it.
    try waitWhile { RawObject(segment).inode == inode }
    opener.kill()
    #expect(try holder.ask("release") == .done([]))
    #expect(segment.objects.count == 2, "the old segment still has a name")

    let new = try segment.open { $0.lockTimeout = .seconds(30) }
    #expect(throws: StoreError.replaced(name: segment.name)) { try old.put("a", "lost") }
    #expect(throws: StoreError.replaced(name: segment.name)) { try old.get("a") }
    #expect(try new.count == 0)
    #expect(segment.objects == [segment.name])
    expectSound(segment)
  }

  @Test func `Unlinking a name takes away what a killed exclusive open of it has left`() throws {
    let old = try segment.open { $0.lockTimeout = .seconds(30) }
    let opener = try AgentProcess()
    let inode = RawObject(segment).inode
    try old.withLock { _ in
      try opener.send("open", "h", segment.name, "mode=exclusive")
      try waitWhile { RawObject(segment).inode == inode }
      opener.kill()
    }
    #expect(segment.objects.count == 2)
    try SharedStore.unlink(segment.name)
    #expect(segment.objects.isEmpty)
    #expect(throws: StoreError.replaced(name: segment.name)) { try old.get("a") }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give an object to somebody else"))
  func `A temporary name that another user has made is left alone, with what it leads to`() throws {
    let bait = TemporaryStore("bait")
    try bait.open { $0.permissions = 0o666 }.put("a", "1")
    let stray = "/dev/shm/" + SegmentName.temporaryPrefix(for: segment.name) + "bait"
    try #require(rename(bait.path, stray) == 0 && chown(stray, 65534, 65534) == 0)
    defer { unlink(stray) }
    let before = RawObject(path: stray).bytes(count: 1 << 16)
    for mode in [OpenMode.shared, .existing, .exclusive] { try segment.open(mode).put("b", "2") }
    try SharedStore.unlink(segment.name)
    #expect(RawObject(path: stray).bytes(count: 1 << 16) == before)
  }
}
