import Glibc
import SharedSimple
import TestSupport
import Testing

/// Objects under the name that are not, not yet, or not for this user a segment.
struct RefusedObjectTests {
  let segment = TemporaryStore("refused")

  private static let modes = [OpenMode.shared, .existing, .readOnly]

  private func refusal(_ mode: OpenMode) -> String? {
    TestSupport.refusal { try segment.open(mode) { $0.attachTimeout = .milliseconds(50) } }
  }

  @Test(arguments: modes)
  func `Bytes of somebody else are no segment`(mode: OpenMode) {
    let object = RawObject(segment)
    object.write([UInt8](repeating: UInt8(ascii: "z"), count: 1 << 20))
    let before = object.bytes()
    #expect(refusal(mode) == "notASegment")
    #expect(object.bytes() == before)
    #expect(TestSupport.refusal { try SegmentObserver(segment.name) } == "notASegment")
    #expect(TestSupport.refusal { try SegmentCheck.run(segment.name) } == "notASegment")
  }

  @Test(arguments: modes)
  func `A text shorter than a header is no segment`(mode: OpenMode) {
    RawObject(segment).write(Array("hello".utf8))
    let found = refusal(mode)
    #expect(found == "notASegment" || found == "timedOut")
  }

  @Test(arguments: modes)
  func `An empty object is waited for, then given up`(mode: OpenMode) {
    RawObject(segment).resize(0)
    let error = #expect(throws: StoreError.self) {
      try segment.open(mode) { $0.attachTimeout = .milliseconds(50) }
    }
    guard case .timedOut(let name, let milliseconds) = error else {
      Issue.record("\(error.debugDescription)")
      return
    }
    #expect(name == segment.name)
    #expect(milliseconds >= 50)
  }

  @Test func `A segment that appears while an empty object is waited for is attached to`() throws {
    let made = TemporaryStore("made")
    try made.open { $0.reservation = 1 << 20 }.put("a", "1")
    RawObject(segment).resize(0)
    let agent = try AgentProcess()
    try agent.send("open", "h", segment.name, "attachTimeout=60000")
    usleep(50_000)
    rename(made.path, segment.path)
    #expect(try agent.reply() == .done([]))
    #expect(try agent.ask("get", "h", "a".hex).bytes == Array("1".utf8))
  }

  @Test(arguments: modes)
  func `A directory is no segment`(mode: OpenMode) {
    mkdir(segment.path, 0o700)
    defer { rmdir(segment.path) }
    #expect(["notASegment", "system"].contains(refusal(mode)))
  }

  @Test(arguments: modes)
  func `A FIFO is no segment, and nobody waits for its other end`(mode: OpenMode) {
    mkfifo(segment.path, 0o600)
    #expect(refusal(mode) == "notASegment")
  }

  @Test(arguments: modes)
  func `A symbolic link is not followed`(mode: OpenMode) throws {
    let target = TemporaryStore("target")
    try target.open().put("a", "1")
    symlink(target.path, segment.path)
    #expect(refusal(mode) == "notASegment")
    #expect(try target.open(.existing).get("a") == "1")
  }

  @Test func `Exclusive mode does not write through a symbolic link`() throws {
    let target = TemporaryStore("target")
    try target.open().put("a", "1")
    symlink(target.path, segment.path)
    let store = try? segment.open(.exclusive)
    try store?.put("b", "2")
    #expect(try target.open(.existing).dictionary() == ["a": "1"])
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `A segment of another user is refused for writing unless the options accept it`() throws {
    try segment.open().put("a", "1")
    chown(segment.path, Unprivileged.user, Unprivileged.user)
    let error = StoreError.otherOwner(name: segment.name, owner: Unprivileged.user, user: 0)
    #expect(throws: error) { try segment.open() }
    #expect(throws: error) { try segment.open(.existing) }
    #expect(try segment.open(.readOnly).get("a") == "1")
    let accepted = try segment.open { $0.acceptsOtherOwner = true }
    try accepted.put("a", "2")
    #expect(try accepted.get("a") == "2")
  }

  @Test(.enabled(if: geteuid() == 0, "only root can run an agent as another user"))
  func `A user without permission is told which call was denied`() throws {
    try segment.open().put("a", "1")
    let agent = try AgentProcess(wrapper: Unprivileged.wrapper, path: Unprivileged.agentPath)
    for mode in ["shared", "existing", "readOnly"] {
      let reply = try agent.ask("open", "h", segment.name, "mode=\(mode)")
      #expect(reply.refusal == "permissionDenied")
      #expect(reply.detail("errno") == "\(EACCES)")
      #expect(reply.detail("call") != "")
    }
    #expect(try agent.ask("unlink", segment.name).refusal == "permissionDenied")
    #expect(try agent.ask("open", "h", segment.name, "mode=exclusive").refusal != nil)
    #expect(try segment.open().get("a") == "1")
    #expect(segment.objects == [segment.name])
  }

  @Test(.enabled(if: geteuid() == 0, "only root can run an agent as another user"))
  func `A user with permission uses root's segment`() throws {
    try segment.open { $0.permissions = 0o666 }.put("a", "1")
    let agent = try AgentProcess(wrapper: Unprivileged.wrapper, path: Unprivileged.agentPath)
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("put", "h", "a".hex, "2".hex) == .done([]))
    #expect(try segment.open().get("a") == "2")
  }

  @Test(arguments: modes)
  func `A segment of the Perl module is recognised`(mode: OpenMode) throws {
    PerlSegment.lay(down: segment, entries: [("colour", "green")])
    defer { PerlSegment.remove(segment) }
    #expect(throws: StoreError.perlSegment(name: segment.name)) { try segment.open(mode) }
    #expect(throws: StoreError.perlSegment(name: segment.name)) { try SegmentObserver(segment.name) }
  }
}
