/// What a figure counts, and how it is shown.
enum Unit: String, Codable {
  /// Nanoseconds, shown as such.
  case nanoseconds = "ns"
  /// Nanoseconds, shown in whatever unit fits.
  case duration = "ns, scaled"
  /// Million operations a second.
  case rate = "Mops/s"
  /// Bytes, shown as such.
  case bytes = "B"
  /// Bytes, shown in KiB or MiB where that fits.
  case size = "B, scaled"
  case ratio = "×"
  case percent = "%"
  case count = "number"

  /// What a column's title or an axis says of it.
  var caption: String? {
    switch self {
    case .duration, .size, .count, .ratio: nil
    default: rawValue
    }
  }

  /// A figure without its unit where the caption has it, with it elsewhere.
  func cell(_ value: Double) -> String {
    switch self {
    case .nanoseconds, .rate, .bytes, .percent: Self.digits(value)
    case .count: Self.grouped(Int(value.rounded()))
    case .ratio: Self.digits(value) + " ×"
    case .duration: Self.scaled(value, [("ns", 1000), ("µs", 1000), ("ms", 1000), ("s", .infinity)])
    case .size: Self.scaled(value, [("B", 1024), ("KiB", 1024), ("MiB", 1024), ("GiB", .infinity)])
    }
  }

  /// A figure with its unit.
  func text(_ value: Double) -> String {
    guard let caption else { return cell(value) }
    return "\(cell(value)) \(caption)"
  }

  /// Three digits that count, without an exponent.
  static func digits(_ value: Double) -> String {
    guard value.isFinite else { return "?" }
    let size = abs(value)
    let places = size >= 99.95 || size == 0 ? 0 : size >= 9.995 ? 1 : 2
    let scale = places == 0 ? 1.0 : places == 1 ? 10.0 : 100.0
    let whole = Int((size * scale).rounded())
    let sign = value < 0 && whole > 0 ? "−" : ""
    if places == 0 { return sign + grouped(whole) }
    let fraction = String(whole % Int(scale))
    return "\(sign)\(whole / Int(scale)).\(String(repeating: "0", count: places - fraction.count))\(fraction)"
  }

  /// Digits in groups of three.
  static func grouped(_ value: Int) -> String {
    var text = ""
    for (index, digit) in String(abs(value)).reversed().enumerated() {
      if index > 0, index.isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "−" : "") + String(text.reversed())
  }

  private static func scaled(_ value: Double, _ steps: [(name: String, factor: Double)]) -> String {
    var rest = value
    for (name, factor) in steps {
      if rest < factor { return "\(digits(rest)) \(name)" }
      rest /= factor
    }
    return digits(value)
  }
}
