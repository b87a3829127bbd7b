/// Marks, pins, and what is done with many entries at once.
extension Inspector {
  /// Rows that are worked on at once while a key is answered.
  private static let promptAmount = 2000

  /// Begins work over all rows; where there are few, it is done when this returns.
  mutating func begin(
    _ kind: EntryChore.Kind, rows: ArraySlice<EntryTable.Row>?, start: Int = 0, step: Int = 1
  ) {
    entries.begin(kind, rows: rows, start: start, step: step)
    _ = workOn(Self.promptAmount)
  }

  /// Takes what came of work over all rows.
  mutating func finish(_ outcome: EntryChore.Outcome) {
    switch outcome {
    case .found(let place):
      holdOrder()
      entries.cursor.select(place: place, in: entries.rows, height: pageHeight)
    case .notFound(let what): say("No row contains \(SafeText(what, limit: 40).text).", .warning)
    case .marked: sayMarked()
    case .collected(let seen, let purpose):
      guard seen.count > 0 else { return say("There is no entry to take.", .warning) }
      switch purpose {
      case .remove: dialog = .removeMany(seen, line: InputLine(), problem: nil)
      case .write: dialog = .writeFile(seen, line: InputLine(proposedFile), problem: nil)
      }
    }
  }

  // MARK: - Marking

  mutating func mark() {
    if entries.rangeStart != nil { return markRange() }
    guard let row = entries.cursor.selected else { return }
    entries.toggleMark(row)
    move(.down)
  }

  static let rangeHint = "From here: move, then v or Space marks the rows, Esc does not."

  /// Begins a range at the selected row, or marks the one that was begun.
  mutating func markRange() {
    holdOrder()
    guard let range = entries.range else {
      entries.rangeStart = entries.selectedKey
      entries.cachedRangeStart = entries.cursor.place
      return say(Self.rangeHint)
    }
    entries.rangeStart = nil
    begin(.mark, rows: entries.rows[range])
  }

  /// Begins a range if there is none, and moves.
  mutating func extendRange(_ command: Command) {
    if entries.rangeStart == nil { markRange() }
    move(command)
  }

  mutating func unmarkAll() { begin(.unmark, rows: nil) }

  private mutating func sayMarked() {
    let count = entries.table.markedCount
    say(count == 0 ? "No entry is marked." : "\(Self.entries(count)) \(count == 1 ? "is" : "are") marked.")
  }

  static func entries(_ count: Int) -> String { Quantity.counted(count, "entry", "entries") }

  // MARK: - Pinning

  /// Keys that can be pinned. Arbitrary: more than a screen has lines to spare for.
  private static let pinLimit = 100

  mutating func pin() {
    guard let row = entries.cursor.selected else { return }
    let isPinned = entries.table.isPinned(row)
    guard isPinned || entries.table.pins.count < Self.pinLimit else {
      return say("\(Self.pinLimit) keys are pinned: no more can be.", .warning)
    }
    entries.setPinned(!isPinned, entries.table.key(row))
    entries.sortAgain()
    heldUntil = nil
    say(isPinned ? "Not kept on top any more." : "Kept on top, whatever the order and the filter.")
  }

  // MARK: - Changing many

  /// Asks about all marked entries, or the selected one.
  mutating func askToRemove() -> [Effect] {
    guard scope == .entries, entries.table.markedCount > 0 else { return open(.remove) }
    begin(.collect(SeenEntries(areMarked: true), filter: entries.filter, purpose: .remove), rows: nil)
    return []
  }

  /// Says how far a change of many or a file is.
  public mutating func progressed(_ progress: BulkProgress) { dialog = .bulk(progress) }

  /// Takes what came of a change of many.
  public mutating func changedMany(_ outcome: BulkOutcome) {
    dialog = nil
    if let seen = outcome.undo, seen.count > 0 { keepUndoable(.many(seen)) }
    say(outcome.sentence, outcome.failure == nil ? .done : .failure)
  }

  // MARK: - Writing to a file

  mutating func askToWrite() {
    let areMarked = entries.table.markedCount > 0
    begin(
      .collect(SeenEntries(areMarked: areMarked), filter: entries.filter, purpose: .write),
      rows: areMarked ? nil : entries.rows[...])
  }

  /// A name that says what is in it, and is the same one nowhere else.
  private var proposedFile: String {
    let name = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" }
    return "\(String(name))-\(WallTime.clock(now.wall).split(separator: ":").joined()).jsonl"
  }

  /// Takes what came of the file.
  public mutating func wrote(_ outcome: FileOutcome, _ seen: SeenEntries, to file: String) {
    dialog = nil
    let shown = SafeText(file, limit: 40).text
    switch outcome {
    case .done(let count, let gone):
      say(
        "Wrote \(Self.entries(count)) to \(shown)."
          + (gone == 0 ? "" : " \(Quantity.exact(gone)) were gone by then."), .done)
    case .exists: dialog = .overwriteFile(seen, file: file)
    case .stopped: say("Stopped: no file was written.", .warning)
    case .failed(let reason): say(reason, .failure)
    }
  }

  // MARK: - Copying

  /// Bytes of a text that terminals take: xterm's limit, and so that of most.
  private static let copyLimit = 74_994 / 4 * 3

  /// Copies a value or a key, with escapes: pasted into a shell it cannot be a command by itself, and typed into
  /// shmtop it is the same bytes.
  mutating func copy(_ bytes: [UInt8], what: String) -> [Effect] {
    let text = SafeText(bytes).text
    guard text.utf8.count <= Self.copyLimit else {
      say(
        "Not copied: the \(what) has \(Quantity.exact(text.utf8.count)) bytes with its escapes, "
          + "and terminals take \(Quantity.exact(Self.copyLimit)) at most.", .warning)
      return []
    }
    say(
      "The \(what) was sent to the terminal, \(Quantity.exact(text.count)) characters; whether it took them it does not say."
    )
    return [.copy(text)]
  }
}
