import SharedSimple
import ShmtopKit

/// The removal of many entries, one after another, each only if it still is what the operator saw.
struct RemovalTask {
  private let seen: SeenEntries
  private var position = 0
  private(set) var outcome = BulkRemoval()
  /// Since when the lock could not be had; nil while it can.
  private var busySince: UInt64?

  init(_ seen: SeenEntries) { self.seen = seen }

  var isDone: Bool { position == seen.count || outcome.failure != nil }
  var progress: BulkProgress { BulkProgress(.remove, done: position, total: seen.count) }

  /// What came of it if it ends here.
  var ended: BulkRemoval {
    var outcome = outcome
    outcome.untried = seen.count - position
    return outcome
  }

  /// Removes the next one, and takes it down in the journal.
  mutating func step(_ source: any SegmentSource, _ journal: Journal) {
    let (key, value, stamp) = seen[position]
    do throws(SourceError) {
      guard let entry = try source.entry(key) else {
        outcome.gone += 1
        position += 1
        return
      }
      // A stamp is given once: with the same stamp, these are the bytes that were shown.
      guard entry.stamp == stamp || entry.value == value else {
        outcome.changed += 1
        position += 1
        return
      }
      if let reason = journal.makeRoom(byteCount: key.count + entry.value.count) {
        outcome.failure = SafeText(reason).text
        return
      }
      take(
        source.apply(.remove(key: key, seen: entry.value), triedMilliseconds: triedMilliseconds), entry,
        source, journal)
    } catch {
      outcome.failure = SafeText(error.description).text
    }
  }

  private var triedMilliseconds: Int { busySince.map { Int((Clock.monotonic - $0) / 1_000_000) } ?? 0 }

  private mutating func take(
    _ result: ChangeOutcome, _ entry: Entry, _ source: any SegmentSource, _ journal: Journal
  ) {
    if case .busy(let reason) = result {
      let since = busySince ?? Clock.monotonic
      busySince = since
      if Clock.monotonic - since >= WaitingChange.patience { outcome.failure = reason }
      return
    }
    busySince = nil
    switch result {
    case .done, .reaped, .busy:
      outcome.removed += 1
      let line = JournalLine(
        time: WallTime.now, segment: source.identity.name, key: entry.key, before: entry.value, after: nil)
      if let reason = journal.keep(line) { outcome.failure = SafeText(reason).text }
    case .conflict(now: nil): outcome.gone += 1
    case .conflict: outcome.changed += 1
    case .failed(let reason):
      outcome.failure = reason
      return
    }
    position += 1
  }
}
