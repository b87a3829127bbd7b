import Glibc
import SharedSimple
import TestSupport
import Testing

/// Every operation that allocates, with each number of free pages in /dev/shm from none up until it works: an
/// error with the numbers in it, the store as before; and once there is room, it goes on.
@Suite(.enabled(if: PrivateShm.isPermitted, "mounting in a namespace of one's own is not permitted here"))
struct FreePageTests {
  private static let name = "pages"

  /// What `look` answers.
  private struct Look: Equatable {
    var entries = 0
    var sequence = 0
    var slots = 0
    var generation = 0
    var claimed: [Int] = []
    var allocated = 0
    var free = 0

    init(_ agent: AgentProcess) throws {
      guard case .done(let fields) = try agent.ask("look", FreePageTests.name) else {
        throw Complaint(text: "the segment cannot be looked at")
      }
      let numbers = fields.compactMap { Int($0) }
      (entries, sequence, slots, generation) = (numbers[0], numbers[1], numbers[2], numbers[3])
      claimed = Array(numbers[4...6])
      (allocated, free) = (numbers[7], numbers[9])
    }
  }

  /// Of a new segment: the header with a page of participant rows, two small tables, 64 KiB of heap.
  private static let newSegmentPages = 8 + 4 + 1 + 16

  private struct Complaint: Error { let text: String }

  private func expectNoSpace(_ reply: AgentReply, free pages: Int, _ what: String) {
    #expect(reply.refusal == "noSpace", "\(what), \(pages) pages: \(reply)")
    #expect(reply.detail("errno") == "\(ENOSPC)")
    #expect(reply.detail("free") == "\(4096 * pages)", "\(what), \(pages) pages: \(reply)")
    let needed = reply.detail("needed").flatMap { Int($0) } ?? 0
    #expect(needed > 4096 * pages || needed > 0 && needed % 4096 == 0, "\(what), \(pages) pages: \(reply)")
  }

  /// An agent with a /dev/shm of its own.
  private func agent() throws -> AgentProcess {
    try AgentProcess(wrapper: PrivateShm.wrapper(kilobytes: 4096))
  }

  /// Tries an operation with no free page, one, two …, each time in a store made anew, until it works.
  ///
  /// - Parameters:
  ///   - first: the number of pages to begin with.
  ///   - prepare: fills the store.
  ///   - operation: the command that allocates.
  ///   - isOneStep: nothing of it is done before it is refused.
  private func withEachNumberOfPages(
    _ what: String, from first: Int = 0, options: [String] = ["valueLimit=100000"],
    prepare: (AgentProcess) throws -> Void, operation: [String],
    isOneStep: Bool = true
  ) throws -> Int {
    let agent = try agent()
    for pages in first... {
      let open = ["open", "h", Self.name, "slots=8"] + options
      #expect(try agent.ask(words: open) == .done([]))
      try prepare(agent)
      let before = try Look(agent)
      let entries = try agent.ask("all", "h")
      #expect(try agent.ask("ballast", "free=\(pages)") == .done([]))
      let reply = try agent.ask(words: operation)
      if reply.refusal != nil {
        expectNoSpace(reply, free: pages, what)
        var after = try Look(agent)
        #expect(after.free == 4096 * pages, "\(what), \(pages) pages: what was taken has been given back")
        after.free = before.free
        if !isOneStep { (after.sequence, after.entries) = (before.sequence, before.entries) }
        #expect(after == before, "\(what), \(pages) pages")
        guard case .done(let old) = entries, case .done(let new) = try agent.ask("all", "h") else {
          return -1
        }
        #expect(isOneStep ? Set(new) == Set(old) : Set(new).isSuperset(of: old))
        #expect(try agent.ask("check", Self.name) == .done([]))
      }
      #expect(try agent.ask("unballast") == .done([]))
      if reply.refusal != nil {
        #expect(try agent.ask(words: operation).refusal == nil, "\(what), with room again")
      }
      #expect(try agent.ask("check", Self.name) == .done([]))
      #expect(try agent.ask("close", "h") == .done([]))
      #expect(try agent.ask("unlink", Self.name) == .done([]))
      if reply.refusal == nil { return pages }
    }
    return 0
  }

  @Test func `Creation needs all of its pages, and leaves none behind without the last`() throws {
    let agent = try agent()
    var needed = 0
    for pages in 0...200 {
      #expect(try agent.ask("ballast", "free=\(pages)") == .done([]))
      let reply = try agent.ask("open", "h", Self.name)
      guard reply.refusal != nil else {
        needed = pages
        break
      }
      expectNoSpace(reply, free: pages, "creation")
      #expect(
        reply.detail("needed") == "\(4096 * Self.newSegmentPages)", "all of it, not what was missing last")
      #expect(try agent.ask("objects") == .done(["ballast"]))
      #expect(try agent.ask("unballast") == .done([]))
    }
    #expect(needed == Self.newSegmentPages)
    #expect(try agent.ask("put", "h", "a".hex, "1".hex) == .done([]))
    #expect(try agent.ask("check", Self.name) == .done([]))
  }

  @Test func `An exclusive open without room leaves the old store to those who use it`() throws {
    let agent = try agent()
    #expect(try agent.ask("open", "old", Self.name) == .done([]))
    #expect(try agent.ask("put", "old", "a".hex, "1".hex) == .done([]))
    for pages in 0...200 {
      #expect(try agent.ask("ballast", "free=\(pages)") == .done([]))
      let reply = try agent.ask("open", "new", Self.name, "mode=exclusive")
      guard reply.refusal != nil else { break }
      expectNoSpace(reply, free: pages, "exclusive")
      #expect(try agent.ask("objects") == .done(["ballast", Self.name]))
      #expect(try agent.ask("get", "old", "a".hex).bytes == Array("1".utf8))
      #expect(try agent.ask("put", "old", "pages".hex, "\(pages)".hex) == .done([]))
      #expect(try agent.ask("unballast") == .done([]))
    }
    #expect(try agent.ask("get", "old", "a".hex).refusal == "replaced")
    #expect(try agent.ask("count", "new").number == 0)
  }

  @Test func `Growth of the heap by one large value`() throws {
    let needed = try withEachNumberOfPages(
      "heap", prepare: { _ in }, operation: ["fill-one", "h", "bytes=100000"])
    // 100,000 bytes, rounded up to the sizes of free lists; 64 KiB are there.
    #expect(needed == 11)
  }

  @Test func `Growth of the heap by more than is allocated at once: what the first pieces took goes back`()
    throws
  {
    // 1 MiB, its key, and up to an eighth more; 64 KiB are there. The second piece is what has no room.
    let needed = try withEachNumberOfPages(
      "large heap", from: 250, options: ["valueLimit=\(1 << 20)"], prepare: { _ in },
      operation: ["fill-one", "h", "bytes=\(1 << 20)"])
    #expect(needed == 273)
  }

  @Test func `Growth of the heap by small values, to the last page`() throws {
    let agent = try agent()
    for pages in 0...40 {
      #expect(try agent.ask("open", "h", Self.name, "slots=4096") == .done([]))
      #expect(try agent.ask("ballast", "free=\(pages)") == .done([]))
      guard case .done(let filled) = try agent.ask("fill", "h"), let count = Int(filled[0]) else { return }
      #expect(filled[1].hasPrefix("error noSpace"), "\(filled[1])")
      let look = try Look(agent)
      #expect(look.free == 0, "\(pages) pages: each was used before the store said that there is no room")
      #expect(look.entries == count)
      #expect(try agent.ask("verify", "h", "entries=\(count)") == .done([]))
      // What there is can be changed, removed and put again.
      #expect(try agent.ask("remove", "h", "filler0".hex).value == "yes")
      #expect(try agent.ask("fill", "h", "entries=1") == .done(["1", "all"]))
      #expect(try agent.ask("check", Self.name) == .done([]))
      #expect(try agent.ask("unballast") == .done([]))
      #expect(try agent.ask("fill", "h", "entries=\(count + 3000)") == .done(["\(count + 3000)", "all"]))
      #expect(try agent.ask("verify", "h", "entries=\(count + 3000)") == .done([]))
      #expect(try agent.ask("check", Self.name) == .done([]))
      #expect(try agent.ask("close", "h") == .done([]))
      #expect(try agent.ask("unlink", Self.name) == .done([]))
    }
  }

  @Test func `Growth of the index`() throws {
    // 1,536 entries fill a small table of 2,048 slots; the next one needs 4,096, in a window: eight pages.
    let needed = try withEachNumberOfPages(
      "index",
      prepare: { agent throws in
        #expect(try agent.ask("fill", "h", "bytes=16", "entries=1536") == .done(["1536", "all"]))
      },
      operation: ["put", "h", "one more".hex, "1".hex])
    #expect(needed == 8)
  }

  @Test func `A rehash at the same size`() throws {
    // A table as large as its window, with more removed slots than are borne; the other window has half of it.
    let needed = try withEachNumberOfPages(
      "rehash", options: ["reservation=\(1 << 20)"],
      prepare: { agent throws in #expect(try agent.ask("fill-index", "h") == .done([])) },
      operation: ["refill-index", "h"], isOneStep: false)
    #expect(needed == 16)
  }

  @Test func `Emptying, updating, removing and attaching need no page at all`() throws {
    let agent = try agent()
    #expect(try agent.ask("open", "h", Self.name, "slots=8") == .done([]))
    #expect(try agent.ask("fill", "h", "entries=2000") == .done(["2000", "all"]))
    #expect(try agent.ask("ballast") == .done([]))
    for mode in ["shared", "existing", "readOnly"] {
      #expect(try agent.ask("open", mode, Self.name, "mode=\(mode)") == .done([]))
      #expect(try agent.ask("verify", mode, "entries=2000") == .done([]))
    }
    #expect(try agent.ask("visit-all", "h").number == 2000)
    #expect(try agent.ask("list", Self.name) == .done(["sound"]))
    #expect(try agent.ask("remove", "h", "filler0".hex).value == "yes")
    #expect(try agent.ask("increment", "h", "n".hex).number == 1)
    #expect(try agent.ask("increment", "h", "n".hex).number == 2)
    #expect(try agent.ask("removeAll", "h").number == 2000)
    // Heap and tables that were claimed are there to be used again.
    #expect(try agent.ask("fill", "h", "entries=2000") == .done(["2000", "all"]))
    #expect(try agent.ask("verify", "shared", "entries=2000") == .done([]))
    #expect(try agent.ask("reap", "h").number == 0)
    #expect(try agent.ask("check", Self.name) == .done([]))
  }

  private func rowCount(_ agent: AgentProcess) throws -> Int? {
    guard case .done(let rows) = try agent.ask("rows", Self.name) else { return nil }
    return rows.count
  }

  @Test func `Handles beyond a page of participant rows take another one; without it they work unlisted`()
    throws
  {
    let agent = try agent()
    for handle in 0..<32 { #expect(try agent.ask("open", "h\(handle)", Self.name) == .done([])) }
    #expect(try agent.ask("ballast") == .done([]))
    #expect(try agent.ask("open", "unlisted", Self.name) == .done([]))
    #expect(try agent.ask("put", "unlisted", "a".hex, "1".hex) == .done([]))
    #expect(try rowCount(agent) == 32)
    #expect(try agent.ask("unballast") == .done([]))
    let before = try Look(agent)
    #expect(try agent.ask("open", "listed", Self.name) == .done([]))
    #expect(try rowCount(agent) == 33)
    #expect(try Look(agent).allocated == before.allocated + 4096)
    #expect(try agent.ask("check", Self.name) == .done([]))
  }

  @Test(arguments: [8, 16, 64, 512, 1024, 2048, 4096])
  func `What a store held before it was emptied, it can take again without a page, again and again`(
    slots: Int
  ) throws {
    let agent = try agent()
    #expect(try agent.ask("open", "h", Self.name, "slots=\(slots)") == .done([]))
    // Each size of table has had its turn in each window: from then on nothing more is claimed.
    for _ in 0..<2 {
      #expect(try agent.ask("fill", "h", "entries=1500") == .done(["1500", "all"]))
      #expect(try agent.ask("removeAll", "h").number == 1500)
    }
    #expect(try agent.ask("ballast") == .done([]))
    for _ in 0..<3 {
      #expect(try agent.ask("fill", "h", "entries=1500") == .done(["1500", "all"]))
      #expect(try agent.ask("verify", "h", "entries=1500") == .done([]))
      #expect(try agent.ask("removeAll", "h").number == 1500)
    }
  }

  @Test func `A store of 64 slots that is emptied takes all again at once, without a page`() throws {
    let agent = try agent()
    #expect(try agent.ask("open", "h", Self.name) == .done([]))
    #expect(try agent.ask("fill", "h", "entries=1500") == .done(["1500", "all"]))
    #expect(try agent.ask("ballast") == .done([]))
    for _ in 0..<3 {
      #expect(try agent.ask("removeAll", "h").number == 1500)
      #expect(try agent.ask("fill", "h", "entries=1500") == .done(["1500", "all"]))
      #expect(try agent.ask("verify", "h", "entries=1500") == .done([]))
    }
  }

  @Test func `A heap that grows leaves most of what there is to others`() throws {
    let agent = try AgentProcess(wrapper: PrivateShm.wrapper(kilobytes: 16384))
    #expect(try agent.ask("open", "h", Self.name, "slots=131072") == .done([]))
    #expect(try agent.ask("fill", "h", "entries=40000") == .done(["40000", "all"]))
    #expect(try agent.ask("ballast", "free=256") == .done([]))
    let before = try Look(agent)
    var after = before
    for step in 1...100 where after.claimed == before.claimed {
      #expect(try agent.ask("fill", "h", "prefix=\(step)", "entries=400") == .done(["400", "all"]))
      after = try Look(agent)
    }
    #expect(after.claimed != before.claimed)
    #expect(after.free >= 192 * 4096)
  }

  @Test func `Where no page is left, a larger free block takes a smaller record`() throws {
    let agent = try agent()
    #expect(try agent.ask("open", "h", Self.name, "slots=4096", "valueLimit=1000") == .done([]))
    #expect(try agent.ask("ballast") == .done([]))
    guard case .done(let filled) = try agent.ask("fill", "h", "bytes=1000"), let count = Int(filled[0]) else {
      return
    }
    #expect(count > 0)
    // What a block is cut from may leave some room for small ones: use it up first.
    guard case .done(let small) = try agent.ask("fill", "h", "bytes=16", "prefix=small") else { return }
    #expect(small[1].hasPrefix("error noSpace"))
    #expect(try agent.ask("remove", "h", "filler0".hex).value == "yes")
    #expect(try agent.ask("put", "h", "one more".hex, "1".hex) == .done([]))
    #expect(try agent.ask("check", Self.name) == .done([]))
  }

  @Test func `Without a free file, creation says so and is no question of bytes`() throws {
    // The root directory takes the only one.
    let script = "mount -t tmpfs -o size=4m,nr_inodes=1 tmpfs /dev/shm && exec \"$0\""
    let agent = try AgentProcess(wrapper: ["unshare", geteuid() == 0 ? "-m" : "-Urm", "sh", "-c", script])
    let reply = try agent.ask("open", "h", Self.name)
    #expect(reply.refusal == "system", "\(reply)")
    #expect(reply.detail("errno") == "\(ENOSPC)")
    #expect(try agent.ask("objects") == .done([]))
  }
}
