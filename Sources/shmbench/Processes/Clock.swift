import Glibc

/// A clock that nobody sets, and that is the same in all processes.
enum Clock {
  /// Nanoseconds of CLOCK_MONOTONIC.
  @inline(__always)
  static var now: UInt64 { nanoseconds(CLOCK_MONOTONIC) }

  /// Nanoseconds that this thread has run on a core.
  static var ownTime: UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

  @inline(__always)
  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Nanoseconds that a body takes.
  @inline(__always)
  static func time(_ body: () throws -> Void) rethrows -> Double {
    let start = now
    try body()
    return Double(now - start)
  }

  static func sleep(until instant: UInt64) {
    while true {
      let now = now
      if now >= instant { return }
      usleep(UInt32(min((instant - now) / 1000 + 1, 100_000)))
    }
  }
}
