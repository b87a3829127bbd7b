import SharedSimple

extension Inspector {
  /// Longer values are not edited in one line of text.
  private static let editLimit = 16 << 10

  // MARK: - Opening

  mutating func open(_ purpose: OpenPurpose) -> [Effect] {
    guard let key = subject else { return [] }
    return [.open(key: key, purpose: purpose)]
  }

  /// Takes the entry that was asked for.
  ///
  /// - Parameters:
  ///   - value: nil where the key is not there any more.
  ///   - stamp: of its write.
  @discardableResult
  public mutating func opened(
    key: [UInt8], value: [UInt8]?, stamp: UInt64 = 0, purpose: OpenPurpose
  ) -> [Effect] {
    guard let value else {
      say("\(SafeText(key, limit: 40).text) is gone.", .warning)
      return []
    }
    switch purpose {
    case .detail: openDetail(Entry(key: key, value: value, stamp: stamp))
    case .copy: return copy(value, what: "value")
    case .remove: dialog = .confirm(.remove(key: key, seen: value), rows: 1)
    case .edit:
      guard value.count <= Self.editLimit else {
        say("The value has \(Quantity.exact(value.count)) bytes: too many to edit here.", .warning)
        return []
      }
      dialog = .edit(key: key, seen: value, line: InputLine(SafeText(value).text), problem: nil)
    }
    return []
  }

  mutating func ask(_ prompt: Dialog.Prompt) {
    let text: String
    switch prompt {
    case .filter:
      text = currentFilter?.text ?? ""
      filterBefore = currentFilter?.text
    case .search, .time: text = ""
    case .delay: text = Quantity.fixed(delay, decimals: 1)
    }
    dialog = .prompt(prompt, line: InputLine(text), problem: nil)
  }

  // MARK: - Typing

  mutating func type(_ character: Character) {
    // What cannot be shown as it is comes in as its escape.
    changeLine { $0.paste(String(character)) }
  }

  mutating func paste(_ text: String) {
    guard !isDialogOutdated else { return }
    guard scope == .input else {
      return say("Pasted text does nothing here.", .warning)
    }
    changeLine { $0.paste(text) }
  }

  private mutating func changeLine(_ change: (inout InputLine) -> Void) {
    switch dialog {
    case .edit(let key, let seen, var line, _):
      change(&line)
      dialog = .edit(key: key, seen: seen, line: line, problem: nil)
    case .addKey(var line, _):
      change(&line)
      dialog = .addKey(line: line, problem: nil)
    case .addValue(let key, var line, _):
      change(&line)
      dialog = .addValue(key: key, line: line, problem: nil)
    case .prompt(let prompt, var line, _):
      change(&line)
      dialog = .prompt(prompt, line: line, problem: nil)
      if prompt == .filter { filterAsTyped(line.text) }
    case .removeMany(let seen, var line, _):
      change(&line)
      dialog = .removeMany(seen, line: line, problem: nil)
    case .writeFile(let seen, var line, _):
      change(&line)
      dialog = .writeFile(seen, line: line, problem: nil)
    case .confirm, .putBack, .conflict, .unjournaled, .overwriteFile, .bulk, .columns, .kinds, nil: break
    }
  }

  private mutating func filterAsTyped(_ text: String) {
    do {
      applyFilter(try RowFilter(text))
    } catch {
      explain(error.description)
    }
  }

  /// Says in the dialog what is wrong with what was typed.
  private mutating func explain(_ problem: String) {
    switch dialog {
    case .edit(let key, let seen, let line, _):
      dialog = .edit(key: key, seen: seen, line: line, problem: problem)
    case .addKey(let line, _): dialog = .addKey(line: line, problem: problem)
    case .addValue(let key, let line, _): dialog = .addValue(key: key, line: line, problem: problem)
    case .prompt(let prompt, let line, _): dialog = .prompt(prompt, line: line, problem: problem)
    case .removeMany(let seen, let line, _): dialog = .removeMany(seen, line: line, problem: problem)
    case .writeFile(let seen, let line, _): dialog = .writeFile(seen, line: line, problem: problem)
    case .confirm, .putBack, .conflict, .unjournaled, .overwriteFile, .bulk, .columns, .kinds, nil: break
    }
  }

  // MARK: - Answering

  mutating func answer(_ command: Command) -> [Effect] {
    switch command {
    case .accept: return accept()
    case .cancel: cancel()
    case .yes:
      switch dialog {
      case .confirm(let change, _): return apply(change)
      case .unjournaled(let change, _):
        dialog = nil
        return [.applyUnjournaled(change)]
      case .putBack(let seen):
        dialog = nil
        undoable.removeLast()
        return [.putBackAll(seen)]
      case .overwriteFile(let seen, let file):
        dialog = nil
        return [.write(seen, file: file, overwrites: true)]
      default: return []
      }
    case .no:
      let isFile = if case .overwriteFile = dialog { true } else { false }
      dialog = nil
      say(isFile ? "The file was left as it is." : "Nothing was changed.")
    case .overwrite:
      guard case .conflict(let change, let now, let times) = dialog else { return [] }
      conflicts = times
      return apply(change.over(now))
    case .insist:
      guard case .conflict(let change, _, let times) = dialog else { return [] }
      guard times > 1 else { return [] }
      return apply(change.regardless)
    case .reload:
      guard case .conflict(let change, let now, _) = dialog else { return [] }
      dialog = nil
      return reload(change, now: now)
    default: changeLine { _ = $0.perform(command) }
    }
    return []
  }

  private mutating func apply(_ change: Change) -> [Effect] {
    dialog = nil
    return [.apply(change)]
  }

  /// Starts the same change again from the value that is there now.
  private mutating func reload(_ change: Change, now: [UInt8]?) -> [Effect] {
    guard let key = change.key else { return [] }
    guard now != nil else {
      say("\(SafeText(key, limit: 40).text) is gone.", .warning)
      return []
    }
    return switch change {
    case .remove: [.open(key: key, purpose: .remove)]
    default: [.open(key: key, purpose: .edit)]
    }
  }

  private mutating func accept() -> [Effect] {
    switch dialog {
    case .edit(let key, let seen, let line, _):
      guard let new = typedBytes(line, limit: identity?.valueLimit ?? .max, what: "value") else { return [] }
      guard new != seen else {
        dialog = nil
        say("The value is as it was; nothing was changed.")
        return []
      }
      dialog = .confirm(.replace(key: key, seen: seen, new: new), rows: 1)
    case .addKey(let line, _):
      guard let key = typedBytes(line, limit: 65_535, what: "key") else { return [] }
      dialog = .addValue(key: key, line: InputLine(), problem: nil)
    case .addValue(let key, let line, _):
      guard let value = typedBytes(line, limit: identity?.valueLimit ?? .max, what: "value") else {
        return []
      }
      dialog = .confirm(.add(key: key, value: value), rows: 1)
    case .prompt(let prompt, let line, _): return accept(prompt, line.text)
    case .removeMany(let seen, let line, _):
      guard line.text == String(seen.count) else {
        explain("Type \(seen.count) to remove them; Esc leaves them.")
        return []
      }
      dialog = nil
      return [.removeAll(seen)]
    case .writeFile(let seen, let line, _):
      guard !line.text.isEmpty else {
        explain("A file has a name.")
        return []
      }
      dialog = nil
      return [.write(seen, file: line.text, overwrites: false)]
    case .confirm, .putBack, .conflict, .unjournaled, .overwriteFile, .bulk, .columns, .kinds, nil: break
    }
    return []
  }

  private mutating func accept(_ prompt: Dialog.Prompt, _ text: String) -> [Effect] {
    switch prompt {
    case .filter:
      do {
        applyFilter(try RowFilter(text))
        dialog = nil
      } catch {
        explain(error.description)
      }
    case .search:
      dialog = nil
      searched = text
      search(from: 0, by: 1)
    case .delay:
      guard let seconds = Double(text), (0.1...60).contains(seconds) else {
        explain("A number from 0.1 to 60.")
        return []
      }
      dialog = nil
      setDelay(seconds)
    case .time:
      guard let step = TimeStep(typed: text) else {
        let typed = SafeText(text, limit: 20).text
        explain(
          "“\(typed)” is neither a time of day, such as 17:25:03, nor a way to go, such as +90, -5m, +1h.")
        return []
      }
      dialog = nil
      return [.time(step)]
    }
    return []
  }

  private mutating func cancel() {
    if case .prompt(.filter, _, _) = dialog {
      // It was understood when it was set.
      applyFilter(filterBefore.flatMap { try? RowFilter($0) })
    }
    dialog = nil
  }

  /// The bytes that were typed; nil, with an explanation, where they will not do.
  private mutating func typedBytes(_ line: InputLine, limit: Int, what: String) -> [UInt8]? {
    do {
      let bytes = try SafeText.bytes(fromTyped: line.text)
      guard !bytes.isEmpty else {
        explain("A \(what) has one byte at least.")
        return nil
      }
      guard bytes.count <= limit else {
        explain("\(bytes.count) bytes: this store takes a \(what) of at most \(Quantity.exact(limit)).")
        return nil
      }
      return bytes
    } catch {
      explain(error.description)
      return nil
    }
  }

  // MARK: - Outcomes

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
  /// The same change against another value than the one first seen.
  fileprivate func over(_ now: [UInt8]?) -> Change {
    switch self {
    case .replace(let key, _, let new), .add(let key, let new):
      now.map { .replace(key: key, seen: $0, new: new) } ?? .add(key: key, value: new)
    case .remove(let key, _): .remove(key: key, seen: now)
    case .reap, .undo: self
    }
  }

  /// The same change, made whatever is there: a value that changes faster than one can answer would
  /// otherwise never be overwritten.
  fileprivate var regardless: Change {
    switch self {
    case .replace(let key, _, let new), .add(let key, let new): .replace(key: key, seen: nil, new: new)
    case .remove(let key, _): .remove(key: key, seen: nil)
    case .reap, .undo: self
    }
  }

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
