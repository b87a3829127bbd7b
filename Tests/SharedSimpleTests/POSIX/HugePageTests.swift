import Glibc
import SharedSimple
import TestSupport
import Testing

@testable import StoreAgent

/// A store that has grown lies in huge pages, where the kernel has them; and works as well where it has none.
struct HugePageTests {
  let segment = TemporaryStore("huge")

  /// Whether this kernel makes huge pages of shared memory when asked to (madvise(2), MADV_COLLAPSE, which is 25).
  private static let isOffered: Bool = {
    let byteCount = 2 << 20
    let path = "/dev/shm/shmtop-test-huge-\(getpid())"
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    unlink(path)
    ftruncate(descriptor, byteCount)
    // Twice as long as a huge page: somewhere in it, one begins.
    let room = mmap(nil, 2 * byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
    defer { munmap(room, 2 * byteCount) }
    let start = UnsafeMutableRawPointer(
      bitPattern: (UInt(bitPattern: room) + UInt(byteCount) - 1) & ~UInt(byteCount - 1))!
    guard mmap(start, byteCount, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, descriptor, 0) == start
    else {
      return false
    }
    start.storeBytes(of: 1, as: UInt8.self)
    return madvise(start, byteCount, 25) == 0
  }()

  /// Bytes of shared memory that a process has mapped by huge pages. Its only segment may have been made without a name.
  private func hugeByteCount(_ agent: AgentProcess) -> Int {
    let file = fopen("/proc/\(agent.pid)/smaps", "r")
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    var isOurs = false
    var byteCount = 0
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let words = text.split(whereSeparator: \.isWhitespace)
      if words.count >= 5, words[0].contains("-") { isOurs = text.contains("/dev/shm/") }
      if isOurs, words.first == "ShmemPmdMapped:" { byteCount += 1024 * (Int(words[1]) ?? 0) }
    }
    return byteCount
  }

  /// Grows a store to 100,000 entries; looks at it from another process.
  private func grow(_ agent: AgentProcess) throws {
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("fill", "h", "entries=100000") == .done(["100000", "all"]))
    #expect(try agent.ask("verify", "h", "entries=100000") == .done([]))
    let memory = try SegmentObserver(segment.name).sample().memory
    #expect(memory.allocated == memory.claimed)
    #expect(memory.claimed < 24 << 20)
    let reader = try AgentProcess()
    #expect(try reader.ask("open", "r", segment.name, "mode=readOnly") == .done([]))
    #expect(try reader.ask("verify", "r", "entries=100000") == .done([]))
    #expect(try SegmentCheck.run(segment.name).isEmpty)
  }

  @Test func `100,000 entries lie in huge pages, all that was claimed is there, and no more`() throws {
    let agent = try AgentProcess()
    try grow(agent)
    // One at least: how many there are to be had is the kernel's affair, and a loaded machine's.
    if Self.isOffered { #expect(hugeByteCount(agent) >= 2 << 20) }
    #expect(try agent.ask("removeAll", "h").number == 100_000)
    #expect(try agent.ask("fill", "h", "entries=1000") == .done(["1000", "all"]))
    #expect(try agent.ask("verify", "h", "entries=1000") == .done([]))
    expectSound(segment)
  }

  @Test
  func `Killed while it claims and moves them, nothing is lost, and what was not claimed has gone back`()
    throws
  {
    var random = SeededGenerator(printedFor: "killed among huge pages")
    for kill in 0..<Effort.times(12) {
      unlink(segment.path)
      let progress = ScratchFile()
      let victim = try AgentProcess()
      #expect(try victim.ask("open", "h", segment.name) == .done([]))
      try victim.send("grow", "h", "entries=1000000", "progress=\(progress.path)")
      // Most claims of whole huge pages come from 20,000 entries on.
      let least = UInt64.random(in: 20_000...60_000, using: &random)
      try waitWhile { progress.word(1) < least }
      usleep(.random(in: 0...20_000, using: &random))
      #expect(victim.kill() == .killed(SIGKILL))
      let settled = Int(progress.word(1))

      let survivor = try segment.open(.existing)
      try survivor.put("survivor", "\(kill)")
      for index in stride(from: 0, to: settled, by: 7) {
        let key = Workload.key(prefix: "grown", index: index)
        guard let value = try survivor.bytes(key) else {
          Issue.record("key \(index) of \(settled) is lost")
          break
        }
        #expect(DescribedValue.sequence(of: value, key: key) == UInt64(index))
      }
      let memory = try SegmentObserver(segment.name).sample().memory
      #expect(memory.allocated == memory.claimed)
      expectSound(segment)
      survivor.close()
    }
  }

  @Test func `Where a process may have none, it works with small ones, beside one that has them`() throws {
    // PR_SET_THP_DISABLE is 41, and outlives an exec.
    let agent = try AgentProcess(wrapper: [
      "python3", "-c",
      "import ctypes, os, sys; ctypes.CDLL(None).prctl(41, 1, 0, 0, 0); os.execv(sys.argv[1], sys.argv[1:])",
    ])
    try grow(agent)
    #expect(hugeByteCount(agent) == 0)
    let other = try AgentProcess()
    #expect(try other.ask("open", "h", segment.name) == .done([]))
    #expect(
      try other.ask("fill", "h", "entries=100000", "prefix=more")
        == .done(["100000", "all"]))
    for reader in [agent, other] {
      #expect(try reader.ask("verify", "h", "entries=100000") == .done([]))
    }
    expectSound(segment)
  }
}
