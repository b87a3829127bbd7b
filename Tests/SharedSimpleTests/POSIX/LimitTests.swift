import Glibc
import SharedSimple
import TestSupport
import Testing

/// Limits of the process: descriptors, file size, address space, lowered before opening and after.
struct LimitTests {
  let segment = TemporaryStore("limits")

  @Test(arguments: ["shared", "exclusive", "existing", "readOnly"])
  func `With each number of free descriptors, opening works or says which call failed`(mode: String) throws {
    if mode != "shared" { try segment.open().put("a", "1") }
    let agent = try AgentProcess()
    var opened = false
    for spare in 0...8 {
      #expect(try agent.ask("spare-descriptors", "\(spare)") == .done([]))
      let reply = try agent.ask("open", "h", segment.name, "mode=\(mode)")
      if reply == .done([]) {
        opened = true
        break
      }
      #expect(reply.refusal == "system", "\(spare): \(reply)")
      #expect(reply.detail("errno") == "\(EMFILE)")
      #expect(reply.detail("call")?.hasPrefix("open") == true, "\(reply)")
      #expect(mode != "shared" || segment.objects.isEmpty)
      #expect(mode == "shared" || segment.objects == [segment.name])
    }
    #expect(opened)
    // What is open works without a further descriptor.
    #expect(try agent.ask("spare-descriptors", "0") == .done([]))
    if mode != "readOnly" { #expect(try agent.ask("fill", "h", "entries=5000") == .done(["5000", "all"])) }
    #expect(try agent.ask("get", "h", "a".hex).refusal == nil)
    if mode == "shared" {
      // A row says whose it is, however few descriptors there were.
      let row = try #require(try SegmentObserver(segment.name).sample().participants.first)
      #expect(row.startTime != 0)
      #expect(String(decoding: row.name, as: UTF8.self) == "StoreAgent")
    }
    expectSound(segment)
  }

  @Test
  func `Without descriptors, walks go on, looks and lists say which call failed, and nobody seems dead`()
    throws
  {
    let store = try segment.open()
    for index in 0..<100 { try store.put("key \(index)", "value") }
    let (doomed, agent) = (try AgentProcess(), try AgentProcess())
    #expect(try doomed.ask("open", "h", segment.name) == .done([]))
    doomed.kill()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    for spare in 0...4 {
      #expect(try agent.ask("spare-descriptors", "\(spare)") == .done([]))
      for (command, words) in [
        ("visit-all", "h"), ("list", segment.name), ("check", segment.name), ("rows", segment.name),
      ] {
        let reply = try agent.ask(command, words)
        if reply.refusal != nil {
          #expect(reply.refusal == "system", "\(command), \(spare): \(reply)")
          #expect(reply.detail("errno") == "\(EMFILE)")
        } else if case .done(let rows) = reply, command == "rows" {
          #expect(rows.count == 3)
          #expect(rows.count { $0.contains(":dead:") } <= 1, "\(spare): \(rows)")
        } else if command == "list" {
          #expect(reply == .done(["sound"]) || reply.value?.contains("errno=\(EMFILE)") == true, "\(reply)")
        } else {
          #expect(reply == .done(command == "check" ? [] : ["100"]))
        }
      }
      #expect(try agent.ask("all", "h") != .done([]))
    }
    #expect(try agent.ask("spare-descriptors", "0") == .done([]))
    // The dead are still known by the system's word for it, and the living are not taken for them.
    #expect(try agent.ask("reap", "h").number == 1)
    #expect(try SegmentObserver(segment.name).sample().participants.count == 2)
  }

  @Test
  func `An exclusive open that has the last descriptor, or no address space to spare, tells the old handles`()
    throws
  {
    let old = try segment.open()
    let agent = try AgentProcess()
    for spare in 0...8 {
      try #require(spare < 8)
      #expect(try agent.ask("spare-descriptors", "\(spare)") == .done([]))
      if try agent.ask("open", "h", segment.name, "mode=exclusive") == .done([]) { break }
      #expect(refusal { try old.put("a", "1") } == nil, "a failed one leaves the old one alone")
    }
    #expect(refusal { try old.put("a", "1") } == "replaced")

    let second = try segment.open(.existing)
    let narrow = try AgentProcess()
    // Room for one reservation of 16 GiB, not for two.
    #expect(try narrow.ask("limit", "addressSpace", "\(24 << 30)") == .done([]))
    #expect(try narrow.ask("open", "h", segment.name, "mode=exclusive") == .done([]))
    #expect(refusal { try second.put("a", "1") } == "replaced")
    #expect(try narrow.ask("put", "h", "a".hex, "1".hex) == .done([]))
    #expect(segment.objects == [segment.name])
  }

  @Test func `A file size limit lowered after opening is no signal: the file has its size already`() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name, "slots=8", "valueLimit=100000") == .done([]))
    for limit in [16 << 20, 4096, 0] {
      #expect(try agent.ask("limit", "fileSize", "\(limit)") == .done([]))
      #expect(
        try agent.ask("fill", "h", "bytes=100000", "entries=100", "prefix=large\(limit)")
          == .done(["100", "all"]))
      #expect(try agent.ask("fill", "h", "entries=2000", "prefix=small\(limit)") == .done(["2000", "all"]))
      #expect(try agent.ask("verify", "h", "entries=2000", "prefix=small\(limit)") == .done([]))
    }
    let refused = try agent.ask("open", "new", segment.name, "mode=exclusive")
    #expect(refused.refusal == "noSpace")
    #expect(refused.detail("errno") == "\(EFBIG)")
    #expect(refused.detail("needed") == "\(16 << 30)")
    #expect(try agent.ask("put", "h", "a".hex, "1".hex) == .done([]))
    expectSound(segment)
  }

  @Test func `An address space limit lowered after opening hinders no growth`() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name, "slots=8", "valueLimit=100000") == .done([]))
    // Far less than the process has mapped: it may map nothing more. A little for the runtime.
    #expect(try agent.ask("fill", "h", "bytes=20000", "entries=100") == .done(["100", "all"]))
    #expect(try agent.ask("verify", "h", "bytes=20000", "entries=100") == .done([]))
    #expect(try agent.ask("limit", "addressSpace", "\(1 << 30)") == .done([]))
    #expect(try agent.ask("fill", "h", "bytes=20000", "entries=2000") == .done(["2000", "all"]))
    #expect(try agent.ask("open", "other", segment.name) == .done([]), "it is mapped already")
    #expect(try agent.ask("open", "view", segment.name, "mode=readOnly").refusal == "noAddressSpace")
    #expect(try agent.ask("open", "new", segment.name, "mode=exclusive").refusal == "noAddressSpace")
    #expect(try agent.ask("verify", "h", "entries=2000", "bytes=20000") == .done([]))
    expectSound(segment)
  }

  @Test(.enabled(if: MemoryGroup.isPermitted, "a memory cgroup of one's own is not permitted here"))
  func `A memory cgroup without room ends a process or a growth, and the store stays whole`() throws {
    let store = try segment.open {
      $0.initialSlots = 8
      $0.valueLimit = 100_000
    }
    let group = try #require(MemoryGroup(byteCount: 64 << 20))
    let agent = try AgentProcess()
    #expect(group.admit(agent.pid))
    let progress = ScratchFile()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    do {
      let reply = try agent.ask("fill", "h", "bytes=100000", "entries=2000", "progress=\(progress.path)")
      guard case .done(let filled) = reply else {
        Issue.record("\(reply)")
        return
      }
      #expect(filled[1].hasPrefix("error noSpace"), "\(filled[1])")
    } catch AgentProcess.Failure.ended(let ending, _) {
      // The kernel prefers to kill.
      #expect(ending == .killed(SIGKILL))
    }
    agent.kill()
    let count = try store.count
    #expect(count > 100)
    try store.put("after", "1")
    let keeper = try AgentProcess()
    #expect(try keeper.ask("open", "h", segment.name) == .done([]))
    #expect(try keeper.ask("verify", "h", "entries=\(count)", "bytes=100000") == .done([]))
    expectSound(segment)
  }
}

/// A memory cgroup (version 1 or 2) with a limit, removed at the end.
private final class MemoryGroup {
  private let path: String

  private static let roots = [
    (path: "/sys/fs/cgroup/memory", limit: "memory.limit_in_bytes"),
    (path: "/sys/fs/cgroup", limit: "memory.max"),
  ]

  static let isPermitted = MemoryGroup(byteCount: 64 << 20) != nil

  init?(byteCount: Int) {
    let name = "shmtop-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    let made = Self.roots.first { root in
      guard access("\(root.path)/cgroup.procs", W_OK) == 0, mkdir("\(root.path)/\(name)", 0o755) == 0 else {
        return false
      }
      if Self.write("\(byteCount)", to: "\(root.path)/\(name)/\(root.limit)") { return true }
      rmdir("\(root.path)/\(name)")
      return false
    }
    guard let made else { return nil }
    path = "\(made.path)/\(name)"
  }

  deinit {
    // Busy until the last of its processes has gone.
    for _ in 0..<100 where rmdir(path) != 0 { usleep(10_000) }
  }

  func admit(_ pid: pid_t) -> Bool { Self.write("\(pid)", to: "\(path)/cgroup.procs") }

  private static func write(_ text: String, to path: String) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count
  }
}
