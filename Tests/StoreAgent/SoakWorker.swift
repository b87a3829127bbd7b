import Glibc
import SharedSimple

/// Something that must never be, found by a worker of a soak.
struct SoakViolation: Error {
  let what: String
}

/// One process of a soak: does random things to a store that others work on, and looks each time whether
/// what it knows to be settled is there.
///
/// A worker changes keys of its own prefix, counters that all add to, and now and then the whole store. It
/// writes down in the journal what it begins and settles, so that whoever comes after its death, a worker in the
/// same slot or the one who checks it all, knows what must be there.
struct SoakWorker {
  /// What a run is heavy on.
  enum Mood: String, CaseIterable {
    case mixed
    /// Mostly removed and put again: removed slots pile up.
    case churning
    /// Mostly removed: a table of few entries fills with removed slots, and is rehashed.
    case draining
    /// Mostly read.
    case reading
  }

  let name: String
  let slotIndex: Int
  let journal: SoakJournal
  let slot: SoakSlot
  let mood: Mood
  /// Whether the store may be emptied and replaced.
  let clears: Bool
  let options: StoreOptions
  var random: SplitMix64
  var store: SharedStore
  /// Another handle on the same store, sometimes.
  var second: SharedStore?

  /// The first keys of each slot get values of any length; so few that the heap's size stays bounded.
  private static let largeKeyCount = 8
  private static let shortLimit = 200
  /// The last keys of each slot are numbers.
  static let numberKeyCount = 4

  init(
    name: String, slot index: Int, journal: SoakJournal, mood: Mood, clears: Bool, options: StoreOptions,
    seed: UInt64
  ) throws {
    self.name = name
    slotIndex = index
    self.journal = journal
    slot = journal.slot(index)
    self.mood = mood
    self.clears = clears
    self.options = options
    random = SplitMix64(seed: seed)
    store = try SharedStore(name, options: options)
  }

  // MARK: Keys and values

  /// A key of a slot. Lengths differ, a few are long.
  static func key(slot: Int, index: Int) -> [UInt8] {
    let text = Array("s\(slot)-\(index)".utf8)
    let padding = index % 61 == 60 ? 900 : index % 7 * 6
    return text + [UInt8](repeating: UInt8(ascii: "."), count: padding)
  }

  static func counter(_ index: Int) -> String { "counter\(index)" }

  private func key(_ index: Int) -> [UInt8] { Self.key(slot: slotIndex, index: index) }

  static func isNumber(_ index: Int, keyCount: Int) -> Bool { index >= keyCount - numberKeyCount }

  /// What a value's bytes say it is; `nil` if they were never put for this key.
  static func value(_ bytes: [UInt8]?, slot: Int, index: Int, keyCount: Int) -> SoakValue? {
    guard let bytes else { return .absent }
    if isNumber(index, keyCount: keyCount) {
      guard let number = UInt64(String(decoding: bytes, as: UTF8.self)) else { return nil }
      return SoakValue(sequence: number, byteCount: bytes.count)
    }
    guard let sequence = DescribedValue.sequence(of: bytes, key: key(slot: slot, index: index)) else {
      return nil
    }
    return SoakValue(sequence: sequence, byteCount: bytes.count)
  }

  private mutating func newValue(_ index: Int) -> (SoakValue, [UInt8]) {
    let room = index < Self.largeKeyCount ? store.valueLimit : min(store.valueLimit, Self.shortLimit)
    let byteCount = DescribedValue.shortest + random.below(room - DescribedValue.shortest + 1)
    let value = SoakValue(sequence: slot.nextSequence(), byteCount: byteCount)
    return (
      value, DescribedValue.make(key: key(index), sequence: value.sequence, byteCount: byteCount)
    )
  }

  private func bytes(_ value: SoakValue, of index: Int) -> [UInt8] {
    DescribedValue.make(key: key(index), sequence: value.sequence, byteCount: value.byteCount)
  }

  private mutating func ownKey() -> Int { random.below(slot.keyCount - Self.numberKeyCount) }

  // MARK: What must be there

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

  private func checkOwn(_ index: Int, _ read: (SharedStore, [UInt8]) throws -> [UInt8]?) throws {
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

  private func isNumber(_ index: Int) -> Bool { Self.isNumber(index, keyCount: slot.keyCount) }

  /// Makes changes, with the journal told before and after. Where the body returns a value, that is what the
  /// (one) key has come to hold instead.
  private func change(
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
  private func mayBeCleared(_ settled: SettledValue) -> Bool {
    journal.clearsBegun > settled.resolvedBefore
  }

  // MARK: Opening

  /// Begins, or begins anew after a replacement: makes sure that no dead holder's work is unrepaired, then
  /// looks what became of the changes under way.
  mutating func settleIn() throws {
    while true {
      do {
        try store.put("slot \(slotIndex)", "here")
        try resolveUnderWay()
        return
      } catch StoreError.replaced {
        try reopen()
      }
    }
  }

  private mutating func reopen() throws {
    second = nil
    store.close()
    store = try SharedStore(name, options: options)
  }

  /// One operation, of whatever kind; a replacement under way is gone along with.
  mutating func step() throws {
    do {
      try act()
    } catch StoreError.replaced {
      try reopen()
      try settleIn()
    }
    slot.operations += 1
  }
}

// MARK: The operations

extension SoakWorker {
  private mutating func act() throws {
    let (puts, removals): (Int, Int) =
      switch mood {
      case .mixed: (300, 120)
      case .churning: (330, 300)
      case .draining: (200, 430)
      case .reading: (60, 20)
      }
    switch random.below(10_000) {
    case 0..<(puts * 10): try put()
    case ..<((puts + removals) * 10): try remove()
    case ..<7600: try readOwn()
    case ..<8200: try readForeign()
    case ..<8700: try incrementShared()
    case ..<9000: try incrementOwn()
    case ..<9400: try swap()
    case ..<9600: try putConditionally()
    case ..<9900: try section()
    case ..<9925: try reopenOrReadOnly()
    case ..<9935: try walk()
    case ..<9940: try snapshot()
    case ..<9955: try fork()
    case ..<9957: _ = try store.reap()
    case 9999 where clears && random.below(4) == 0: try clear()
    default: _ = try store.count
    }
  }

  private mutating func put() throws {
    let index = ownKey()
    let (value, bytes) = newValue(index)
    let store = random.below(4) == 0 ? second ?? store : store
    try change([(index, value)]) {
      try store.put(key(index), bytes)
      return nil
    }
  }

  private mutating func remove() throws {
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

  private mutating func readOwn() throws {
    let index = random.below(slot.keyCount)
    switch random.below(3) {
    case 0: try checkOwn(index) { try $0.bytes($1) }
    case 1: try checkOwn(index) { try $0.withValue($1) { span in span.withUnsafeBytes { Array($0) } } }
    default:
      try checkOwn(index) { store, key in
        // Nobody else writes it, so both answers must agree, but for a clear in between.
        let isThere = try store.contains(key)
        let bytes = try store.bytes(key)
        if !isThere, bytes != nil {
          throw SoakViolation(what: "slot \(slotIndex): key \(index) came by itself")
        }
        return bytes
      }
    }
  }

  private mutating func readForeign() throws {
    let other = random.below(journal.slotCount)
    let index = random.below(slot.keyCount)
    let bytes = try store.bytes(Self.key(slot: other, index: index))
    guard Self.value(bytes, slot: other, index: index, keyCount: slot.keyCount) != nil else {
      throw SoakViolation(
        what: "slot \(slotIndex) read \(bytes.map(Hex.encode) ?? "-") for key \(index) of slot \(other)")
    }
  }

  private mutating func incrementShared() throws {
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

  private mutating func incrementOwn() throws {
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

  private mutating func swap() throws {
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

  private mutating func putConditionally() throws {
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
  private mutating func section() throws {
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

  private mutating func reopenOrReadOnly() throws {
    switch random.below(4) {
    case 0:
      try reopen()
      try settleIn()
    case 1:
      second = second == nil ? try SharedStore(name, options: options) : nil
    default:
      let reader = try SharedStore(name, mode: .readOnly, options: options)
      defer { reader.close() }
      for _ in 0..<20 {
        let index = random.below(slot.keyCount)
        do {
          try checkOwn(index) { try reader.bytes($1) ?? $0.bytes($1) }
        } catch StoreError.busy {
          // A read-only handle that met a writer every time may say so.
        }
      }
      do {
        try reader.put(key(0), "x")
        throw SoakViolation(what: "slot \(slotIndex): a read-only handle wrote")
      } catch let error as StoreError {
        guard case .readOnly = error else { throw error }
      }
    }
  }

  /// A walk without the lock: no key twice, no foreign value, and of our own keys, which nobody else changes,
  /// none missing.
  private mutating func walk() throws {
    let (resolved, done) = (journal.clearsResolved, journal.clearsDone)
    var found: [[UInt8]: [UInt8]] = [:]
    var twice: [UInt8]?
    do {
      try store.forEach { key, value in
        let key = key.withUnsafeBytes { Array($0) }
        if found.updateValue(value.withUnsafeBytes { Array($0) }, forKey: key) != nil { twice = key }
        return true
      }
    } catch {
      guard case .busy = error else { throw error }
      return
    }
    if let twice { throw SoakViolation(what: "\(String(decoding: twice, as: UTF8.self)) was met twice") }
    try judgeOwn(found, resolved: resolved, done: done)
  }

  private mutating func snapshot() throws {
    let (resolved, done) = (journal.clearsResolved, journal.clearsDone)
    let entries = try store.all()
    let found = Dictionary(entries.map { ($0.key, $0.value) }) { first, _ in first }
    guard found.count == entries.count else { throw SoakViolation(what: "a snapshot has a key twice") }
    try judgeOwn(found, resolved: resolved, done: done)
  }

  private func judgeOwn(_ found: [[UInt8]: [UInt8]], resolved: UInt64, done: UInt64) throws {
    for index in 0..<slot.keyCount {
      try Self.judge(
        found[key(index)], of: index, slot: slotIndex, journal: journal, resolved: resolved, done: done)
    }
  }

  /// A child works in this slot with the handles it inherited while the parent waits for it.
  private mutating func fork() throws {
    let turns = 1 + random.below(60)
    let parent = getpid()
    let child = Glibc.fork()
    if child == 0 {
      // Told by both, whoever is first: whoever kills the parent must know of the child. Who is an orphan by
      // now may be known to nobody.
      slot.child = getpid()
      if getppid() != parent { _exit(0) }
      var worker = self
      worker.random = SplitMix64(seed: random.next())
      do {
        for _ in 0..<turns { try worker.stepOfChild() }
      } catch {
        slot.violation = "in a forked child: \(error)"
      }
      _exit(0)
    }
    guard child > 0 else { return }
    slot.child = child
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 && errno == EINTR {}
    slot.child = 0
    if let violation = slot.violation { throw SoakViolation(what: violation) }
    if status == SIGKILL {
      slot.voidUnfinished()
      try settleIn()
    } else if status != 0 {
      throw SoakViolation(what: "slot \(slotIndex): a forked child ended with status \(status)")
    }
  }

  /// A child's operations: no grandchildren, and not the whole store.
  private mutating func stepOfChild() throws {
    do {
      switch random.below(6) {
      case 0, 1: try put()
      case 2: try remove()
      case 3: try incrementShared()
      case 4: try section()
      default: try readOwn()
      }
    } catch StoreError.replaced {
      try reopen()
      try settleIn()
    }
    slot.operations += 1
  }

  /// Empties the store, or puts a new one in its place.
  private mutating func clear() throws {
    slot.clearsBegun += 1
    if random.below(2) == 0 {
      while true {
        do {
          try store.removeAll()
          break
        } catch StoreError.replaced {
          try reopen()
        }
      }
    } else {
      second = nil
      store.close()
      store = try SharedStore(name, mode: .exclusive, options: options)
    }
    slot.clearsDone += 1
  }
}
