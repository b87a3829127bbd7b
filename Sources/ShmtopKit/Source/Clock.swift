import Glibc

/// A clock that nobody sets: the one that samples are counted by, and waits.
public enum Clock {
  /// Nanoseconds of CLOCK_MONOTONIC.
  public static var monotonic: UInt64 { nanoseconds(CLOCK_MONOTONIC) }

  /// The same in seconds.
  public static var seconds: Double { Double(monotonic) / 1e9 }

  /// Nanoseconds that this thread has run on a core.
  public static var ownTime: UInt64 { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

  private static func nanoseconds(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    // Into our own variable.
    unsafe clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
