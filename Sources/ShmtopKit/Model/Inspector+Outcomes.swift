import SharedSimple

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
    case .reaped(let count):
      say("Cleared \(Quantity.counted(count, "row", "rows")) of dead processes.", .done)
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
    case .busy(let wait): say(wait.failure, .failure)
    case .failed(let reason): say(reason, .failure)
    }
  }

  /// A change waits for the lock, which somebody holds: it may still be made.
  ///
  /// - Parameters:
  ///   - tried: for how long by now, in seconds.
  ///   - limit: when it is given up.
  public mutating func waits(_ wait: LockWait, tried: Double, limit: Double) {
    isWaitingForLock = true
    let times = [Quantity.fixed(tried, decimals: 1), Quantity.fixed(limit, decimals: 0)]
    say(
      "Waiting for the lock, \(times[0]) of \(times[1]) s: \(holder(of: wait)) holds it. Esc gives up.",
      .warning)
  }

  private func holder(of wait: LockWait) -> String {
    guard wait.holder != 0 else { return "a process that cannot be named from here" }
    let row = sample?.participants.first { $0.pid == wait.holder }
    let name = SafeText(row?.name ?? [], limit: 20).text
    let known = [name, wait.state ?? ""].filter { !$0.isEmpty }.joined(separator: ", ")
    return "pid \(wait.holder)" + (known.isEmpty ? "" : " (\(known))")
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
