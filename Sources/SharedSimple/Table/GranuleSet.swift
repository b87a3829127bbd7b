/// A set of record numbers, a bit each, in private memory.
struct GranuleSet {
  private var bits: [UInt64]

  init(below limit: Int) { bits = Array(repeating: 0, count: limit / 64 + 1) }

  /// A number at or above the limit is not kept.
  mutating func insert(_ record: RecordNumber) {
    let word = Int(record.rawValue) / 64
    if word < bits.count { bits[word] |= 1 << UInt64(record.rawValue % 64) }
  }

  func contains(_ record: RecordNumber) -> Bool {
    let word = Int(record.rawValue) / 64
    return word < bits.count && bits[word] & 1 << UInt64(record.rawValue % 64) != 0
  }
}
