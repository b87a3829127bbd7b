internal import CLinux
internal import Glibc

/// The two clocks of the format, in nanoseconds.
enum SystemClock {
  /// CLOCK_MONOTONIC: the same in every process of the machine; never set back.
  static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

  /// CLOCK_REALTIME, since 1970. Somebody may set it; only ever shown, never computed with.
  static var wall: UInt64 { read(CLOCK_REALTIME) }

  /// The same as of the last tick, some milliseconds ago: a fifth of the price.
  static var coarseWall: UInt64 { read(CLOCK_REALTIME_COARSE) }

  /// A call: inlined, it would give the hot paths, which seldom ask, a buffer and what guards it.
  @inline(never)
  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    // The pointer is to a local that outlives the call.
    unsafe clock_gettime(clock, &time)
    return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
  }

  /// Sleeps for some nanoseconds; shorter where a signal comes.
  static func sleep(nanoseconds: UInt64) {
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    unsafe nanosleep(&time, nil)
  }
}

/// A point in CLOCK_MONOTONIC by which something must have happened.
struct Deadline: Sendable {
  let start: UInt64
  let end: UInt64

  init(after duration: Duration) {
    start = SystemClock.monotonic
    let (sum, overflow) = start.addingReportingOverflow(duration.clampedNanoseconds)
    end = overflow ? .max : sum
  }

  var hasPassed: Bool { SystemClock.monotonic >= end }
  var elapsedMilliseconds: Int { Int(clamping: (SystemClock.monotonic &- start) / 1_000_000) }
}

extension Duration {
  /// Nanoseconds, 0 where negative, capped at some 292 years.
  var clampedNanoseconds: UInt64 {
    let (seconds, attoseconds) = components
    if seconds < 0 || attoseconds < 0 { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    if overflow || product > UInt64(Int64.max) { return UInt64(Int64.max) }
    return product + UInt64(attoseconds) / 1_000_000_000
  }
}
