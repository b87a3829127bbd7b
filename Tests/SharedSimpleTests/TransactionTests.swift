import Glibc
import TestSupport
import Testing

@testable import SharedSimple

/// transaction: several keys, all or nothing.
struct TransactionTests {
  let segment = TemporaryStore("transaction")

  private struct Stop: Error {}

  private func agentHoldsAndDies() throws {
    let agent = try AgentProcess()
    #expect(try agent.ask("open", "h", segment.name) == .done([]))
    #expect(try agent.ask("hold", "h") == .done([]))
    agent.kill()
  }

  @Test func `A transaction reads its own writes, others read none before it ends and all after`() throws {
    let store = try segment.open()
    try store.put("old", "1")
    let result = try store.transaction { transaction in
      try transaction.put("new", "2")
      try transaction.remove("old")
      try transaction.increment("number", by: 5)
      #expect(try transaction.increment("number") == 6)
      #expect(try transaction.get("new") == "2")
      #expect(try transaction.get("old") == nil)
      #expect(try !transaction.contains("old"))
      #expect(try transaction.count == 2)
      #expect(try !transaction.putIfAbsent("new", "3"))
      #expect(try transaction.putIfAbsent("old", "4"))
      #expect(try transaction.compareAndSwap("old", expected: "4", new: "5"))
      #expect(try transaction.remove("new", ifValue: "2"))
      #expect(try !transaction.putIfPresent("new", "7"))
      #expect(try transaction.count == 2)
      #expect(try store.get("new") == nil)
      #expect(try store.get("old") == "1")
      #expect(try store.count == 1)
      return "done"
    }
    #expect(result == "done")
    #expect(try store.dictionary() == ["old": "5", "number": "6"])
    expectSound(segment)
  }

  @Test func `A thrown error and a roll back change nothing, and the next one can go on`() throws {
    let store = try segment.open { $0.initialSlots = 8 }
    try store.put("a", "1")
    let before = try SegmentObserver(segment.name).sample()
    #expect(throws: Stop.self) {
      try store.transaction { transaction in
        for index in 0..<100 { try transaction.put("key \(index)", "v") }
        try transaction.remove("a")
        throw Stop()
      }
    }
    try store.transaction { transaction in
      try transaction.put("a", "2")
      transaction.rollBack()
      try transaction.put("b", "2")
    }
    #expect(throws: StoreError.notANumber(key: "a", value: "word")) {
      try store.transaction { transaction in
        try transaction.put("a", "word")
        try transaction.increment("a")
      }
    }
    let after = try SegmentObserver(segment.name).sample()
    #expect(try store.dictionary() == ["a": "1"])
    #expect(after.sequence == before.sequence)
    #expect(after.memory.heapLive == before.memory.heapLive)
    #expect(after.table == before.table)
    #expect(after.transactions.rolledBack == 3)
    #expect(after.transactions.committed == 0)
    try store.transaction { try $0.put("a", "3") }
    #expect(try store.get("a") == "3")
    expectSound(segment)
  }

  @Test func `An error that the body catches leaves the rest of the transaction whole`() throws {
    let store = try segment.open()
    try store.transaction { transaction in
      try transaction.put("a", "1")
      #expect(throws: StoreError.emptyKey) { try transaction.put("", "1") }
      #expect(throws: StoreError.emptyValue) { try transaction.put("b", "") }
      #expect(throws: StoreError.valueTooLong(byteCount: 33, limit: 32)) {
        try transaction.put("b", String(repeating: "x", count: 33))
      }
      #expect(throws: StoreError.lockReentered(name: segment.name)) { try store.put("b", "1") }
      #expect(throws: StoreError.lockReentered(name: segment.name)) { try store.transaction { _ in } }
    }
    #expect(try store.dictionary() == ["a": "1"])
  }

  @Test func `More new keys than the table holds grow it once, to the size they need`() throws {
    let store = try segment.open { $0.initialSlots = 8 }
    try store.put("there", "before")
    try store.transaction { transaction in
      for index in 0..<10_000 { try transaction.put("key \(index)", "\(index)") }
    }
    #expect(try store.count == 10_001)
    for index in 0..<10_000 { #expect(try store.get("key \(index)") == "\(index)") }
    let events = try SegmentObserver(segment.name).sample().events
    #expect(events.filter { $0.kind == .resized }.map(\.second) == [16_384])
    expectSound(segment)
    try store.transaction { transaction in
      for index in 0..<10_000 { try transaction.remove("key \(index)") }
    }
    #expect(try store.dictionary() == ["there": "before"])
    expectSound(segment)
  }

  @Test func `A transaction over its limits is refused with the numbers, and goes on without`() throws {
    let store = try segment.open { $0.valueLimit = 1 << 20 }
    let large = [UInt8](repeating: 7, count: 1 << 20)
    try store.transaction { transaction in
      for index in 0..<63 { try transaction.put([UInt8(index)], large) }
      #expect(
        throws: StoreError.transactionTooLarge(
          name: segment.name, keys: 65, keyLimit: 65_536, byteCount: (64 << 20) + 71,
          byteLimit: 64 << 20)
      ) {
        try transaction.put("almost", "x")
        try transaction.put([63], large)
      }
      // A smaller value in the place of a large one makes room.
      try transaction.put([0 as UInt8], "small")
      try transaction.put([63 as UInt8], large)
    }
    #expect(try store.count == 65)
    #expect(try store.get([0 as UInt8]) == "small")

    let keys = try segment.open(.exclusive)
    try keys.transaction { transaction in
      for index in 0..<65_536 { try transaction.put("\(index)", "v") }
      #expect(refusal { try transaction.put("one more", "v") } == "transactionTooLarge")
      try transaction.remove("7")
    }
    #expect(try keys.count == 65_535)
    expectSound(segment)
  }

  @Test func `Where the reservation has no room for all of it, none of it is made`() throws {
    let store = try segment.open {
      $0.reservation = 1 << 20
      $0.valueLimit = 10_000
    }
    try store.put("a", "1")
    let value = [UInt8](repeating: 1, count: 10_000)
    #expect(throws: StoreError.self) {
      try store.transaction { transaction in
        try transaction.put("a", "2")
        for index in 0..<100 { try transaction.put("key \(index)", value) }
      }
    }
    #expect(try store.dictionary() == ["a": "1"])
    expectSound(segment)
    // The index window, too: 16,384 slots.
    #expect(
      refusal {
        try store.transaction { transaction in
          for index in 0..<13_000 { try transaction.put("\(index)", "v") }
        }
      } == "storeFull")
    #expect(try store.dictionary() == ["a": "1"])
    try store.transaction { try $0.put("b", "2") }
    #expect(try store.dictionary() == ["a": "1", "b": "2"])
    expectSound(segment)
  }

  @Test func `A read-only or closed handle and a forked child have no transaction`() throws {
    let store = try segment.open()
    let reader = try segment.open(.readOnly)
    #expect(throws: StoreError.readOnly(name: segment.name)) { try reader.transaction { _ in } }
    store.close()
    #expect(throws: StoreError.closed(name: segment.name)) { try store.transaction { _ in } }
  }

  @Test func `Transactions are counted, and take one event between two others`() throws {
    let store = try segment.open()
    let observer = try SegmentObserver(segment.name)
    for index in 0..<300 {
      try store.transaction { transaction in
        try transaction.put("a", "\(index)")
        try transaction.put("b", "\(index)")
      }
    }
    try store.removeAll()
    try store.transaction { try $0.remove("a") }
    try store.transaction { try $0.increment("n") }
    let sample = try observer.sample()
    #expect(sample.transactions.committed == 301)
    #expect(sample.transactions.keys == 601)
    let committed = sample.events.filter { $0.kind == .committed }
    #expect(committed.map(\.first) == [300, 1])
    #expect(committed.map(\.second) == [600, 1])
    #expect(committed.allSatisfy { $0.pid == getpid() && $0.duration > 0 })
    #expect(sample.totals.puts == 601)
    #expect(sample.sequence == 602)
  }

  @Test func `A decided batch of a dead process is made by the next owner of the mutex`() throws {
    let store = try segment.open { $0.lockTimeout = .seconds(20) }
    for index in 0..<20 { try store.put("key \(index)", "old") }
    try decideBatch(in: store, checksumIsRight: true)
    #expect(try SegmentCheck.run(segment.name).map(\.kind) == [.derived, .derived])
    try agentHoldsAndDies()
    try store.put("after", "1")
    #expect(try store.get("key 1") == "new")
    #expect(try store.get("key 2") == nil)
    #expect(try store.get("key 3") == "old")
    #expect(try store.count == 20)
    let events = try SegmentObserver(segment.name).sample().events
    #expect(events.last { $0.kind == .completed }?.second == 2)
    #expect(events.last { $0.kind == .recovered }?.second == 0)
    expectSound(segment)
  }

  @Test func `A decided batch whose list is damaged is dropped, and counted`() throws {
    let store = try segment.open { $0.lockTimeout = .seconds(20) }
    for index in 0..<20 { try store.put("key \(index)", "old") }
    try decideBatch(in: store, checksumIsRight: false)
    try agentHoldsAndDies()
    try store.put("after", "1")
    for index in 0..<20 { #expect(try store.get("key \(index)") == "old") }
    let events = try SegmentObserver(segment.name).sample().events
    #expect(events.last { $0.kind == .completed } == nil)
    #expect(events.last { $0.kind == .recovered }?.second == 1)
    expectSound(segment)
  }

  /// Goes as far as deciding a batch: key 1 becomes "new", key 2 is removed.
  private func decideBatch(in store: SharedStore, checksumIsRight: Bool) throws {
    try store.locked { writer throws(StoreError) in
      let index = HashIndex(writer.segment, try writer.segment.liveTable())
      func place(_ key: String) throws(StoreError) -> (position: Int, digest: KeyDigest) {
        try key.withRawSpan { key throws(StoreError) in
          let digest = writer.digest(key)
          return (try writer.find(key, digest, in: index).position, digest)
        }
      }
      let (put, removed) = (try place("key 1"), try place("key 2"))
      let record = try writer.heap.allocate(recordByteCount: 64)
      try "key 1".withRawSpan { key throws(StoreError) in
        "new".withRawSpan { value in writer.heap.write(record, key: key, put.digest, value: value) }
      }
      let list = try writer.heap.allocate(recordByteCount: BatchList.byteCount(entries: 2))
      BatchList([
        .init(position: put.position, slot: Slot(record: record, hash: put.digest.hash)),
        .init(position: removed.position, slot: .removed),
      ]).write(to: list, writer.heap, for: checksumIsRight ? index.table : TableWord(rawValue: 7))
      writer.header.batch = list
    }
  }

  @Test func `Transfers between accounts, their makers killed: no snapshot ever sees half of one`() throws {
    var random = SeededGenerator(printedFor: "transfers killed")
    let store = try segment.open {
      $0.initialSlots = 8
      $0.lockTimeout = .seconds(30)
    }
    let accounts = 10
    for index in 0..<accounts { try store.put("account \(index)", "100") }
    var transfers: Int64 = 0
    for round in 0..<Effort.times(25) {
      let agents = try (0..<3).map { _ in try AgentProcess() }
      for agent in agents {
        #expect(try agent.ask("open", "h", segment.name) == .done([]))
        try agent.send("transfer", "h", "accounts=\(accounts)", "seed=\(random.seedOfPart())")
      }
      for look in 0..<40 {
        let snapshot = try store.dictionary()
        let sum = (0..<accounts).reduce(0) { $0 + (Int(snapshot["account \($1)"] ?? "") ?? .min / 100) }
        #expect(sum == 100 * accounts, "round \(round), look \(look)")
        let now = Int64(snapshot["transfers"] ?? "0") ?? -1
        #expect(snapshot.keys.count { $0.hasPrefix("entry ") } == now)
        #expect(now >= transfers)
        transfers = now
        // Now and then the whole ledger goes, in a transaction of its own.
        if now > 500 {
          try store.transaction { transaction in
            for key in snapshot.keys where key.hasPrefix("entry ") { try transaction.remove(key) }
            for key in try store.dictionaryKeys(prefix: "entry ") { try transaction.remove(key) }
            try transaction.put("transfers", "0")
          }
          transfers = 0
        }
        usleep(.random(in: 0...500, using: &random))
      }
      for agent in agents { agent.kill() }
    }
    #expect(try SegmentObserver(segment.name).sample().transactions.committed > 0)
    try store.put("after", "1")
    expectSound(segment)
  }
}

extension SharedStore {
  /// Text keys with a prefix, read without the lock.
  fileprivate func dictionaryKeys(prefix: String) throws -> [String] {
    var keys: [String] = []
    try forEach { key, _ in
      let text = key.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      if text.hasPrefix(prefix) { keys.append(text) }
      return true
    }
    return keys
  }
}
