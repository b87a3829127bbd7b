import SharedSimple

/// Opens dialogs, and takes what is typed into them.
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
      if purpose != .add { say("\(SafeText(key, limit: 40).text) is gone.", .warning) }
      return []
    }
    switch purpose {
    case .add: refuseToAdd(key, value)
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

  /// A key that is to be added is there already: goes back to where it was typed.
  private mutating func refuseToAdd(_ key: [UInt8], _ value: [UInt8]) {
    guard case .addValue(key, _, _) = dialog else { return }
    let size = Quantity.counted(value.count, "byte", "bytes")
    let shown = (SafeText(key, limit: 30).text, SafeText(value, limit: 20).text)
    dialog = .addKey(
      line: InputLine(SafeText(key).text),
      problem: "\(shown.0) is there already (\(shown.1), \(size)): type another key, or change it with e.")
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

  mutating func changeLine(_ change: (inout InputLine) -> Void) {
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
  mutating func explain(_ problem: String) {
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
}
