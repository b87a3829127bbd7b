import Glibc

/// A clock that nobody sets: the one that samples are counted by, and waits.
enum Clock {
  /// Nanoseconds of CLOCK_MONOTONIC.
  static var monotonic: UInt64 { nanoseconds(CLOCK_MONOTONIC) }

  /// The same in seconds.
  static var seconds: Double { Double(monotonic) / 1e9 }

  /// Nanoseconds that this thread has run on a core.
  static var ownTime: UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
