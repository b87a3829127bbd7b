/// Numbers in few columns.
///
/// Written by hand, because a terminal table wants a fixed small width, and because Foundation's formatters
/// load locale data for tens of milliseconds before the first screen.
public enum Quantity {
  /// All digits, in groups of three: `1,234,567`.
  public static func exact(_ number: some BinaryInteger) -> String {
    let digits = String(number.magnitude)
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// All digits and the noun: `1 entry`, `1,234 entries`.
  public static func counted(_ number: some BinaryInteger, _ one: String, _ many: String) -> String {
    "\(exact(number)) \(number == 1 ? one : many)"
  }

  /// A count in at most 5 columns: `9999`, `12.3k`, `4.56M`.
  public static func count(_ number: some BinaryInteger) -> String {
    number.magnitude < 10_000
      ? String(number) : scaled(Double(number), 1000, ["", "k", "M", "G", "T", "P", "E"])
  }

  /// So many a second, in at most 5 columns: `0`, `0.25`, `3`, `12.5`, `9999`, `12.3k`.
  public static func rate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond > 0 else { return "0" }
    if perSecond < 0.005 { return "<.01" }
    return scaled(perSecond, 1000, ["", "k", "M", "G", "T", "P", "E"], whole: perSecond < 0.995 ? 2 : 1)
  }

  /// Bytes in at most 5 columns, in powers of 1024: `0B`, `512B`, `1.5K`, `16G`.
  public static func bytes(_ count: some BinaryInteger) -> String {
    scaled(Double(max(0, count)), 1024, ["B", "K", "M", "G", "T", "P", "E"], whole: 0)
  }

  /// A span of time in at most 7 columns: `850 ns`, `2.1 ms`, `12 s`, `3.0 min`, `5.0 h`, `12 d`.
  public static func duration(nanoseconds: UInt64, repertoire: SafeText.Repertoire = .unicode) -> String {
    if nanoseconds < 1000 { return "\(nanoseconds) ns" }
    let units: [(name: String, size: Double, end: Double)] = [
      (repertoire == .unicode ? "µs" : "us", 1e3, 1e6), ("ms", 1e6, 1e9), ("s", 1e9, 60e9),
      ("min", 60e9, 3600e9),
      ("h", 3600e9, 86400e9), ("d", 86400e9, .infinity),
    ]
    for unit in units {
      let shown = Double(nanoseconds) / unit.size
      // By what is shown, not by what is: 999.6 µs is 1.0 ms, not 1000 µs.
      let rounded = shown < 9.95 ? shown : shown.rounded()
      if rounded * unit.size < unit.end {
        return fixed(shown, decimals: shown < 9.95 ? 1 : 0) + " " + unit.name
      }
    }
    return "?"
  }

  /// How long ago, in at most 4 columns: `0s`, `59s`, `3m`, `23h`, `12d`, `3y`. Rounded down.
  public static func age(nanoseconds: UInt64) -> String {
    let seconds = nanoseconds / 1_000_000_000
    return switch seconds {
    case ..<60: "\(seconds)s"
    case ..<3600: "\(seconds / 60)m"
    case ..<86400: "\(seconds / 3600)h"
    case ..<(1000 * 86400): "\(seconds / 86400)d"
    default: "\(seconds / (365 * 86400))y"
    }
  }

  /// How long ago something was at `then`, seen at `now`; `0s` for what lies ahead (a clock was set).
  public static func age(from then: UInt64, to now: UInt64) -> String {
    age(nanoseconds: now > then ? now - then : 0)
  }

  /// A part of a whole in at most 5 columns: `0%`, `0.4%`, `12.3%`, `100%`; `-` for nil. What is not all
  /// is never shown as `100%`, and what is not nothing never as `0%`.
  public static func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return "-" }
    switch share * 100 {
    case ...0: return "0%"
    case ..<0.05: return "<0.1%"
    case 100...: return "100%"
    case let value: return fixed(min(value, 99.9), decimals: 1) + "%"
    }
  }

  /// A part of a whole that is known roughly, in at most 6 columns and two digits: `41%`, `4.1%`, `0.041%`.
  public static func roughPercent(_ share: Double) -> String {
    let value = min(100, share * 100)
    guard value >= 0.0095 else { return "<0.01%" }
    let decimals = value >= 9.95 ? 0 : value >= 0.995 ? 1 : value >= 0.0995 ? 2 : 3
    return fixed(value, decimals: decimals) + "%"
  }

  /// A number with so many decimals, rounded to the nearest.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    let scale = power(10, decimals)
    guard value.isFinite, abs(value) < 1e15 else { return value.isNaN ? "-" : value < 0 ? "-inf" : "inf" }
    let scaled = Int((abs(value) * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + String(scaled) }
    let fraction = String(scaled % scale)
    return sign + String(scaled / scale) + "."
      + String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
  }

  /// Three digits and a unit; four digits where there is no unit letter yet.
  private static func scaled(_ value: Double, _ step: Double, _ units: [String], whole: Int = 2) -> String {
    var value = value
    var unit = 0
    let plain = units[0].isEmpty ? 9999.5 : step
    while unit + 1 < units.count, value >= (unit == 0 ? plain : 999.5) {
      value /= step
      unit += 1
    }
    let most = unit == 0 ? whole : 2
    let decimals = min(most, value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
    return trimmed(fixed(value, decimals: decimals)) + units[unit]
  }

  /// `12.0` and `12` say the same; the shorter one is easier to read down a column.
  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var text = text
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private static func power(_ base: Int, _ exponent: Int) -> Int {
    (0..<max(0, exponent)).reduce(1) { result, _ in result * base }
  }
}
