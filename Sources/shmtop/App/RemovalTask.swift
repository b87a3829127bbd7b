import SharedSimple
import ShmtopKit

/// The removal of many entries, one after another, each only if it still is what the operator saw.
struct RemovalTask {
  private let seen: SeenEntries
  private var position = 0
  private(set) var outcome = BulkRemoval()

  init(_ seen: SeenEntries) { self.seen = seen }

  var isDone: Bool { position == seen.count || outcome.failure != nil }
  var progress: BulkProgress { BulkProgress(.remove, done: position, total: seen.count) }

  /// What came of it if it ends here.
  var ended: BulkRemoval {
    var outcome = outcome
    outcome.untried = seen.count - position
    return outcome
  }

  /// Removes the next one.
  mutating func step(_ source: SegmentSource) {
    let (key, value, stamp) = seen[position]
    do throws(StoreError) {
      guard let entry = try source.observer.entry(key) else {
        outcome.gone += 1
        position += 1
        return
      }
      // A stamp is given once: with the same stamp, these are the bytes that were shown.
      let isSame = entry.stamp == stamp || entry.value == value
      switch isSame ? source.apply(.remove(key: key, seen: entry.value)) : .conflict(now: entry.value) {
      case .done, .reaped: outcome.removed += 1
      case .conflict(now: nil): outcome.gone += 1
      case .conflict: outcome.changed += 1
      case .failed(let reason):
        outcome.failure = reason
        return
      }
      position += 1
    } catch {
      outcome.failure = SafeText(error.description).text
    }
  }
}
