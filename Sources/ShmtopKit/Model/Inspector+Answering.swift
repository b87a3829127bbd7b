import SharedSimple

/// What an answer to a dialog does: a change, another dialog, or a word on what is wrong with it.
extension Inspector {
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
      return [.open(key: key, purpose: .add)]
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
}
