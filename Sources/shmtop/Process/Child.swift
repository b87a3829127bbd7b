import Glibc
import ShmtopKit

/// A process of this same program, started for another task.
///
/// By `posix_spawn` rather than swift-subprocess: that ties a child's life to an async task, with threads
/// and a signal handler of its own, whereas what starts children here is a terminal program or a plain
/// loop, single-threaded, that decides itself when to wait and for whom.
struct Child {
  let pid: pid_t

  /// Starts this program with other arguments.
  ///
  /// The child is in a process group of its own, so that the keys of the terminal do not reach it, with
  /// default signals, and its output goes nowhere.
  ///
  /// - Parameter input: becomes the child's standard input.
  init(arguments: [String], input: Int32) throws {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var argv = (["shmtop"] + arguments).map { strdup($0) } + [nil]
    defer { argv.forEach { free($0) } }
    var pid: pid_t = 0
    let status = posix_spawn(&pid, Self.program, &actions, &attributes, &argv, environ)
    guard status == 0 else {
      throw Failure(.systemRefused, "A process cannot be started: \(String(cString: strerror(status))).")
    }
    self.pid = pid
  }

  /// The running program's file; where it has been moved away or built anew since, by way of the kernel.
  private static let program: String = {
    let link = "/proc/self/exe"
    var path = [CChar](repeating: 0, count: Int(PATH_MAX))
    let length = readlink(link, &path, path.count)
    guard length > 0 else { return link }
    let target = String(decoding: path[..<length].map(UInt8.init(bitPattern:)), as: UTF8.self)
    return access(target, X_OK) == 0 ? target : link
  }()

  func kill(_ signal: Int32) { _ = Glibc.kill(pid, signal) }

  /// Waits until the child has ended.
  func wait() {
    while waitpid(pid, nil, 0) == -1, errno == EINTR {}
  }

  /// The pid of a child of this process that has ended since this was last asked; nil if none has.
  static func nextEnded() -> pid_t? {
    let pid = waitpid(-1, nil, WNOHANG)
    return pid > 0 ? pid : nil
  }
}
