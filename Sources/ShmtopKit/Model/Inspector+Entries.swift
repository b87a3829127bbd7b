import SharedSimple

/// The passes over the entries, as the program around the model drives them.
extension Inspector {
  /// Whether entries are to be read at all now.
  public var wantsEntries: Bool { !isPaused && presence == .live }

  public mutating func beginPass() { entries.beginPass(expecting: sample?.table.entryCount ?? 0) }

  /// Reads a piece of the table through `scan`, which hands each entry to the closure it is given.
  ///
  /// - Returns: Whether the pass goes on.
  public mutating func readOn<E: Error>(
    _ scan: ((RawSpan, RawSpan, UInt64) -> Void) throws(E) -> (goesOn: Bool, progress: Double)
  ) throws(E) -> Bool {
    // Taken out while it grows, so that it is never copied.
    var model = EntriesModel()
    swap(&model, &entries)
    defer { swap(&model, &entries) }
    let (goesOn, progress) = try scan { model.note(key: $0, value: $1, stamp: $2) }
    if goesOn { model.passed(progress) } else { model.endPass() }
    return goesOn
  }

  /// Sorts on a little.
  ///
  /// - Returns: Whether the screen has something new to show.
  public mutating func sortOn(_ amount: Int) -> Bool {
    guard entries.sortOn(amount, height: pageHeight) else { return false }
    if entries.cursor.selected == nil, entries.cursor.place == 0 {
      entries.cursor.select(place: 0, in: entries.rows, height: pageHeight)
    }
    return true
  }
}
