import OriginalSegment

/// Numbers for values that have none: another one whenever a sample finds another value.
struct OriginalStamps {
  private var known: [[UInt8]: (value: [UInt8], stamp: UInt64)] = [:]
  private(set) var sequence: UInt64 = 0

  mutating func note(_ sample: OriginalSample) {
    for entry in sample.entries {
      if let seen = known[entry.key], seen.value == entry.value { continue }
      sequence += 1
      known[entry.key] = (entry.value, sequence)
    }
  }

  func stamp(of key: [UInt8]) -> UInt64 { known[key]?.stamp ?? 0 }
}
