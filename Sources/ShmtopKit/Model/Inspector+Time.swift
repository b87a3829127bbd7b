import SharedSimple

/// Looking at other moments than now.
extension Inspector {
  /// Rows that are put in order at once, so that the list is not seen empty between two frames; more are sorted
  /// between keys.
  private static let promptRows = 300_000

  // MARK: - Pausing

  /// Shows what is there now again, as the inspector knows it that went on behind this one.
  public mutating func resume(from live: Inspector) {
    let selected = entries.selectedKey
    (identity, name, access, presence) = (live.identity, live.name, live.access, live.presence)
    (sample, difference, zero) = (live.sample, live.difference, live.zero)
    (trail, writeClock, holder) = (live.trail, live.writeClock, live.holder)
    remarks = live.remarks
    entries = entries.choices(over: live.entries)
    events = events.choices(over: live.events)
    (pausedSince, timeline) = (nil, nil)
    (undoable, isWaitingForLock) = (live.undoable, live.isWaitingForLock)
    if heldUntil != nil { releaseOrder() }
    select(selected)
    rearrange()
  }

  /// The inspector that goes on behind this one while it shows other moments.
  public var background: Inspector {
    var live = self
    (live.pausedSince, live.timeline, live.dialog, live.notice, live.heldUntil) = (nil, nil, nil, nil, nil)
    live.entries.isHeld = false
    // Nobody goes on with these there, and nothing would be sorted until they are done.
    live.entries.dropChore()
    (live.entries.rangeStart, live.entries.groups, live.detail) = (nil, nil, nil)
    return live
  }

  /// Says what is to be known of a recording that has just been begun, or opened.
  public mutating func sayRecording(to file: String) {
    say(
      "Recording to \(SafeText(file).text): of a value, its length and its first \(Recording.keptValueBytes) bytes."
    )
  }

  public mutating func sayReplay() {
    access = .readOnly("this is a recording")
    say("Z plays, t and T step, { and } go to events, @ to a time.")
  }

  // MARK: - Frames

  /// Begins to show frames of that segment.
  mutating func replays(_ identity: SegmentIdentity) {
    let isAnother = self.identity != identity
    self.identity = identity
    name = identity.name
    if isAnother { forgetSegment() }
  }

  /// Shows a sample as it was taken then.
  mutating func replays(_ sample: SegmentSample, clock: [WriteClockPoint]) {
    take(sample)
    take(clock)
    if sample.binding == .unlinked { presence = .gone(sinceWall: sample.takenWall) }
  }

  /// Remembers what is selected, before other frames are shown.
  ///
  /// - Returns: the key of the selected entry.
  func beginStep() -> [UInt8]? { entries.selectedKey }

  /// Puts the rows of the frame that was shown in order, and selects what was.
  mutating func endStep(_ selected: [UInt8]?) {
    if entries.table.rowCount <= Self.promptRows { while entries.isSorting { _ = sortOn(100_000) } }
    select(selected)
    rearrange()
  }

  private mutating func select(_ key: [UInt8]?) {
    guard let key, entries.selectedKey != key, let row = entries.table.row(of: key),
      let place = entries.rows.firstIndex(of: row)
    else { return }
    entries.cursor.select(place: place, in: entries.rows, height: pageHeight)
  }
}
