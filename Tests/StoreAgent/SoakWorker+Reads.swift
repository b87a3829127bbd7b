import SharedSimple

/// The operations that read, and what each must find.
extension SoakWorker {
  mutating func readOwn() throws {
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

  mutating func readForeign() throws {
    let other = random.below(journal.slotCount)
    let index = random.below(slot.keyCount)
    let bytes = try store.bytes(Self.key(slot: other, index: index))
    guard Self.value(bytes, slot: other, index: index, keyCount: slot.keyCount) != nil else {
      throw SoakViolation(
        what: "slot \(slotIndex) read \(bytes.map(Hex.encode) ?? "-") for key \(index) of slot \(other)")
    }
  }

  /// A walk without the lock: no key twice, no foreign value, and of our own keys, which nobody else changes,
  /// none missing.
  mutating func walk() throws {
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

  mutating func snapshot() throws {
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
}
