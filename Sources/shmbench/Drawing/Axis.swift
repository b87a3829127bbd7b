import Glibc

/// Where values lie along one side of a picture.
struct Axis {
  private let low: Double
  private let high: Double
  private let isLogarithmic: Bool
  private let from: Double
  private let to: Double

  /// An axis of powers of ten that holds all of the values.
  ///
  /// - Parameter from, to: where it begins and ends, in the picture.
  init(logarithmicFor values: [Double], from: Double, to: Double) {
    let values = values.filter { $0 > 0 }
    let least = values.min() ?? 1
    let most = values.max() ?? 10
    // To the next tick below and above, so that no line ends in a corner.
    low = Self.steps(from: least / 10, to: least).last ?? least
    high = Self.steps(from: most * 1.0001, to: most * 10).first ?? most * 10
    isLogarithmic = true
    (self.from, self.to) = (from, to)
  }

  /// An axis of so many places of equal width.
  init(places: Int, from: Double, to: Double) {
    (low, high, isLogarithmic) = (-0.5, Double(places) - 0.5, false)
    (self.from, self.to) = (from, to)
  }

  func position(_ value: Double) -> Double {
    let share =
      isLogarithmic
      ? (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low)) : (value - low) / (high - low)
    return from + share * (to - from)
  }

  /// The values that get a line and a number.
  var ticks: [Double] {
    guard isLogarithmic else { return Array(stride(from: 0, through: high, by: 1)) }
    let all = Self.steps(from: low, to: high)
    if all.count <= 7 { return all }
    let decades = all.filter { abs(log10($0) - log10($0).rounded()) < 1e-9 }
    return decades.count >= 3 ? decades : all.filter { Self.leadingDigit($0) != 2 }
  }

  /// 1, 2, 5, 10, 20 … between two values.
  private static func steps(from least: Double, to most: Double) -> [Double] {
    guard least > 0, most < .infinity else { return [] }
    var steps: [Double] = []
    for power in Int(log10(least).rounded(.down))...Int(log10(most).rounded(.up)) {
      for digit in [1.0, 2, 5] {
        let step = digit * pow(10, Double(power))
        if step >= least * 0.999999, step <= most * 1.000001 { steps.append(step) }
      }
    }
    return steps
  }

  private static func leadingDigit(_ value: Double) -> Int {
    Int((value / pow(10, log10(value * 1.000001).rounded(.down))).rounded())
  }
}
