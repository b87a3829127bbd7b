import Glibc

/// Signals, as bytes of a pipe that the program waits at together with its keys.
///
/// A handler does little but write the signal's number, so no signal is taken in the middle of anything. Only
/// where the program does not come round to ending, as when the terminal takes no output, an alarm ends it.
final class SignalPipe {
  /// Where the bytes can be read.
  let descriptor: Int32
  private let saved: [(Int32, sigaction)]

  /// The end that handlers write to. Opened before the first handler is set, and never closed: a signal
  /// can come at any time.
  private nonisolated(unsafe) static let ends: UnsafeMutablePointer<Int32> = {
    let ends = UnsafeMutablePointer<Int32>.allocate(capacity: 2)
    ends.initialize(repeating: -1, count: 2)
    return ends
  }()

  /// Signals that ask the program to end.
  static let endings = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE]

  init() {
    if Self.ends[0] < 0 {
      pipe(Self.ends)
      for end in 0..<2 {
        _ = fcntl(Self.ends[end], F_SETFL, O_NONBLOCK)
        _ = fcntl(Self.ends[end], F_SETFD, FD_CLOEXEC)
      }
    }
    descriptor = Self.ends[0]
    Self.first.pointee = 0
    saved =
      Self.endings.map { ($0, Self.set(Self.endingHandler, for: $0)) }
      + [SIGTSTP, SIGCONT, SIGWINCH].map { ($0, Self.set(Self.handler, for: $0)) }
      + [(SIGALRM, Self.set(Self.alarmHandler, for: SIGALRM))]
  }

  /// The first signal that asked for the end; 0 before. Allocated before the first handler is set.
  private nonisolated(unsafe) static let first: UnsafeMutablePointer<Int32> = {
    let first = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    first.initialize(to: 0)
    return first
  }()

  /// A second one does not shorten the time: a dropped line sends several, and the row is to be given back.
  private static let endingHandler: @convention(c) (Int32) -> Void = { signal in
    if SignalPipe.first.pointee == 0 {
      SignalPipe.first.pointee = signal
      // Seconds; as long as anything that is under way may take, at the most.
      alarm(2)
    }
    SignalPipe.handler(signal)
  }

  private static let alarmHandler: @convention(c) (Int32) -> Void = { signal in
    FatalSignals.die(of: SignalPipe.first.pointee == 0 ? signal : SignalPipe.first.pointee)
  }

  private static let handler: @convention(c) (Int32) -> Void = { signal in
    let number = errno
    var byte = UInt8(truncatingIfNeeded: signal)
    _ = write(SignalPipe.ends[1], &byte, 1)
    errno = number
  }

  private static func set(_ handler: @escaping @convention(c) (Int32) -> Void, for signal: Int32) -> sigaction
  {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    var before = sigaction()
    sigaction(signal, &action, &before)
    return before
  }

  /// The signals that have come since the last call.
  func take() -> [Int32] {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(descriptor, &bytes, bytes.count)
    return count > 0 ? bytes[..<count].map(Int32.init) : []
  }

  /// Stops as the shell's job control expects, and comes back when it is continued.
  func suspend() {
    var byDefault = sigaction()
    byDefault.__sigaction_handler.sa_handler = SIG_DFL
    var own = sigaction()
    sigaction(SIGTSTP, &byDefault, &own)
    var unblocked = sigset_t()
    sigemptyset(&unblocked)
    sigaddset(&unblocked, SIGTSTP)
    pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
    kill(getpid(), SIGTSTP)
    sigaction(SIGTSTP, &own, nil)
  }

  /// Gives every signal back to whoever had it before.
  func restore() {
    alarm(0)
    for (signal, action) in saved {
      var action = action
      sigaction(signal, &action, nil)
    }
  }
}
