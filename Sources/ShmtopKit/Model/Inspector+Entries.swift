public import SharedSimple

/// The passes over the entries, as the program around the model drives them.
extension Inspector {
  /// Whether entries are to be read at all now.
  public var wantsEntries: Bool { timeline == nil && presence == .live }

  /// - Parameter sequence: how far the store's writes have come; nil where that is not known.
  public mutating func beginPass(sequence: UInt64? = nil) {
    entries.beginPass(wall: now.wall, sequence: sequence)
  }

  /// The entries to be looked up as soon as a pass has begun: those that seem to be written most.
  public var hotEntries: [(row: EntryTable.Row, key: [UInt8])] {
    // A look makes room for the longest value there can be.
    guard knowledge.contains(.writeTimes), (identity?.valueLimit ?? 0) <= Self.refreshLimit else { return [] }
    return entries.table.hotRows.map { ($0, entries.table.key($0)) }
  }

  /// Takes what one of these is.
  public mutating func noteHot(_ row: EntryTable.Row, stamp: UInt64) {
    entries.withTable { $0.noteHot(row, stamp: stamp) }
  }

  /// The part of the last interval's writes that were removals.
  var removedShare: Double {
    guard let difference, difference.changes > 0 else { return 0 }
    return Double(difference.counts.removes) / Double(difference.changes)
  }

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
    if goesOn { model.passed(progress) } else { model.endPass(wall: now.wall, removedShare: removedShare) }
    return goesOn
  }

  /// Tells a part of the last pass to a recording; see ``FrameEncoder/nextPart(of:)``.
  public mutating func nextPart(encoder: inout FrameEncoder) -> [UInt8]? {
    entries.withTable { encoder.nextPart(of: &$0) }
  }

  /// The entries on the screen, to be looked up at each sample: a pass may take longer than that.
  public var visibleEntries: [(row: EntryTable.Row, key: [UInt8])] {
    guard view == .entries, wantsEntries, entries.passProgress == nil, entries.groups == nil else {
      return []
    }
    return entries.visibleRows(height: pageHeight)
      .filter { entries.table.valueLength($0) <= Self.refreshLimit }.map { ($0, entries.table.key($0)) }
  }

  /// Longer values are left to passes: looking one up copies it.
  private static let refreshLimit = 64 << 10

  /// Takes what one of these is now.
  public mutating func refresh(_ row: EntryTable.Row, _ entry: Entry) {
    // Bytes have no padding to see.
    unsafe entries.refresh(row, value: entry.value.span.bytes, stamp: entry.stamp, wall: now.wall)
  }

  /// Goes on with what the operator asked for that goes over all rows.
  ///
  /// - Returns: Whether the screen has something new to show.
  public mutating func workOn(_ amount: Int) -> Bool {
    guard let outcome = entries.workOn(amount) else { return false }
    finish(outcome)
    return true
  }

  /// Sorts on a little.
  ///
  /// - Returns: Whether the screen has something new to show.
  public mutating func sortOn(_ amount: Int) -> Bool {
    guard entries.sortOn(amount, height: pageHeight) else { return false }
    if timeline != nil { showDetailOfFrame() }
    if selectsFirstRow, entries.cursor.selected == nil, entries.cursor.place == 0 {
      entries.cursor.select(place: 0, in: entries.rows, height: pageHeight)
    }
    return true
  }
}
