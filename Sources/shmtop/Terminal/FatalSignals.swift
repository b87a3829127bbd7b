import Glibc

/// Gives the terminal back where the program itself breaks: a fault, a failed precondition, an abort.
///
/// All that the handler needs is prepared beforehand. It calls fcntl, write, tcsetattr, signal and raise,
/// and these may be called from a signal handler.
enum FatalSignals {
  private static let signals = [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP]

  private struct Prepared {
    var modes = termios()
    var bytes: UnsafeMutableRawPointer
    var count = 0
  }

  /// Allocated before the handler is set, and never freed: it may run at any time.
  private nonisolated(unsafe) static let prepared: UnsafeMutablePointer<Prepared> = {
    let pointer = UnsafeMutablePointer<Prepared>.allocate(capacity: 1)
    pointer.initialize(to: Prepared(bytes: .allocate(byteCount: 512, alignment: 1)))
    return pointer
  }()

  /// A stack of its own for the handler: what broke may be the stack.
  private nonisolated(unsafe) static let stack = UnsafeMutableRawPointer.allocate(
    byteCount: 65_536, alignment: 16)

  /// Keeps what the terminal was like, and what to send it, and stands by.
  static func standBy(modes: termios, ending: [UInt8]) {
    prepared.pointee.modes = modes
    let count = min(512, ending.count)
    ending.withUnsafeBytes { prepared.pointee.bytes.copyMemory(from: $0.baseAddress!, byteCount: count) }
    prepared.pointee.count = count
    var alternate = stack_t(ss_sp: stack, ss_flags: 0, ss_size: 65_536)
    sigaltstack(&alternate, nil)
    var action = sigaction()
    action.sa_flags = SA_ONSTACK
    action.__sigaction_handler.sa_handler = handler
    for signal in signals { sigaction(signal, &action, nil) }
  }

  /// The screen is gone; the system's own treatment will do.
  static func standDown() {
    for signal in signals { Glibc.signal(signal, SIG_DFL) }
  }

  private static let handler: @convention(c) (Int32) -> Void = { FatalSignals.die(of: $0) }

  /// Gives the terminal back and ends by a signal's own effect. For signal handlers.
  static func die(of number: Int32) {
    // A terminal that takes no output must not hold the end up, nor one that another job has now.
    let flags = fcntl(STDOUT_FILENO, F_GETFL)
    _ = fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK)
    _ = write(STDOUT_FILENO, prepared.pointee.bytes, prepared.pointee.count)
    _ = fcntl(STDOUT_FILENO, F_SETFL, flags)
    signal(SIGTTOU, SIG_IGN)
    tcsetattr(STDIN_FILENO, TCSANOW, &prepared.pointee.modes)
    signal(number, SIG_DFL)
    raise(number)
  }
}
