import Glibc

/// Sees to it that nothing of a run stays in /dev/shm, whatever becomes of it.
///
///     shmbench ──presence──> janitor
///     workers  ──presence──>
///
/// A process that never does anything but wait for the end of the presence pipe. Nothing is written to that; the
/// measuring process and each worker hold its writing end, so the kernel closes it with the last of them, SIGKILL
/// included. Then nobody is left to make anything, and what bears the run's name is removed.
struct Janitor {
  private let program: Program
  private let presence: Pipe

  /// Where a worker gets its presence from.
  var writingEnd: Int32 { presence.writing }

  /// Starts the janitor of this process.
  init() throws {
    presence = try Pipe()
    program = try Program(
      [JanitorCommand.name, String(getpid())], input: presence.reading, output: nil, standsApart: true)
    close(presence.reading)
  }

  /// Lets it sweep, and waits until it has. No worker may be left.
  func finish() {
    close(presence.writing)
    program.wait()
  }

  /// What the janitor process does.
  static func run(of owner: pid_t) {
    for ending in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { signal(ending, SIG_IGN) }
    var byte: UInt8 = 0
    while read(STDIN_FILENO, &byte, 1) != 0 {}
    Scratch(owner: owner).removeAll()
  }
}
