import Glibc

/// The clock that samples are counted by.
enum Clock {
  /// Nanoseconds of CLOCK_MONOTONIC.
  static var monotonic: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
