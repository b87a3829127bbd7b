import Glibc
import SharedSimple

extension Agent {
  private func journal(_ request: Request) throws -> SoakJournal {
    guard
      let journal = SoakJournal(
        path: request.option("journal") ?? "", slotCount: request.number("slots", or: 8),
        keyCount: request.number("keys", or: 600))
    else { throw Request.Misspelt(complaint: "\(request.verb): no journal") }
    return journal
  }

  /// Works in a slot of a soak until the next command or until killed; see `SoakWorker`. Answers how many
  /// operations of the slot are settled.
  ///
  /// `soak NAME SLOT journal=PATH slots=N keys=N seed=N mood=MOOD clears=0|1`
  mutating func soak(_ request: Request) throws -> Reply {
    var options = StoreOptions()
    // Growths begin at the smallest table.
    options.initialSlots = 8
    options.valueLimit = request.number("valueLimit", or: 32)
    options.reservation = 1 << 30
    // Longer than any stop and any recovery: who waits longer hangs.
    options.lockTimeout = .seconds(60)
    let journal = try journal(request)
    do {
      var worker = try SoakWorker(
        name: request.text(0), slot: request.number(1), journal: journal,
        mood: SoakWorker.Mood(rawValue: request.option("mood") ?? "mixed") ?? .mixed,
        clears: request.number("clears", or: 0) == 1, options: options, seed: request.seed())
      try worker.settleIn()
      var turns = 0
      while turns % 16 != 0 || !input.hasNext {
        turns += 1
        try worker.step()
      }
      return .found(worker.slot.operations)
    } catch let violation as SoakViolation {
      return .violated(violation.what)
    }
  }

  /// After a worker's death: answers whether it was in the middle of an operation, and the pid of its forked
  /// child, or 0.
  func soakDeath(_ request: Request) throws -> Reply {
    let slot = try journal(request).slot(try request.number(0))
    return .done(slot.isUnderWay ? "within" : "between", "\(slot.child)")
  }

  /// After its child's death, too: readies the slot for its next worker.
  func soakBury(_ request: Request) throws -> Reply {
    let slot = try journal(request).slot(try request.number(0))
    slot.voidUnfinished()
    slot.child = 0
    return .done()
  }

  /// The pid of a slot's forked child, or 0.
  func soakChild(_ request: Request) throws -> Reply {
    .found(try journal(request).slot(try request.number(0)).child)
  }

  /// While all workers rest: compares the whole store with the journal. Answers how many entries there are, how
  /// many operations are settled, then of each counter its value, begun and settled increments.
  func soakVerify(_ request: Request) throws -> Reply {
    let journal = try journal(request)
    let store = try SharedStore(request.text(0), mode: .existing)
    defer { store.close() }
    let (resolved, done) = (journal.clearsResolved, journal.clearsDone)
    var found = Dictionary(try store.all().map { ($0.key, $0.value) }) { first, _ in first }
    let total = found.count
    guard try store.count == total else {
      return .violated("\(try store.count) entries counted, \(total) in a snapshot")
    }
    var walked = 0
    try store.forEach { key, value in
      walked += 1
      return found[key.withUnsafeBytes { Array($0) }] == value.withUnsafeBytes { Array($0) }
    }
    guard walked == total else { return .violated("\(walked) entries in a walk, \(total) in a snapshot") }
    do {
      for slotIndex in 0..<journal.slotCount {
        let slot = journal.slot(slotIndex)
        found[Array("slot \(slotIndex)".utf8)] = nil
        // What was under way when its worker was killed is known when the next worker has looked.
        let unknown = Set(slot.underWay.map(\.key))
        for index in 0..<slot.keyCount {
          let key = SoakWorker.key(slot: slotIndex, index: index)
          let bytes = found.removeValue(forKey: key)
          guard try store.bytes(key) == bytes else {
            return .violated("key \(index) of slot \(slotIndex) reads otherwise than in a snapshot")
          }
          if unknown.contains(index) { continue }
          try SoakWorker.judge(
            bytes, of: index, slot: slotIndex, journal: journal, resolved: resolved, done: done)
        }
      }
    } catch let violation as SoakViolation {
      return .violated(violation.what)
    }
    found[Array("driver".utf8)] = nil
    var fields = ["\(total)", "\((0..<journal.slotCount).reduce(0) { $0 + journal.slot($1).operations })"]
    for counter in 0..<SoakJournal.counterCount {
      let value = found.removeValue(forKey: Array(SoakWorker.counter(counter).utf8))
      fields.append(value.map { String(decoding: $0, as: UTF8.self) } ?? "0")
      fields.append("\(journal.incrementsBegun(counter))")
      fields.append("\(journal.incrementsSettled(counter))")
    }
    guard found.isEmpty else { return .violated("\(found.count) keys that nobody put") }
    return .done(fields)
  }
}
