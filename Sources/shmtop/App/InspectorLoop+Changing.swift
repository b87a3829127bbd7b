import SharedSimple
import ShmtopKit

/// Makes the changes that the operator asks for, one at a time, each as soon as the lock can be had.
extension InspectorLoop {
  /// Makes a change, as soon as the lock can be had: a little is tried at a time, and keys are answered in between.
  func apply(_ change: Change, journaled: Bool) {
    if journaled, let key = change.key, let identity = inspector.identity {
      let byteCount = key.count + (change.after?.count ?? 0) + identity.valueLimit
      if let reason = journal.makeRoom(byteCount: byteCount) {
        return inspector.cannotJournal(change, SafeText(reason).text)
      }
    }
    waiting = WaitingChange(change, isJournaled: journaled, now: Clock.monotonic)
    tryChange()
  }

  func tryChange() {
    guard let source, let change = waiting, change.nextTry <= Clock.monotonic else { return }
    let tried = change.triedMilliseconds(Clock.monotonic)
    let outcome = source.apply(change.change, triedMilliseconds: tried)
    isStale = true
    if case .busy(let wait) = outcome, Clock.monotonic < change.deadline {
      waiting?.tryAgain(Clock.monotonic)
      return follower.waits(wait, tried: Double(tried) / 1e3, limit: Double(WaitingChange.patience) / 1e9)
    }
    waiting = nil
    follower.finished(change.change, outcome)
    if case .done(let before) = outcome, change.isJournaled { keep(change.change, before: before) }
    nextSample = 0
  }

  private func keep(_ change: Change, before: [UInt8]?) {
    guard let key = change.key, let source else { return }
    let line = JournalLine(
      time: WallTime.now, segment: source.identity.name, key: key, before: before, after: change.after)
    if let reason = journal.keep(line) { inspector.report("The change was made. " + SafeText(reason).text) }
  }

  func giveUp(_ reason: String) {
    guard let change = waiting else { return }
    waiting = nil
    follower.finished(change.change, .failed(reason))
  }
}
