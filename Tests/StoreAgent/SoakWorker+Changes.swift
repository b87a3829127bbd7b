import SharedSimple

/// The operations that change entries, one by one or several in one hold of the mutex.
extension SoakWorker {
  mutating func put() throws {
    let index = ownKey()
    let (value, bytes) = newValue(index)
    let store = random.below(4) == 0 ? second ?? store : store
    try change([(index, value)]) {
      try store.put(key(index), bytes)
      return nil
    }
  }

  mutating func remove() throws {
    let index = ownKey()
    let before = slot.settled(index)
    var existed = false
    try change([(index, .absent)]) {
      existed = try store.remove(key(index))
      return nil
    }
    if existed == before.value.isAbsent, existed || !mayBeCleared(before) {
      throw SoakViolation(
        what: "slot \(slotIndex): removal of key \(index) says \(existed), settled: \(before)")
    }
  }

  mutating func incrementShared() throws {
    let counter = random.below(SoakJournal.counterCount)
    slot.beginIncrement(counter)
    do {
      try store.increment(Self.counter(counter))
      slot.settleIncrement(counter)
    } catch {
      // Not made, and not to be made: neither begun nor settled.
      slot.voidUnfinished()
      throw error
    }
  }

  mutating func incrementOwn() throws {
    let index = slot.keyCount - 1 - random.below(Self.numberKeyCount)
    let before = slot.settled(index)
    let next = before.value.sequence + 1
    try change([(index, SoakValue(sequence: next, byteCount: String(next).utf8.count))]) {
      let result = try store.increment(key(index))
      if result == Int64(next) { return nil }
      guard result == 1, mayBeCleared(before) else {
        throw SoakViolation(
          what: "slot \(slotIndex): increment of key \(index) came to \(result), settled: \(before)")
      }
      return SoakValue(sequence: 1, byteCount: 1)
    }
  }

  mutating func swap() throws {
    let index = ownKey()
    let before = slot.settled(index)
    guard !before.value.isAbsent else { return try put() }
    let (value, bytes) = newValue(index)
    if random.below(4) == 0 {
      // Another value than it ever had.
      guard try !store.compareAndSwap(key(index), expected: bytes, new: bytes) else {
        throw SoakViolation(what: "slot \(slotIndex): key \(index) was swapped from a value it never had")
      }
      return
    }
    let expected = self.bytes(before.value, of: index)
    try change([(index, value)]) {
      if try store.compareAndSwap(key(index), expected: expected, new: bytes) { return nil }
      guard mayBeCleared(before) else {
        throw SoakViolation(what: "slot \(slotIndex): key \(index) is not what it was: \(before)")
      }
      return .absent
    }
  }

  mutating func putConditionally() throws {
    let index = ownKey()
    let before = slot.settled(index)
    let wasAbsent = before.value.isAbsent
    let (value, bytes) = newValue(index)
    let forAbsent = random.below(2) == 0
    try change([(index, value)]) {
      let isPut =
        forAbsent
        ? try store.putIfAbsent(key(index), bytes) : try store.putIfPresent(key(index), bytes)
      let isAbsent = forAbsent == isPut
      // Absent where it was settled only by a clear; never there where it was settled to be absent.
      guard isAbsent == wasAbsent || (isAbsent && mayBeCleared(before)) else {
        throw SoakViolation(
          what: "slot \(slotIndex): key \(index) is \(isAbsent ? "absent" : "there"), settled: \(before)")
      }
      return isPut ? nil : isAbsent ? .absent : before.value
    }
  }

  /// Several changes in one hold of the mutex, with reads that see them.
  mutating func section() throws {
    var changes: [(key: Int, after: SoakValue)] = []
    var values: [[UInt8]] = []
    for _ in 0..<(2 + random.below(SoakJournal.changeLimit - 2)) {
      let index = ownKey()
      if changes.contains(where: { $0.key == index }) { continue }
      if random.below(3) == 0 {
        changes.append((index, .absent))
        values.append([])
      } else {
        let (value, bytes) = newValue(index)
        changes.append((index, value))
        values.append(bytes)
      }
    }
    if random.below(2) == 0 { return try transaction(changes, values) }
    try change(changes) {
      try store.withLock { section in
        var expected = try section.count
        for (change, bytes) in zip(changes, values) {
          let key = key(change.key)
          let existed = try section.contains(key)
          if change.after.isAbsent { try section.remove(key) } else { try section.put(key, bytes) }
          expected += (change.after.isAbsent ? 0 : 1) - (existed ? 1 : 0)
          guard try section.bytes(key) == (change.after.isAbsent ? nil : bytes) else {
            throw SoakViolation(what: "slot \(slotIndex): a section does not see its own change")
          }
        }
        guard try section.count == expected else {
          throw SoakViolation(what: "slot \(slotIndex): \(expected) entries in a section, not as counted")
        }
      }
      return nil
    }
  }

  /// The same, all or nothing; sometimes nothing by its own will.
  private mutating func transaction(
    _ changes: [(key: Int, after: SoakValue)], _ values: [[UInt8]]
  ) throws {
    if random.below(8) == 0 {
      // Nothing is told to the journal, so whatever came of it would be found.
      try store.transaction { transaction in
        for (change, bytes) in zip(changes, values) {
          try transaction.put(key(change.key), bytes.isEmpty ? [0] : bytes)
        }
        transaction.rollBack()
      }
      return try checkOwn(changes[0].key) { try $0.bytes($1) }
    }
    try change(changes, allOrNothing: true) {
      try store.transaction { transaction in
        for (change, bytes) in zip(changes, values) {
          let key = key(change.key)
          if change.after.isAbsent { try transaction.remove(key) } else { try transaction.put(key, bytes) }
          guard try transaction.bytes(key) == (change.after.isAbsent ? nil : bytes) else {
            throw SoakViolation(what: "slot \(slotIndex): a transaction does not see its own change")
          }
        }
      }
      return nil
    }
  }
}
