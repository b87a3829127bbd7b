import Glibc

/// A clock that nobody sets: the one that samples are counted by, and waits.
enum Clock {
  /// Nanoseconds of CLOCK_MONOTONIC.
  static var monotonic: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// The same in seconds.
  static var seconds: Double { Double(monotonic) / 1e9 }
}
