import Glibc

/// Wall-clock times in the user's time zone.
public enum WallTime {
  /// Now, in nanoseconds since 1970.
  public static var now: UInt64 {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)  // Writes the one local it is given.
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// The time of day, `17:25:03`.
  public static func clock(_ nanoseconds: UInt64) -> String { Parts(nanoseconds).clock }

  /// Day and time, `2026-11-23 17:25:03`.
  public static func full(_ nanoseconds: UInt64) -> String {
    let parts = Parts(nanoseconds)
    return parts.day + " " + parts.clock
  }

  /// Day and time to the millisecond, `2026-11-23 17:25:03.042`.
  public static func precise(_ nanoseconds: UInt64) -> String {
    full(nanoseconds) + "." + padded(Int32(nanoseconds / 1_000_000 % 1000), 3)
  }

  /// When the day began that a time lies in, where no clock was changed on it.
  static func midnight(before nanoseconds: UInt64) -> UInt64 {
    let seconds = clock(nanoseconds).split(separator: ":").reduce(0) { $0 * 60 + (UInt64($1) ?? 0) }
    let whole = nanoseconds / 1_000_000_000
    return (whole - min(whole, seconds)) * 1_000_000_000
  }

  /// A time taken apart by the C library, which knows the time zones.
  private struct Parts {
    let day: String
    let clock: String

    init(_ nanoseconds: UInt64) {
      var seconds = time_t(nanoseconds / 1_000_000_000)
      var parts = unsafe tm()  // Unsafe for the zone's name in it, which is not looked at.
      unsafe localtime_r(&seconds, &parts)  // Reads and writes the two locals it is given.
      day = unsafe [padded(parts.tm_year + 1900, 4), padded(parts.tm_mon + 1, 2), padded(parts.tm_mday, 2)]
        .joined(separator: "-")
      clock = unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded($0, 2) }.joined(separator: ":")
    }
  }

  private static func padded(_ number: Int32, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
