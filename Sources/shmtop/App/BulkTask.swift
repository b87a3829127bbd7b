import SharedSimple
import ShmtopKit

/// A change of many entries, one after another, each only if what the operator saw still holds: a removal, where the
/// value still is the same; putting back, where the key still is missing.
struct BulkTask {
  private let seen: SeenEntries
  private var position = 0
  private var outcome: BulkOutcome
  /// Since when the lock could not be had; nil while it can.
  private var busySince: UInt64?

  init(_ work: BulkOutcome.Work, _ seen: SeenEntries) {
    self.seen = seen
    outcome = BulkOutcome(work)
  }

  var isDone: Bool { position == seen.count || outcome.failure != nil }
  var progress: BulkProgress {
    BulkProgress(outcome.work == .remove ? .remove : .putBack, done: position, total: seen.count)
  }

  /// What came of it if it ends here.
  var ended: BulkOutcome {
    var outcome = outcome
    outcome.untried = seen.count - position
    // What was not put back can still be.
    if outcome.work == .putBack, outcome.untried > 0 { outcome.undo = seen.dropFirst(position) }
    return outcome
  }

  /// Deals with the next one, and takes it down in the journal.
  mutating func step(_ source: any SegmentSource, _ journal: Journal) {
    do throws(SourceError) {
      guard let change = try nextChange(source) else {
        position += 1
        return
      }
      let byteCount = (change.key?.count ?? 0) + (change.bytes?.count ?? 0)
      if let reason = journal.makeRoom(byteCount: byteCount) {
        outcome.failure = SafeText(reason).text
        return
      }
      take(source.apply(change, triedMilliseconds: triedMilliseconds), change, source, journal)
    } catch {
      outcome.failure = SafeText(error.description).text
    }
  }

  /// What is to be done with the next one; nil where that is nothing.
  private mutating func nextChange(_ source: any SegmentSource) throws(SourceError) -> Change? {
    let (key, value, stamp) = seen[position]
    guard outcome.work == .remove else { return .add(key: key, value: value ?? []) }
    guard let entry = try source.entry(key) else {
      outcome.gone += 1
      return nil
    }
    // A stamp is given once: with the same stamp, these are the bytes that were shown.
    guard entry.stamp == stamp || entry.value == value else {
      outcome.changed += 1
      return nil
    }
    return .remove(key: key, seen: entry.value)
  }

  private var triedMilliseconds: Int { busySince.map { Int((Clock.monotonic - $0) / 1_000_000) } ?? 0 }

  private mutating func take(
    _ result: ChangeOutcome, _ change: Change, _ source: any SegmentSource, _ journal: Journal
  ) {
    if case .busy(let wait) = result {
      let since = busySince ?? Clock.monotonic
      busySince = since
      if Clock.monotonic - since >= WaitingChange.patience { outcome.failure = wait.failure }
      return
    }
    busySince = nil
    switch result {
    case .done, .reaped, .busy:
      outcome.done(change)
      let before = outcome.work == .remove ? change.bytes : nil
      let line = JournalLine(
        time: WallTime.now, segment: source.identity.name, key: change.key ?? [], before: before,
        after: change.after)
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

extension Change {
  /// The value that is removed, or put.
  fileprivate var bytes: [UInt8]? {
    if case .remove(_, let seen) = self { seen } else { after }
  }
}
