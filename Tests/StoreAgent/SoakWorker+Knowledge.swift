import SharedSimple

/// What must be there: what a slot has settled, what was under way, and what a clear may have taken.
extension SoakWorker {
  /// Says whether what was found is what must be there, and settles it. `done` is the clears that were done
  /// before the key was read.
  static func judge(
    _ bytes: [UInt8]?, of index: Int, slot slotIndex: Int, journal: SoakJournal, resolved: UInt64,
    done: UInt64
  ) throws {
    let slot = journal.slot(slotIndex)
    let settled = slot.settled(index)
    func violation(_ what: String) -> SoakViolation {
      SoakViolation(
        what: "key \(index) of slot \(slotIndex) \(what); settled: \(settled), clears begun "
          + "\(journal.clearsBegun) resolved \(journal.clearsResolved) done \(journal.clearsDone)")
    }
    guard let found = value(bytes, slot: slotIndex, index: index, keyCount: slot.keyCount) else {
      throw violation("has \(bytes.map { Hex.encode(Array($0.prefix(64))) } ?? "-"), which nobody put")
    }
    if found.isAbsent {
      if settled.value.isAbsent { return }
      guard journal.clearsBegun > settled.resolvedBefore else { throw violation("is lost") }
      slot.settle(
        index, SettledValue(value: .absent, resolvedBefore: resolved, possibleAfter: journal.clearsPossible))
      return
    }
    if found != settled.value {
      // While a segment is being replaced, one handle may still be on the old one and another on the new.
      guard journal.clearsBegun > settled.resolvedBefore, found.sequence < settled.value.sequence else {
        throw violation("has \(found)")
      }
      return
    }
    guard done <= settled.possibleAfter else { throw violation("is there, though the store was emptied") }
    slot.settle(
      index, SettledValue(value: found, resolvedBefore: resolved, possibleAfter: journal.clearsPossible))
  }

  func checkOwn(_ index: Int, _ read: (SharedStore, [UInt8]) throws -> [UInt8]?) throws {
    let (resolved, done) = (journal.clearsResolved, journal.clearsDone)
    let bytes = try read(store, key(index))
    try Self.judge(
      bytes, of: index, slot: slotIndex, journal: journal, resolved: resolved, done: done)
  }

  /// Finds out what became of the changes that were under way when somebody was killed in this slot: of each
  /// either all or nothing, of several in one section the first few. The store must have been recovered.
  func resolveUnderWay() throws {
    let changes = slot.underWay
    var sawOld = false
    var sawNew = false
    for change in changes {
      let resolved = journal.clearsResolved
      let bytes = try store.bytes(key(change.key))
      let found = Self.value(bytes, slot: slotIndex, index: change.key, keyCount: slot.keyCount)
      let mayBeCleared = journal.clearsBegun > min(change.before.resolvedBefore, slot.resolvedBeforeUnderWay)
      func violation(_ what: String) -> SoakViolation {
        SoakViolation(
          what:
            "slot \(slotIndex): \(what): found \(found.map { "\($0)" } ?? "what nobody put") of \(change) "
            + "among \(changes)")
      }
      guard let found else { throw violation("a torn value") }
      let isOld = found == change.before.value
      let isNew = found == change.after
      let isFirstAfterClear = mayBeCleared && found.sequence == 1 && isNumber(change.key)
      guard isOld || isNew || (mayBeCleared && found.isAbsent) || isFirstAfterClear else {
        throw violation("neither the old nor the new value")
      }
      if !mayBeCleared, isOld != isNew {
        if isNew && sawOld { throw violation("a later change of a section without an earlier one") }
        if isOld { sawOld = true }
        if isNew { sawNew = true }
      }
      slot.settle(
        change.key,
        SettledValue(value: found, resolvedBefore: resolved, possibleAfter: journal.clearsPossible))
    }
    if slot.isAllOrNothing, sawOld, sawNew {
      throw SoakViolation(what: "slot \(slotIndex): half of \(changes)")
    }
    slot.endUnderWay()
  }

  /// Makes changes, with the journal told before and after. Where the body returns a value, that is what the
  /// (one) key has come to hold instead.
  func change(
    _ changes: [(key: Int, after: SoakValue)], allOrNothing: Bool = false, _ body: () throws -> SoakValue?
  ) throws {
    let resolved = journal.clearsResolved
    slot.begin(
      changes.map { SoakChange(key: $0.key, before: slot.settled($0.key), after: $0.after) },
      allOrNothing: allOrNothing, resolvedBefore: resolved)
    let other = try body()
    let possible = journal.clearsPossible
    for (key, after) in changes {
      slot.settle(
        key, SettledValue(value: other ?? after, resolvedBefore: resolved, possibleAfter: possible))
    }
    slot.endUnderWay()
  }

  /// Whether a clear may have taken a key since it was settled.
  func mayBeCleared(_ settled: SettledValue) -> Bool {
    journal.clearsBegun > settled.resolvedBefore
  }
}
