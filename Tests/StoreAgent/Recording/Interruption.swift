import Glibc

/// Signals that a timer of the process sends to itself: they fall on any instruction, whoever is running.
enum Interruption {
  /// Sends a signal once, after some nanoseconds.
  static func once(_ signal: Int32, after nanoseconds: Int) -> timer_t? {
    start(signal, first: nanoseconds, then: 0)
  }

  /// From now on the process gives up its processor again and again, in the middle of whatever it does: others
  /// get in between its steps, on one processor as on many. Returns what ends that.
  static func often(every nanoseconds: Int) -> timer_t? {
    signal(SIGALRM) { _ in
      let saved = errno
      // Long enough for another process to do some operations.
      var pause = timespec(tv_sec: 0, tv_nsec: 30_000)
      nanosleep(&pause, nil)
      errno = saved
    }
    return start(SIGALRM, first: nanoseconds, then: nanoseconds)
  }

  static func end(_ timer: timer_t?) {
    if let timer { timer_delete(timer) }
  }

  private static func start(_ signal: Int32, first: Int, then: Int) -> timer_t? {
    var event = sigevent()
    event.sigev_notify = Int32(SIGEV_SIGNAL)
    event.sigev_signo = signal
    var timer: timer_t?
    guard timer_create(CLOCK_MONOTONIC, &event, &timer) == 0, let timer else { return nil }
    var setting = itimerspec(
      it_interval: timespec(tv_sec: 0, tv_nsec: then), it_value: timespec(tv_sec: 0, tv_nsec: max(first, 1)))
    timer_settime(timer, 0, &setting, nil)
    return timer
  }
}
