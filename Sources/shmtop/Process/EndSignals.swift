import Glibc
import ShmtopKit

/// The signals that ask a program to end, taken where it waits anyway.
///
/// They are blocked and fetched from the queue, so no handler runs in the middle of anything and what
/// was begun is finished before the end.
struct EndSignals {
  private var signals = sigset_t()

  /// Holds the signals back from now on.
  init() {
    sigemptyset(&signals)
    for signal in [SIGHUP, SIGINT, SIGTERM] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits for so many seconds.
  ///
  /// - Returns: false as soon as the program is asked to end.
  func wait(seconds: Double) -> Bool {
    let deadline = Clock.seconds + seconds
    while true {
      let left = max(0, deadline - Clock.seconds)
      var time = timespec(tv_sec: Int(left), tv_nsec: Int((left - left.rounded(.down)) * 1e9))
      var set = signals
      if sigtimedwait(&set, nil, &time) > 0 { return false }
      if errno == EAGAIN { return true }
    }
  }

  /// The same, in pieces, so that a reader of standard output who goes away does not go unnoticed for a minute.
  ///
  /// - Throws: ``OutputClosed``
  func waitWhileRead(seconds: Double) throws -> Bool {
    let deadline = Clock.seconds + seconds
    while true {
      let left = deadline - Clock.seconds
      if left <= 0 { return true }
      guard wait(seconds: min(left, 0.5)) else { return false }
      if StandardStreams.outputIsClosed { throw OutputClosed() }
    }
  }
}
