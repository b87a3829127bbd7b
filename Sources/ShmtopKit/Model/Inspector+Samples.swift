public import SharedSimple

extension Inspector {
  /// Begins to watch a segment, or another one that has taken its name.
  public mutating func attached(to identity: SegmentIdentity, access: Access) {
    let isReplacement = self.identity != nil && name == identity.name
    self.identity = identity
    self.access = access
    name = identity.name
    presence = .live
    forgetSegment()
    undoable = []
    selectsFirstRow = !isReplacement
    outdateDialog()
    if isReplacement {
      say(
        "Another segment has this name since \(WallTime.clock(identity.createdWall)); now watching it.",
        .warning)
    }
  }

  /// Forgets what was seen of a segment; what the operator chose goes on.
  mutating func forgetSegment() {
    (sample, difference, zero) = (nil, nil, nil)
    (trail, writeClock, holder) = (Trail(), WriteClock(), HolderWatch())
    remarks = Remarks()
    var entries = EntriesModel()
    entries.sort(by: self.entries.sort)
    entries.show(self.entries.filter)
    entries.choose(column: self.entries.column)
    entries.columns = self.entries.columns
    for key in self.entries.table.pins { entries.setPinned(true, key) }
    if self.entries.groups != nil { entries.showGroups(true) }
    self.entries = entries
    var events = EventsModel()
    events.show(self.events.filter)
    events.showKinds(of: self.events)
    (table, detail) = (TableModel(), nil)
    self.events = events
    if heldUntil != nil { releaseOrder() }
  }

  /// Takes a sample.
  public mutating func take(_ new: SegmentSample) {
    let before = presence
    presence = new.table.isRetired ? .retired : .live
    if presence != before, timeline == nil { dropStaleNotice() }
    if let sample {
      let difference = SampleDifference(from: sample, to: new)
      self.difference = difference
      if difference.seconds > 0 { trail.append(difference, new.table, knowledge) }
    }
    sample = new
    if zero == nil { zero = new }
    writeClock.note(new)
    events.take(new.events, participants: new.participants)
    holder.note(new)
    rearrange()
  }

  /// Takes the segment's own write clock.
  public mutating func take(_ clock: [WriteClockPoint]) { writeClock.replaceSegmentPoints(clock) }

  /// Takes what more there is to say.
  public mutating func take(_ remarks: Remarks) { self.remarks = remarks }

  /// Takes the list of live segments.
  public mutating func take(_ listings: [SourceListing]) { picker.take(listings, height: pageHeight) }

  /// The segment's name leads nowhere any more.
  public mutating func lost() {
    if case .gone = presence { return }
    presence = .gone(sinceWall: now.wall)
    // The screen says that it is gone, for as long as nothing else is said.
    dropStaleNotice()
    outdateDialog()
  }

  /// Something else holds of the segment, or the key, than when it was said. What failed is still to be known.
  mutating func dropStaleNotice() {
    if notice?.kind != .failure { notice = nil }
  }

  /// Filters, searches and delays are of the screen; every other dialog is about the segment that was.
  private mutating func outdateDialog() {
    switch dialog {
    case .prompt, .columns, .kinds, nil: break
    default: isDialogOutdated = true
    }
  }

  /// Sampling failed.
  public mutating func failed(_ reason: String) { presence = .failing(reason) }

  /// The difference that the chosen period asks for.
  public var periodDifference: SampleDifference? {
    guard let sample else { return nil }
    switch period {
    case .interval: return difference
    case .sinceZero: return zero.map { SampleDifference(from: $0, to: sample) }
    case .sinceCreation: return SampleDifference(from: SegmentSample(), to: sample)
    }
  }

  /// Puts the rows in order again.
  mutating func rearrange() {
    // Before there is an interval, rows show who is there, with nothing done.
    if let shown = periodDifference ?? sample.map({ SampleDifference(from: $0, to: $0) }) {
      processes.take(shown, isHeld: isOrderHeld, height: pageHeight)
    }
    if !isOrderHeld { events.settle(height: pageHeight) }
  }
}
