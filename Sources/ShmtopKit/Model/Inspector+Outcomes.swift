/// What came of changes, and which of them can be taken back.
extension Inspector {
  /// Takes what came of a change.
  public mutating func finished(_ change: Change, _ outcome: ChangeOutcome) {
    isWaitingForLock = false
    let conflictsBefore = conflicts
    conflicts = 0
    switch outcome {
    case .done(let before):
      if case .undo = change {
        undoable.removeLast()
      } else if let inverse = change.inverse(before: before) {
        keepUndoable(.one(inverse))
      }
      say(change.report, .done)
    case .reaped(let count): say("Cleared \(count) rows of dead processes.", .done)
    case .conflict(let now):
      let key = SafeText(change.key ?? [], limit: 40).text
      if case .undo = change {
        // What was changed before it can still be taken back.
        undoable.removeLast()
        say("\(key) has been changed since: it is left as it is.", .warning)
      } else if now == nil, change.isRemoval {
        say("It is gone already.")
      } else {
        dialog = .conflict(change, now: now, times: conflictsBefore + 1)
      }
    case .busy(let reason), .failed(let reason): say(reason, .failure)
    }
  }

  /// A change waits for the lock, which somebody holds.
  public mutating func waits(_ reason: String) {
    isWaitingForLock = true
    say("\(reason) Esc gives up.", .warning)
  }

  /// The journal cannot keep a change, for this reason.
  public mutating func cannotJournal(_ change: Change, _ reason: String) {
    dialog = .unjournaled(change, reason: reason)
  }

  // MARK: - Undoing

  /// Arbitrary.
  private static let undoLimit = 100

  mutating func keepUndoable(_ undoing: Undoing) {
    undoable.append(undoing)
    hasChangedAnything = true
    if undoable.count > Self.undoLimit { undoable.removeFirst() }
  }

  /// Asks whether to take the last change back.
  mutating func askToUndo() {
    switch undoable.last {
    case .one(let change): dialog = .confirm(change, rows: 1)
    case .many(let seen): dialog = .putBack(seen)
    case nil: break
    }
  }
}

extension Change {
  fileprivate var isRemoval: Bool { if case .remove = self { true } else { false } }

  /// What has been done, in words.
  fileprivate var report: String {
    let key = SafeText(key ?? [], limit: 40).text
    return switch self {
    case .replace: "Changed \(key); u takes it back."
    case .add: "Added \(key); u takes it back."
    case .remove: "Removed \(key); u takes it back."
    case .undo(.replace): "Changed \(key) back."
    case .undo(.add): "Put \(key) back."
    case .undo: "Took \(key) away again."
    case .reap: "Cleared."
    }
  }
}
