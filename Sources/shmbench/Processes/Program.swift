import Glibc

/// A process that this one has started.
///
/// By posix_spawn rather than swift-subprocess: a dozen of them are held at once, begun together and ended in any
/// order by a program of one thread, where that library ties a process to the length of an async closure.
struct Program {
  let pid: pid_t

  /// The number under which a process of this program finds its end of the presence pipe (see `Janitor`).
  static let presence: Int32 = 3

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - path: nil: this program once more.
  ///   - input, output: its standard streams; nil: /dev/null.
  ///   - presence: becomes its descriptor 3; nil: it gets none.
  ///   - standsApart: it is in a process group of its own, so that the keys of the terminal do not reach it.
  init(
    path: String? = nil, _ arguments: [String], input: Int32?, output: Int32?, presence: Int32? = nil,
    standsApart: Bool = false
  ) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (stream, source) in [(STDIN_FILENO, input), (STDOUT_FILENO, output)] {
      if let source {
        posix_spawn_file_actions_adddup2(&actions, source, stream)
      } else {
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
      }
    }
    if let presence { posix_spawn_file_actions_adddup2(&actions, presence, Self.presence) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let group = standsApart ? POSIX_SPAWN_SETPGROUP : 0
    posix_spawnattr_setflags(&attributes, Int16(group | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var argv = ([path ?? "shmbench"] + arguments).map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, path ?? Self.own, &actions, &attributes, &argv, environ)
    guard status == 0 else {
      throw Failure("\(path ?? "a process") cannot be started: \(String(cString: strerror(status)))")
    }
    self.pid = pid
  }

  /// The file of this program.
  static let own: String = {
    var path = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = path.withUnsafeMutableBytes {
      readlink("/proc/self/exe", $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    return String(decoding: path.prefix(max(length, 0)), as: UTF8.self)
  }()

  /// A program that was built beside this one; nil where it is not there.
  static func neighbour(_ name: String) -> String? {
    guard let slash = own.lastIndex(of: "/") else { return nil }
    let path = String(own[...slash]) + name
    return access(path, X_OK) == 0 ? path : nil
  }

  func kill(_ signal: Int32) { _ = Glibc.kill(pid, signal) }

  /// Waits until it has ended.
  ///
  /// - Returns: nil when it ended well, else how it ended.
  @discardableResult
  func wait() -> String? {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) == -1, errno == EINTR {}
    let signal = status & 0x7F
    if signal != 0 { return "killed by signal \(signal)" }
    let code = status >> 8 & 0xFF
    return code == 0 ? nil : "exit code \(code)"
  }
}

/// A pipe of which no child gets an end that it is not given.
struct Pipe {
  let reading: Int32
  let writing: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw Failure("A pipe cannot be made: \(String(cString: strerror(errno)))")
    }
    for index in ends.indices {
      // Out of the way of the streams and the presence, which a child's are put in the place of.
      let end = fcntl(ends[index], F_DUPFD_CLOEXEC, 10)
      close(ends[index])
      ends[index] = end
    }
    (reading, writing) = (ends[0], ends[1])
  }
}
