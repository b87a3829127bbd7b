import Glibc
import SharedSimple

/// An operation that a child does an instruction at a time: what it starts from, what it may leave, and what
/// the child does.
struct SteppedOperation: Sendable {
  let name: String
  /// Works on names, or is about who comes and goes: killed really at more of its steps.
  var isAboutNames = false
  /// Begins with a mutex whose owner is dead.
  var startsOrphaned = false
  /// Several keys, all or none.
  var isTransaction: Bool { name.hasPrefix("transaction") }
  /// Makes the segment of this name, in the stepper's own process.
  let prepare: @Sendable (String) throws -> Outcomes
  /// What the child does up to where it is about to begin, and then the operation.
  let child: @Sendable (String) throws -> () throws -> Void

  /// How all segments here are made: small ones, so that growth is short.
  static var options: StoreOptions {
    var options = StoreOptions()
    options.reservation = 1 << 20
    options.initialSlots = 8
    options.valueLimit = 4096
    return options
  }

  static func key(_ index: Int) -> [UInt8] { Array("key \(index)".utf8) }
  static func value(_ index: Int) -> [UInt8] { Array("the value of key \(index)".utf8) }

  /// The child of an operation on an open store.
  private static func onStore(
    _ body: @escaping @Sendable (SharedStore) throws -> Void
  ) -> @Sendable (String) throws -> () throws -> Void {
    { name in
      let store = try SharedStore(name, mode: .existing)
      return { try body(store) }
    }
  }

  /// Starts from some entries; `change` is the operation as it changes a dictionary.
  private static func changing(
    _ name: String, entries count: Int = 4, by change: @escaping @Sendable (inout Contents) -> Void,
    _ body: @escaping @Sendable (SharedStore) throws -> Void
  ) -> SteppedOperation {
    SteppedOperation(
      name: name,
      prepare: { segment in
        let before = try fill(segment, entries: count)
        var after = before
        change(&after)
        return Outcomes(before: before, after: after)
      },
      child: onStore(body))
  }

  /// Puts the first keys into a fresh store.
  @discardableResult
  static func fill(_ segment: String, entries count: Int, slots: Int = 8) throws -> Contents {
    World.remove(segment)
    var options = options
    options.initialSlots = slots
    let store = try SharedStore(segment, options: options)
    defer { store.close() }
    for index in 0..<count { try store.put(key(index), value(index)) }
    return try store.contents
  }

  // MARK: All of them

  static let all: [SteppedOperation] = onStores + names

  /// Those that find a segment and leave it its name.
  static let onStores =
    changes + transactions + removals + [rehash, heapGrowth] + comings
    + [recovery(of: "growth"), recovery(of: "transaction-growth")]

  private static let changes = [
    changing("insert", by: { $0[key(4)] = value(4) }) { try $0.put(key(4), value(4)) },
    changing("update-shorter", by: { $0[key(1)] = [UInt8(ascii: "1")] }) { try $0.put(key(1), "1") },
    changing("update-equal", by: { $0[key(1)] = value(2) }) { try $0.put(key(1), value(2)) },
    changing("update-longer", by: { $0[key(1)] = longValue }) { try $0.put(key(1), longValue) },
    // The others come first on a fresh handle and find no free block; these go the direct way.
    direct("update-directly", value(2)), direct("update-directly-longer", longValue),
    // An absent key counts as 0, and so does the second increment of it as an update.
    changing("increment", by: { $0[key(4)] = Array("1".utf8) }) { try $0.increment(key(4)) },
    changing("compareAndSwap", by: { $0[key(1)] = value(2) }) {
      guard try $0.compareAndSwap(key(1), expected: value(1), new: value(2)) else { throw Refused() }
    },
    changing("removeAll", by: { $0 = [:] }) { try $0.removeAll() },
    // The seventh of eight slots would take the table above 3/4.
    changing("growth", entries: 6, by: { $0[key(6)] = value(6) }) { try $0.put(key(6), value(6)) },
    // The same where the small tables end: the window is claimed.
    changing("growth-into-window", entries: 1536, by: { $0[key(1536)] = value(0) }) {
      try $0.put(key(1536), value(0))
    },
    insertIntoEmptied,
  ]

  /// Into a heap that is full of free blocks, all of them too small: the store, which is empty, starts anew.
  private static let insertIntoEmptied = SteppedOperation(
    name: "insert-into-emptied",
    prepare: { try emptied($0, after: [key(0): large]) },
    child: onStore { try $0.put(key(0), large) })

  /// The same by several keys.
  private static let transactionIntoEmptied = SteppedOperation(
    name: "transaction-into-emptied",
    prepare: { try emptied($0, after: [key(0): large, key(1): large]) },
    child: onStore { store in
      try store.transaction { batch in
        for index in 0..<2 { try batch.put(key(index), large) }
      }
    })

  private static let large = [UInt8](repeating: 2, count: 4096)

  /// A store that was filled with small entries until it was full, all of which are removed again.
  private static func emptied(_ segment: String, after: Contents) throws -> Outcomes {
    try fill(segment, entries: 0)
    let store = try SharedStore(segment, mode: .existing)
    defer { store.close() }
    var count = 0
    do {
      while true {
        try store.put(key(count), [UInt8](repeating: 1, count: 500))
        count += 1
      }
    } catch StoreError.storeFull {
      for index in 0..<count { try store.remove(key(index)) }
    }
    return Outcomes(before: [:], after: after)
  }

  /// An update by a handle that has looked at table and heap before, into a block that is free.
  private static func direct(_ name: String, _ new: [UInt8]) -> SteppedOperation {
    SteppedOperation(
      name: name,
      prepare: { segment in
        try fill(segment, entries: 4)
        let store = try SharedStore(segment, mode: .existing)
        defer { store.close() }
        for index in 2..<4 { try store.put(key(index), longValue) }
        for index in 2..<4 { try store.put(key(index), value(index)) }
        try store.put(key(0), longValue)
        let before = try store.contents
        var after = before
        after[key(1)] = new
        return Outcomes(before: before, after: after)
      },
      child: { name in
        let store = try SharedStore(name, mode: .existing)
        _ = try store.bytes(key(1))
        return { try store.put(key(1), new) }
      })
  }

  /// A new key, a changed one, a removed one and a number: all of it or none.
  private static let transactions = [
    changing("transaction", entries: 4, by: transact, transact),
    // Five new keys beside six that are there need a table of sixteen slots.
    changing("transaction-growth", entries: 6, by: transact, transact),
    transactionIntoEmptied,
  ]

  @Sendable private static func transact(_ contents: inout Contents) {
    for index in 10..<13 { contents[key(index)] = value(index) }
    contents[key(1)] = longValue
    contents[key(2)] = nil
    contents[key(0)] = value(3)
    contents[Array("counter".utf8)] = Array("3".utf8)
  }

  @Sendable private static func transact(_ store: SharedStore) throws {
    try store.transaction { transaction in
      for index in 10..<13 { try transaction.put(key(index), value(index)) }
      try transaction.put(key(1), longValue)
      try transaction.remove(key(2))
      try transaction.put(key(0), value(3))
      try transaction.increment("counter", by: 3)
    }
  }

  private static let longValue = [UInt8](repeating: UInt8(ascii: "v"), count: 200)
  struct Refused: Error {}

  // Where a key comes to lie depends on the segment's own hash key: `Rehearsal` looks for one that does what
  // is wanted.
  private static let removals = [
    SteppedOperation(
      name: "remove-empty",
      prepare: { segment in
        try prepareRemoval(segment) { before, after in after.removedSlotCount == before.removedSlotCount }
      },
      child: onStore { try $0.remove(chosenKey) }),
    SteppedOperation(
      name: "remove-marked",
      prepare: { segment in
        try prepareRemoval(segment) { before, after in after.removedSlotCount > before.removedSlotCount }
      },
      child: onStore { try $0.remove(chosenKey) }),
    SteppedOperation(
      name: "remove-run",
      prepare: { segment in
        try prepareRemoval(segment, removing: 2) { before, after in
          after.removedSlotCount < before.removedSlotCount
        }
      },
      child: onStore { try $0.remove(chosenKey) }),
    SteppedOperation(
      name: "reinsert",
      prepare: { segment in
        var before = try prepareRemoval(segment) { before, after in
          after.removedSlotCount > before.removedSlotCount
        }.before!
        let store = try SharedStore(segment, mode: .existing)
        try store.remove(chosenKey)
        store.close()
        before[chosenKey] = nil
        var after = before
        after[chosenKey] = value(7)
        return Outcomes(before: before, after: after)
      },
      child: onStore { try $0.put(chosenKey, value(7)) }),
  ]

  /// The key that `prepareRemoval` has found, under a name that the child knows: it is always the same.
  private static let chosenKey = key(0)

  /// Makes segments until the removal of the first key changes the table as wanted.
  private static func prepareRemoval(
    _ segment: String, removing removed: Int = 0, _ isWanted: (TableSample, TableSample) -> Bool
  ) throws -> Outcomes {
    while true {
      var before = try fill(segment, entries: 6)
      let store = try SharedStore(segment, mode: .existing)
      for index in 0..<removed {
        try store.remove(key(5 - index))
        before[key(5 - index)] = nil
      }
      store.close()
      let rehearsal = try Rehearsal(segment) { try $0.remove(chosenKey) }
      guard isWanted(rehearsal.before, rehearsal.after) else { continue }
      var after = before
      after[chosenKey] = nil
      return Outcomes(before: before, after: after)
    }
  }

  private static let rehash = SteppedOperation(
    name: "rehash",
    prepare: { segment in
      while true {
        // As full as can be; then all are removed whose slots stay used.
        try fill(segment, entries: 12, slots: 16)
        let store = try SharedStore(segment, mode: .existing)
        defer { store.close() }
        for index in 0..<12 {
          let rehearsal = try Rehearsal(segment) { try $0.remove(key(index)) }
          if rehearsal.after.removedSlotCount > rehearsal.before.removedSlotCount {
            try store.remove(key(index))
          }
        }
        guard try Rehearsal(segment, { try $0.put(newKey, value(0)) }).event == .rehashed else { continue }
        let before = try store.contents
        var after = before
        after[newKey] = value(0)
        return Outcomes(before: before, after: after)
      }
    },
    child: onStore { try $0.put(newKey, value(0)) })

  private static let newKey = Array("new".utf8)

  private static let heapGrowth = SteppedOperation(
    name: "heap-growth",
    prepare: { segment in
      try fill(segment, entries: 0, slots: 64)
      let store = try SharedStore(segment, mode: .existing)
      defer { store.close() }
      for index in 0..<40 {
        let rehearsal = try Rehearsal(segment) { try $0.put(newKey, bigValue) }
        if rehearsal.event == .heapGrown { break }
        try store.put(key(index), bigValue)
      }
      let before = try store.contents
      var after = before
      after[newKey] = bigValue
      return Outcomes(before: before, after: after)
    },
    child: onStore { try $0.put(newKey, bigValue) })

  private static let bigValue = [UInt8](repeating: UInt8(ascii: "v"), count: 4000)

  private static let comings = [
    SteppedOperation(
      name: "attach", isAboutNames: true,
      prepare: { Outcomes(unchanged: try fill($0, entries: 4)) },
      child: { name in { keep(try SharedStore(name, mode: .existing)) } }),
    SteppedOperation(
      name: "attach-where-rows-end", isAboutNames: true,
      prepare: { segment in
        let contents = try fill(segment, entries: 4)
        for _ in 0..<32 { keep(try SharedStore(segment, mode: .existing)) }
        return Outcomes(unchanged: contents)
      },
      child: { name in { keep(try SharedStore(name, mode: .existing)) } }),
    SteppedOperation(
      name: "close", isAboutNames: true,
      prepare: { Outcomes(unchanged: try fill($0, entries: 4)) },
      child: onStore { $0.close() }),
  ]

  private static let names = [
    SteppedOperation(
      name: "create-shared", isAboutNames: true,
      prepare: {
        World.remove($0)
        return Outcomes(before: nil, after: [:])
      },
      child: { name in { keep(try SharedStore(name, options: options)) } }),
    SteppedOperation(
      name: "create-exclusive", isAboutNames: true,
      prepare: {
        World.remove($0)
        return Outcomes(before: nil, after: [:])
      },
      child: { name in { keep(try SharedStore(name, mode: .exclusive, options: options)) } }),
    SteppedOperation(
      name: "replace", isAboutNames: true,
      prepare: { Outcomes(before: try fill($0, entries: 4), after: [:]) },
      child: { name in { keep(try SharedStore(name, mode: .exclusive, options: options)) } }),
    SteppedOperation(
      name: "unlink", isAboutNames: true,
      prepare: { Outcomes(before: try fill($0, entries: 4), after: nil) },
      child: { name in { try SharedStore.unlink(name) } }),
  ]

  /// Attaching to a segment whose holder has died in the middle of an operation.
  private static func recovery(of name: String) -> SteppedOperation {
    SteppedOperation(
      name: "recovery-of-\(name)", startsOrphaned: true,
      prepare: { segment in
        let operation = all.first { $0.name == name }!
        let outcomes = try operation.prepare(segment)
        try KillInHold(operation, segment).run()
        // Decided for ever by now; which of the two it is, a copy that is recovered tells.
        let contents = try Rehearsal(segment) { _ in }.contents
        guard outcomes.allows(contents) else {
          throw SteppedProcess.Failure(description: "after the first kill: \(contents.text)")
        }
        return Outcomes(of: outcomes, settledOn: contents)
      },
      child: { name in { keep(try SharedStore(name, mode: .existing)) } })
  }

  /// What one who sleeps for the mutex does when its holder is killed.
  static let waiter = SteppedOperation(
    name: "waiter",
    prepare: { Outcomes(unchanged: try fill($0, entries: 4)) },
    child: { name in
      var options = StoreOptions()
      options.lockTimeout = Survivor.hangLimit
      let store = try SharedStore(name, mode: .existing, options: options)
      return { try store.put(Bystander.key, "waited") }
    })

  /// What must be found: a change that is two stores, to garbage and on, instead of one. Done only by name.
  static let torn = SteppedOperation(
    name: "torn",
    prepare: { Outcomes(unchanged: try fill($0, entries: 4)) },
    child: { name in
      let descriptor = open(World.path(name), O_RDWR | O_CLOEXEC)
      // The header, and the small tables, in which a fresh segment has its table, behind it; word 56 says where.
      guard let base = mmap(nil, 128 << 10, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
        base != MAP_FAILED
      else { throw Refused() }
      let slots = (base + base.load(fromByteOffset: 56, as: Int.self)).assumingMemoryBound(to: UInt64.self)
      let slot = (0..<8).first { slots[$0] >> 32 > 1 }!
      return {
        let old = slots[slot]
        slots[slot] = 0xDEAD_BEEF
        slots[slot] = old
      }
    })

  /// A handle that nobody closes, as if the process went on.
  private static func keep(_ store: SharedStore) { _ = Unmanaged.passRetained(store) }
}

/// A change made to a copy of a segment, to see what it would do.
struct Rehearsal {
  let before: TableSample
  let after: TableSample
  /// The newest event but for comings and goings, if the change has caused it.
  let event: SegmentEvent.Kind?
  /// The entries after it.
  let contents: Contents

  init(_ segment: String, _ change: (SharedStore) throws -> Void) throws {
    let copy = segment + "-rehearsal"
    guard let object = WatchedObject(path: World.path(segment)) else {
      throw SteppedProcess.Failure(description: "\(segment) is not there")
    }
    defer { World.remove(copy) }
    try object.copy(to: World.path(copy), marks: [])
    let store = try SharedStore(copy, mode: .existing)
    let observer = try SegmentObserver(copy)
    let first = try observer.sample()
    try change(store)
    let second = try observer.sample()
    contents = try store.contents
    store.close()
    (before, after) = (first.table, second.table)
    event = second.events.last { $0.number > (first.events.last?.number ?? 0) }?.kind
  }
}
