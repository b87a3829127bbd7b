import OriginalSegment
import SharedSimple

/// Numbers for values that have none: another one whenever a sample finds another value.
struct OriginalStamps {
  private struct Seen {
    var value: [UInt8]
    var stamp: UInt64
    /// The last sample that had it.
    var sample: UInt64
  }

  private var known: [[UInt8]: Seen] = [:]
  private(set) var sequence: UInt64 = 0
  private var samples: UInt64 = 0

  mutating func note(_ sample: OriginalSample) {
    samples += 1
    for entry in sample.entries {
      if known[entry.key]?.value == entry.value {
        known[entry.key]?.sample = samples
      } else {
        sequence += 1
        known[entry.key] = Seen(value: entry.value, stamp: sequence, sample: samples)
      }
    }
  }

  func stamp(of key: [UInt8]) -> UInt64 { known[key]?.stamp ?? 0 }

  /// The entry as the last sample had it.
  func entry(_ key: [UInt8]) -> Entry? {
    guard let seen = known[key], seen.sample == samples else { return nil }
    return Entry(key: key, value: seen.value, stamp: seen.stamp)
  }
}
