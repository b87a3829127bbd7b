public import Glibc
import Synchronization

/// A StoreAgent: a second process that does to a store what it is told, a line a command.
///
/// Started with posix_spawn, not swift-subprocess: a test holds a dozen of them at once, stops, continues
/// and kills them in any order and asks them in turn, where that library ties a process to the length of
/// one closure. Whatever becomes of the test, the process ends: it is killed when this object goes, and
/// it leaves by itself when it sees its socket closed.
public final class AgentProcess: Sendable {
  /// The agent's process id.
  public let pid: pid_t

  private let socket: Int32
  private let state = Mutex(State())

  private struct State {
    var unread: [UInt8] = []
    var ending: Ending?
  }

  /// How a process ended.
  public enum Ending: Equatable, Sendable {
    case exited(Int32)
    case killed(Int32)

    init(status: Int32) {
      let signal = status & 0x7F
      self = signal == 0 ? .exited(status >> 8 & 0xFF) : .killed(signal)
    }
  }

  /// What went wrong between the test and its agent; not an answer of the store.
  public enum Failure: Error, CustomStringConvertible {
    case notStarted(errno: Int32)
    case ended(Ending, command: String)
    case silent(command: String, seconds: Int64)

    public var description: String {
      switch self {
      case .notStarted(let errno): "the agent did not start: \(String(cString: strerror(errno)))"
      case .ended(let ending, let command): "the agent ended (\(ending)) under “\(command)”"
      case .silent(let command, let seconds): "the agent hung for \(seconds) s under “\(command)”"
      }
    }
  }

  /// Starts an agent.
  ///
  /// - Parameters:
  ///   - wrapper: a command that ends by executing its arguments, such as `setpriv … --`, in front of the agent.
  ///   - path: the agent's executable, if not the one built with the tests.
  public init(wrapper: [String] = [], path: String = AgentProcess.executable) throws {
    var ends: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw Failure.notStarted(errno: errno) }
    defer { Glibc.close(ends[1]) }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], 0)
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1)

    let arguments = wrapper + [path]
    var words = arguments.map { strdup($0) } + [nil]
    // A crash of the agent is a result here; Swift's backtracer can hang on one.
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    defer { words.forEach { free($0) } }
    var started: pid_t = 0
    let result = posix_spawnp(&started, arguments[0], &actions, nil, &words, environ)
    guard result == 0 else {
      Glibc.close(ends[0])
      throw Failure.notStarted(errno: result)
    }
    socket = ends[0]
    pid = started
  }

  deinit {
    if state.withLock({ $0.ending }) == nil {
      Glibc.kill(pid, SIGKILL)
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }
    Glibc.close(socket)
  }

  /// The agent beside the running test bundle.
  public static let executable: String = {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let length = buffer.withUnsafeMutableBytes {
      readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    let runner = String(decoding: buffer.prefix(max(length, 0)), as: UTF8.self)
    for path in [runner] + CommandLine.arguments {
      guard let slash = path.lastIndex(of: "/") else { continue }
      let candidate = path[...slash] + "StoreAgent"
      if access(String(candidate), X_OK) == 0 { return String(candidate) }
    }
    return "StoreAgent"
  }()
}

extension AgentProcess {
  /// Sends a command and waits for its answer.
  @discardableResult
  public func ask(_ words: String..., within limit: Duration = .seconds(120)) throws -> AgentReply {
    try ask(words: words, within: limit)
  }

  /// The same, for a command whose words are in an array.
  @discardableResult
  public func ask(words: [String], within limit: Duration = .seconds(120)) throws -> AgentReply {
    let command = words.joined(separator: " ")
    try send(line: command)
    return try reply(to: command, within: limit)
  }

  /// Ends the loop that a command sent before is in; returns that command's answer.
  public func end() throws -> AgentReply {
    try send(line: "end")
    let answer = try reply(to: "the loop before “end”")
    _ = try reply(to: "end")
    return answer
  }

  /// Sends a command whose answer will be read later.
  public func send(_ words: String...) throws { try send(line: words.joined(separator: " ")) }

  private func send(line: String) throws {
    var rest = ArraySlice(Array((line + "\n").utf8))
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0 {
        if errno == EINTR { continue }
        throw Failure.ended(wait(), command: line)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits for the answer to a command sent before; the limit stops hangs.
  public func reply(to command: String = "…", within limit: Duration = .seconds(120)) throws -> AgentReply {
    let deadline = ContinuousClock.now + limit
    while true {
      if let line = nextLine() { return AgentReply(line: line) }
      let left = ContinuousClock.now.duration(to: deadline).components.seconds
      var request = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let ready = left < 0 ? 0 : poll(&request, 1, Int32(min(left * 1000 + 1000, 1_000_000)))
      if ready == 0 { throw Failure.silent(command: command, seconds: limit.components.seconds) }
      if ready < 0 { continue }
      var buffer = [UInt8](repeating: 0, count: 65536)
      let count = recv(socket, &buffer, buffer.count, 0)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { throw Failure.ended(wait(), command: command) }
      state.withLock { $0.unread.append(contentsOf: buffer.prefix(count)) }
    }
  }

  private func nextLine() -> String? {
    state.withLock { state in
      guard let end = state.unread.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      let line = String(decoding: state.unread[..<end], as: UTF8.self)
      state.unread.removeFirst(end + 1)
      return line
    }
  }
}

extension AgentProcess {
  /// Kills the agent where it stands, and waits until it is gone.
  @discardableResult
  public func kill() -> Ending {
    Glibc.kill(pid, SIGKILL)
    return wait()
  }

  /// Stops the agent where it stands; returns when it is stopped.
  public func stop() {
    Glibc.kill(pid, SIGSTOP)
    awaitStop()
  }

  /// Waits until the agent is stopped, by whomever.
  public func awaitStop() {
    var status: Int32 = 0
    while waitpid(pid, &status, WUNTRACED) < 0 && errno == EINTR {}
    if status & 0xFF != 0x7F { state.withLock { $0.ending = Ending(status: status) } }
  }

  /// Lets a stopped agent go on.
  public func resume() { Glibc.kill(pid, SIGCONT) }

  /// Whether the agent has ended by itself, or been killed.
  public var hasEnded: Bool {
    if state.withLock({ $0.ending }) != nil { return true }
    var status = siginfo_t()
    return waitid(P_PID, id_t(pid), &status, WEXITED | WNOHANG | WNOWAIT) == 0 && status.si_signo == SIGCHLD
  }

  /// Waits until the agent has ended.
  @discardableResult
  public func wait() -> Ending {
    state.withLock { state in
      if let ending = state.ending { return ending }
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      let ending = Ending(status: status)
      state.ending = ending
      return ending
    }
  }
}
