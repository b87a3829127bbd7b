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
    dropStaleNotice()
    (identity, name, access, presence) = (live.identity, live.name, live.access, live.presence)
    (sample, difference, zero) = (live.sample, live.difference, live.zero)
    (trail, writeClock, holder) = (live.trail, live.writeClock, live.holder)
    remarks = live.remarks
    entries = entries.choices(over: live.entries)
    events = events.choices(over: live.events)
    (pausedSince, timeline) = (nil, nil)
    (undoable, isWaitingForLock) = (live.undoable, live.isWaitingForLock)
    hasChangedAnything = live.hasChangedAnything
    if heldUntil != nil { releaseOrder() }
    select(selected)
    // What it has been by then is known to the end, not to the moment that was looked at.
    if let detail { reopen(detail, orSay: "is gone") }
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
    let keys = "Z plays, t and T step, { and } go to events, @ to a time."
    guard case .file(_, let end) = timeline?.origin, let words = end.words else { return say(keys) }
    // What is not there must not be taken for what did not happen: it stays until a key is pressed.
    if case .damaged(_, let reason) = end {
      report("The recording is \(words): \(reason). What stands before that is shown. \(keys)")
    } else {
      report("The recording is not whole: \(words). All before that is shown. \(keys)")
    }
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

  /// What the operator looks at, and goes on to look at where other frames are shown.
  struct Attention {
    let selected: [UInt8]?
    let detail: DetailModel?
  }

  /// Remembers what is looked at, before other frames are shown.
  func beginStep() -> Attention { Attention(selected: entries.selectedKey, detail: detail) }

  /// Puts the rows of the frame that was shown in order, and goes back to what was looked at.
  mutating func endStep(_ attention: Attention) {
    if entries.table.rowCount <= Self.promptRows { while entries.isSorting { _ = sortOn(100_000) } }
    select(attention.selected)
    if detail == nil, let before = attention.detail { reopen(before, orSay: "was not there then") }
    rearrange()
  }

  private mutating func select(_ key: [UInt8]?) {
    guard let key, entries.selectedKey != key, let row = entries.table.row(of: key),
      let place = entries.rows.firstIndex(of: row)
    else { return }
    entries.cursor.select(place: place, in: entries.rows, height: pageHeight)
  }
}
