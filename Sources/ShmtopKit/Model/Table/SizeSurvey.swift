/// How large entries are: percentiles, and the largest.
public struct SizeSurvey: Sendable, Hashable {
  /// An entry among the largest.
  public struct Large: Sendable, Hashable {
    public let key: [UInt8]
    /// Bytes of key and value.
    public let byteCount: Int
    public let valueLength: Int
  }

  /// Of the largest, so many are named. Arbitrary.
  static let largestCount = 20
  /// Sizes are told apart up to this part of them.
  private static let stepsPerDoubling = 16

  /// Entries counted.
  public private(set) var count = 0
  /// Bytes of all keys and all values.
  public private(set) var keyBytes = 0
  public private(set) var valueBytes = 0
  /// The largest first.
  public private(set) var largest: [Large] = []
  private var counts: [Int] = []
  private var position = 0

  /// Counts on.
  ///
  /// - Returns: Whether there is more.
  mutating func countOn(_ amount: Int, _ table: EntryTable) -> Bool {
    let end = min(table.rowCount, position + amount)
    for row in EntryTable.Row(position)..<EntryTable.Row(max(position, end)) where table.isLive(row) {
      let (key, value) = (table.keyLength(row), table.valueLength(row))
      count += 1
      keyBytes += key
      valueBytes += value
      let step = Self.step(key + value)
      if step >= counts.count { counts += Array(repeating: 0, count: step - counts.count + 1) }
      counts[step] += 1
      if largest.count < Self.largestCount || key + value > largest.last!.byteCount {
        insert(Large(key: table.key(row), byteCount: key + value, valueLength: value))
      }
    }
    position = end
    return position < table.rowCount
  }

  private mutating func insert(_ large: Large) {
    let place = largest.firstIndex { $0.byteCount < large.byteCount } ?? largest.count
    largest.insert(large, at: place)
    if largest.count > Self.largestCount { largest.removeLast() }
  }

  /// Each size up to 16 is a step of its own; then 16 steps to each doubling.
  private static func step(_ size: Int) -> Int {
    guard size >= stepsPerDoubling else { return size }
    let exponent = Int.bitWidth - 1 - size.leadingZeroBitCount
    return stepsPerDoubling * (exponent - 3) + (size >> (exponent - 4)) - stepsPerDoubling
  }

  /// The largest size of a step.
  private static func upperBound(_ step: Int) -> Int {
    guard step >= stepsPerDoubling else { return step }
    let exponent = step / stepsPerDoubling + 3
    return ((step % stepsPerDoubling + stepsPerDoubling + 1) << (exponent - 4)) - 1
  }

  /// The size in bytes that a part of the entries has at most, 0 to 1; nil of none.
  public func percentile(_ share: Double) -> Int? {
    guard count > 0 else { return nil }
    let rank = max(1, Int((share * Double(count)).rounded(.up)))
    var passed = 0
    for (step, count) in counts.enumerated() {
      passed += count
      if passed >= rank { return min(Self.upperBound(step), largest.first?.byteCount ?? .max) }
    }
    return largest.first?.byteCount
  }
}
