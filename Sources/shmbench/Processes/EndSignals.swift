import Glibc
import Synchronization

/// The signals that ask the program to end, taken by a thread of their own.
///
/// That thread kills the workers and then executes this program once more, to wait for its children: so the
/// measuring thread ends at once, wherever it is, the presence pipe with it, and the process that was asked to end
/// has ended only when the janitor has swept.
enum EndSignals {
  private static let workers = Mutex<Set<pid_t>>([])

  private static var all: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGHUP, SIGINT, SIGTERM] { sigaddset(&signals, signal) }
    return signals
  }

  /// Takes the signals from now on. Before any other thread is started.
  static func watch() {
    var signals = all
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { _ in
        var signals = EndSignals.all
        var signal: Int32 = 0
        while sigwait(&signals, &signal) != 0 {}
        EndSignals.workers.withLock { workers in
          for worker in workers { kill(worker, SIGKILL) }
          // In the lock, so that no worker is started in between.
          let words: [String] = ["shmbench", AfterSignalCommand.name, String(signal)]
          var argv = words.map { strdup($0) } + [nil]
          execv(Program.own, &argv)
          _exit(128 + signal)
        }
        return nil
      }, nil)
  }

  /// Starts a process that ends with this one.
  static func starting(_ start: () throws -> Program) rethrows -> Program {
    try workers.withLock { workers in
      let program = try start()
      workers.insert(program.pid)
      return program
    }
  }

  static func hasEnded(_ program: Program) { workers.withLock { _ = $0.remove(program.pid) } }

  /// What is executed after a signal: all children, the janitor too, end by themselves.
  static func die(by signal: Int32) -> Never {
    while waitpid(-1, nil, 0) > 0 || errno == EINTR {}
    var signals = all
    Glibc.signal(signal, SIG_DFL)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(signal)
    _exit(128 + signal)
  }
}
