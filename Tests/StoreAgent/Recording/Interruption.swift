import Glibc

/// A signal that a timer of the process will send to it: it falls on any instruction, whoever is running.
struct Interruption {
  private let timer: timer_t?

  /// Makes one that ends the process, stops it, or (SIGALRM) gives its processor to others for a while.
  init(_ signal: Int32) {
    if signal == SIGALRM {
      Glibc.signal(SIGALRM) { _ in
        let saved = errno
        // Long enough for another process to do some operations.
        var pause = timespec(tv_sec: 0, tv_nsec: 20_000)
        nanosleep(&pause, nil)
        errno = saved
      }
    }
    var event = sigevent()
    event.sigev_notify = Int32(SIGEV_SIGNAL)
    event.sigev_signo = signal
    var timer: timer_t?
    self.timer = timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 ? timer : nil
  }

  /// Lets it happen once, some nanoseconds from now.
  func arm(after nanoseconds: Int) {
    guard let timer else { return }
    var setting = itimerspec()
    setting.it_value.tv_nsec = max(nanoseconds, 1)
    timer_settime(timer, 0, &setting, nil)
  }

  /// From here on it does not happen any more.
  func end() {
    if let timer { timer_delete(timer) }
  }
}
