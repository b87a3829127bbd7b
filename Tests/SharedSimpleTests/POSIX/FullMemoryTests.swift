import Glibc
import SharedSimple
import TestSupport
import Testing

/// A /dev/shm with no room left, and limits of the process: clear errors, and nothing lost.
struct FullMemoryTests {
  private static let name = "full"

  @Test(.enabled(if: PrivateShm.isPermitted, "mounting in a namespace of one's own is not permitted here"))
  func `A full /dev/shm is said clearly, every entry stays, and with room again it goes on`() throws {
    let agent = try AgentProcess(wrapper: PrivateShm.wrapper(kilobytes: 2048))
    #expect(try agent.ask("open", "h", Self.name, "slots=8", "valueLimit=1000") == .done([]))
    guard case .done(let filled) = try agent.ask("fill", "h", "bytes=1000") else {
      Issue.record("filling failed")
      return
    }
    let count = try #require(Int(filled[0]))
    #expect(count > 100)
    #expect(filled[1].hasPrefix("error noSpace"), "\(filled[1])")
    #expect(filled[1].contains("errno=\(ENOSPC)"))
    #expect(try agent.ask("verify", "h", "entries=\(count)", "bytes=1000") == .done([]))
    #expect(try agent.ask("count", "h").number == count)
    #expect(try agent.ask("check", Self.name) == .done([]))
    // Room inside of the store.
    let first = Hex(index: 0)
    #expect(try agent.ask("remove", "h", first.key).value == "yes")
    #expect(try agent.ask("fill", "h", "bytes=1000", "entries=1") == .done(["1", "all"]))
    #expect(try agent.ask("verify", "h", "entries=\(count)", "bytes=1000") == .done([]))
    #expect(try agent.ask("check", Self.name) == .done([]))
  }

  @Test(.enabled(if: PrivateShm.isPermitted, "mounting in a namespace of one's own is not permitted here"))
  func `When somebody else's files take the room, the store goes on once they are gone`() throws {
    let agent = try AgentProcess(wrapper: PrivateShm.wrapper(kilobytes: 8192))
    #expect(try agent.ask("open", "h", Self.name, "slots=8") == .done([]))
    #expect(try agent.ask("fill", "h", "entries=100") == .done(["100", "all"]))
    let reader = try AgentProcess(wrapper: PrivateShm.wrapper(beside: agent))
    #expect(try reader.ask("open", "h", Self.name, "mode=readOnly") == .done([]))
    #expect(try agent.ask("ballast") == .done([]))

    guard case .done(let filled) = try agent.ask("fill", "h", "entries=200000", "prefix=more") else {
      Issue.record("filling failed")
      return
    }
    let more = try #require(Int(filled[0]))
    #expect(filled[1].hasPrefix("error noSpace"), "\(filled[1])")
    for process in [agent, reader] {
      #expect(try process.ask("verify", "h", "entries=100") == .done([]))
      #expect(try process.ask("verify", "h", "entries=\(more)", "prefix=more") == .done([]))
      #expect(try process.ask("check", Self.name) == .done([]))
    }
    // A handle that opens now reads as well; and an exclusive open says what it lacks, leaving all as it is.
    #expect(try reader.ask("open", "late", Self.name, "mode=readOnly") == .done([]))
    #expect(try reader.ask("verify", "late", "entries=100") == .done([]))
    let refused = try reader.ask("open", "fresh", Self.name, "mode=exclusive")
    #expect(refused.refusal == "noSpace")
    #expect(refused.detail("needed").flatMap { Int($0) } ?? 0 > 0)
    #expect(try agent.ask("objects") == .done(["ballast", Self.name]))

    #expect(try agent.ask("unballast") == .done([]))
    #expect(try agent.ask("fill", "h", "entries=10000", "prefix=more") == .done(["10000", "all"]))
    #expect(try reader.ask("verify", "h", "entries=10000", "prefix=more") == .done([]))
    #expect(try agent.ask("check", Self.name) == .done([]))
  }

  @Test(.enabled(if: PrivateShm.isPermitted, "mounting in a namespace of one's own is not permitted here"))
  func `In a /dev/shm of each size from a page up, creation and filling fail clearly or work`() throws {
    var created = false
    // Each size about where creation begins to succeed, then larger steps.
    for pages in [1, 2, 10, 20] + Array(30...60) + (4...20).map({ $0 * $0 + 50 }) {
      let agent = try AgentProcess(wrapper: PrivateShm.wrapper(kilobytes: 4 * pages))
      let opened = try agent.ask("open", "h", Self.name, "slots=8")
      guard opened == .done([]) else {
        #expect(opened.refusal == "noSpace", "\(pages) pages: \(opened)")
        #expect(!created, "a larger one must not fail where a smaller one did not")
        #expect(try agent.ask("objects") == .done([]))
        continue
      }
      created = true
      let reply = try agent.ask("fill", "h")
      guard case .done(let filled) = reply, let count = Int(filled[0]) else {
        Issue.record("\(pages) pages: \(reply)")
        continue
      }
      #expect(filled[1].hasPrefix("error noSpace"), "\(pages) pages: \(filled[1])")
      #expect(try agent.ask("verify", "h", "entries=\(count)") == .done([]))
      #expect(try agent.ask("removeAll", "h").number == count)
      #expect(try agent.ask("check", Self.name) == .done([]))
    }
    #expect(created)
  }

  @Test(.enabled(if: PrivateShm.isPermitted, "mounting in a namespace of one's own is not permitted here"))
  func `A process that makes, fills and unlinks segments gives their memory back`() throws {
    let agent = try AgentProcess(wrapper: PrivateShm.wrapper(kilobytes: 8192))
    // Ten times what there is room for, by unlinking and by replacing.
    for round in 0..<40 {
      let mode = round.isMultiple(of: 2) ? "shared" : "exclusive"
      try #require(try agent.ask("open", "h", Self.name, "valueLimit=10000", "mode=\(mode)") == .done([]))
      try #require(
        try agent.ask("fill", "h", "entries=200", "bytes=10000") == .done(["200", "all"]), "round \(round)")
      #expect(try agent.ask("close", "h") == .done([]))
      if mode == "exclusive" { #expect(try agent.ask("unlink", Self.name) == .done([])) }
    }
  }

  @Test func `A file size limit is an error of creation, not a signal`() throws {
    let segment = TemporaryStore("limit")
    let agent = try AgentProcess()
    #expect(try agent.ask("limit", "fileSize", "\(64 << 20)") == .done([]))
    let reply = try agent.ask("open", "h", segment.name)
    #expect(reply.refusal == "noSpace" || reply.refusal == "system", "\(reply)")
    #expect(reply.detail("errno") == "\(EFBIG)")
    #expect(segment.objects.isEmpty)
    #expect(try agent.ask("open", "h", segment.name, "reservation=\(32 << 20)") == .done([]))
    #expect(try agent.ask("fill", "h", "entries=1000") == .done(["1000", "all"]))
  }

  @Test func `An address space limit is an error of creation and of attaching`() throws {
    let segment = TemporaryStore("limit")
    let agent = try AgentProcess()
    #expect(try agent.ask("limit", "addressSpace", "\(8 << 30)") == .done([]))
    let reply = try agent.ask("open", "h", segment.name)
    #expect(reply.refusal == "noAddressSpace", "\(reply)")
    #expect(reply.detail("needed") == "\(16 << 30)")
    #expect(segment.objects.isEmpty)
    _ = try segment.open()
    #expect(try agent.ask("open", "h", segment.name).refusal == "noAddressSpace")
    try SharedStore.unlink(segment.name)
    #expect(try agent.ask("open", "h", segment.name, "reservation=\(1 << 30)") == .done([]))
    #expect(try agent.ask("fill", "h", "entries=1000") == .done(["1000", "all"]))
  }

  @Test func `Without a free descriptor, opening says which call failed`() throws {
    let segment = TemporaryStore("limit")
    let agent = try AgentProcess()
    #expect(try agent.ask("limit", "descriptors", "3") == .done([]))
    let reply = try agent.ask("open", "h", segment.name)
    #expect(reply.refusal == "system")
    #expect(reply.detail("errno") == "\(EMFILE)")
    #expect(try agent.ask("limit", "descriptors", "64") == .done([]))
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
  }

  /// A filler's key as the agent names it.
  private struct Hex {
    let key: String
    init(index: Int) { key = "filler\(index)".hex }
  }
}
