import Glibc
import Synchronization
import TestSupport
import Testing

@testable import SharedSimple

/// A name that something else has taken: every way to it is refused, and what is there stays as it is.
struct SquatterTests {
  let segment = TemporaryStore("squatted")
  /// What a symbolic link leads to.
  let target = TemporaryStore("target")

  enum Squatter: String, CaseIterable {
    case linkToSegment, linkToFile, danglingLink, linkToItself, fifo, directory, socket, device, text
  }

  private static let modes = [OpenMode.shared, .existing, .readOnly, .exclusive]

  @Test(arguments: Squatter.allCases)
  func `Whatever has the name is refused as no segment, and is not touched`(squatter: Squatter) throws {
    if squatter == .device, geteuid() != 0 { return }
    try target.open { $0.reservation = 1 << 20 }.put("a", "1")
    let file = ScratchFile(byteCount: 100)
    try lay(squatter, file)
    defer { if squatter == .directory { rmdir(segment.path) } }
    let before = try (Trace(segment.path), Trace(target.path), Trace(file.path))

    var answers: [String: String?] = [:]
    for mode in Self.modes {
      answers["\(mode)"] = refusal { try segment.open(mode) { $0.attachTimeout = .milliseconds(20) } }
    }
    answers["observer"] = refusal { try SegmentObserver(segment.name, attachTimeout: .zero) }
    answers["check"] = refusal { try SegmentCheck.run(segment.name) }
    answers["unlink"] = refusal { try SharedStore.unlink(segment.name) }
    for (way, answer) in answers { #expect(answer == "notASegment", "\(way)") }
    #expect(try !SharedStore.list().contains { $0.name == segment.name })

    #expect(try before == (Trace(segment.path), Trace(target.path), Trace(file.path)))
    #expect(segment.objects == [segment.name])
    #expect(target.objects == [target.name])
    #expect(try target.open(.existing).dictionary() == ["a": "1"])
  }

  @Test func `Who waits at the other end of a FIFO is not woken`() throws {
    mkfifo(segment.path, 0o600)
    let (path, name) = (segment.path, segment.name)
    let progress = ScratchFile(byteCount: 8)
    try onThreads(2) { number in
      if number == 0 {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        RawObject(path: progress.path).write([1])
        close(descriptor)
        return
      }
      // Until the other thread sleeps in open(2).
      usleep(50_000)
      for mode in Self.modes {
        let found = refusal { try SharedStore(name, mode: mode) }
        #expect(found == "notASegment")
      }
      usleep(20_000)
      let wasWoken = progress.word(0) != 0
      #expect(!wasWoken)
      let reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      try waitWhile { progress.word(0) == 0 }
      close(reader)
    }
  }

  @Test(.enabled(if: geteuid() == 0, "only root can give a file away"))
  func `Another user's file is refused and kept, be it empty, full of bytes or a segment`() throws {
    let object = RawObject(segment)
    func expect(_ expected: [OpenMode: String], sourceLocation: SourceLocation = #_sourceLocation) throws {
      chown(segment.path, Unprivileged.user, Unprivileged.user)
      let before = try Trace(segment.path)
      for mode in Self.modes {
        let found = refusal { try segment.open(mode) { $0.attachTimeout = .milliseconds(20) } }
        #expect(found == expected[mode], "\(mode)", sourceLocation: sourceLocation)
      }
      #expect(try before == Trace(segment.path), sourceLocation: sourceLocation)
      #expect(segment.objects == [segment.name], sourceLocation: sourceLocation)
    }
    object.resize(0)
    try expect([.shared: "timedOut", .existing: "timedOut", .readOnly: "timedOut", .exclusive: "otherOwner"])
    object.write(Array("what somebody else has written".utf8))
    try expect(Dictionary(uniqueKeysWithValues: Self.modes.map { ($0, "notASegment") }))
    unlink(segment.path)
    try segment.open { $0.reservation = 1 << 20 }.put("a", "1")
    try expect([.shared: "otherOwner", .existing: "otherOwner", .exclusive: "otherOwner"])
  }

  @Test(.enabled(if: geteuid() == 0, "only root can run an agent as another user"))
  func `A user who may not remove a segment cannot replace it either, and it goes on`() throws {
    let store = try segment.open {
      $0.reservation = 1 << 20
      $0.permissions = 0o666
    }
    try store.put("a", "1")
    let agent = try AgentProcess(wrapper: Unprivileged.wrapper, path: Unprivileged.agentPath)
    // /dev/shm is sticky: the name is its owner's.
    #expect(try agent.ask("open", "h", segment.name, "mode=exclusive").refusal == "permissionDenied")
    #expect(try agent.ask("unlink", segment.name).refusal == "permissionDenied")
    #expect(segment.objects == [segment.name])
    try store.put("a", "2")
    #expect(try store.get("a") == "2")
    expectSound(segment)
  }

  @Test(.enabled(if: geteuid() == 0, "only root can run an agent as another user"))
  func `A user is denied each way to a file that is not theirs to open`() throws {
    RawObject(segment).write(Array("root's own".utf8))
    let before = try Trace(segment.path)
    let agent = try AgentProcess(wrapper: Unprivileged.wrapper, path: Unprivileged.agentPath)
    for mode in Self.modes {
      #expect(
        try agent.ask("open", "h", segment.name, "mode=\(mode)").refusal == "permissionDenied", "\(mode)")
    }
    #expect(try agent.ask("unlink", segment.name).refusal == "permissionDenied")
    #expect(try agent.ask("check", segment.name).refusal == "permissionDenied")
    #expect(try before == Trace(segment.path))
    #expect(segment.objects == [segment.name])
  }

  @Test(arguments: [Squatter.linkToSegment, .fifo, .directory], ["existing", "readOnly"])
  func `A name that something else takes while it is opened leads to the segment or is refused`(
    squatter: Squatter, mode: String
  ) throws {
    try segment.open { $0.reservation = 1 << 20 }.put("a", "own")
    try target.open { $0.reservation = 1 << 20 }.put("a", "another's")
    // What has the name, and what is about to take it: the two are swapped as fast as can be.
    let other = segment.name + "_other"
    try lay(squatter, ScratchFile(), at: SharedMemoryObject.path(other))
    defer { for name in [segment.name, other] { rmdir(SharedMemoryObject.path(name)) } }
    let agent = try AgentProcess()
    let isOver = Atomic<Bool>(false)
    let name = segment.name
    try onThreads(2) { number in
      if number == 0 {
        while !isOver.load(ordering: .relaxed) { try SharedMemoryObject.exchange(name, other) }
        return
      }
      defer { isOver.store(true, ordering: .relaxed) }
      for _ in 0..<Effort.times(300) {
        let opened = try agent.ask("open", "h", name, "mode=\(mode)")
        if opened == .done([]) {
          let found = try agent.ask("get", "h", "a".hex).bytes
          #expect(found == Array("own".utf8))
          try agent.ask("close", "h")
        } else {
          #expect(opened.refusal == "notASegment", "\(opened)")
        }
      }
    }
  }

  // MARK: -

  private func lay(_ squatter: Squatter, _ file: ScratchFile) throws {
    try lay(squatter, file, at: segment.path)
  }

  private func lay(_ squatter: Squatter, _ file: ScratchFile, at path: String) throws {
    switch squatter {
    case .linkToSegment: symlink(target.path, path)
    case .linkToFile: symlink(file.path, path)
    case .danglingLink: symlink("/tmp/shmtop-test-leads-nowhere-\(getpid())", path)
    case .linkToItself: symlink(path, path)
    case .fifo: mkfifo(path, 0o600)
    case .directory: mkdir(path, 0o700)
    case .socket: try bindSocket(at: path)
    // /dev/null.
    case .device: mknod(path, S_IFCHR | 0o600, 0x103)
    case .text: RawObject(path: path).write(Array("nothing of ours".utf8))
    }
  }

  private func bindSocket(at path: String) throws {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
  }
}

/// What would tell that a file was written, opened by way of a link, replaced or removed. Its time of access is
/// left out: to look at a file's first bytes is well.
private struct Trace: Equatable {
  let inode: UInt
  let mode: UInt32
  let byteCount: Int
  let blocks: Int
  let modified: [Int]

  init(_ path: String) throws {
    var status = stat()
    try #require(lstat(path, &status) == 0)
    (inode, mode, byteCount, blocks) = (status.st_ino, status.st_mode, status.st_size, status.st_blocks)
    modified = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
  }
}
