/// Some of the numbers below a bound.
struct BitSet: Hashable {
  private var words: [UInt64]
  private(set) var count = 0

  init(count: Int) { words = [UInt64](repeating: 0, count: (count + 63) / 64) }

  func contains(_ number: Int) -> Bool { words[number / 64] & 1 << UInt64(number % 64) != 0 }

  mutating func insert(_ number: Int) {
    if !contains(number) { count += 1 }
    words[number / 64] |= 1 << UInt64(number % 64)
  }
}
