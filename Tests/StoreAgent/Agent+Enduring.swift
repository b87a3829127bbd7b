import SharedSimple

extension Agent {
  /// Uses a segment that somebody overwrites all the while, until the next command. Errors are well, and so is
  /// an entry that is missing; a value that nobody put is a violation, but with `anyValue=1`.
  ///
  /// `endure NAME role=reader|observer|writer entries=N seed=S`. Answers how many calls were made, and how many
  /// of them were refused.
  mutating func endure(_ request: Request) throws -> Reply {
    let name = try request.text(0)
    let entryCount = request.number("entries", or: 100)
    let mayBeWrong = request.number("anyValue") == 1
    var options = StoreOptions()
    options.attachTimeout = .zero
    options.lockTimeout = .milliseconds(2)
    var random = SplitMix64(seed: request.seed())
    var calls = 0
    var refusals = 0
    var wrong: String?

    func attempt(_ body: () throws -> Void) throws {
      calls += 1
      do { try body() } catch is StoreError { refusals += 1 }
    }
    func look(_ value: [UInt8]?, of key: [UInt8]) {
      guard let value, !mayBeWrong, DescribedValue.sequence(of: value, key: key) == nil else { return }
      wrong = "\(Hex.encode(key)) had \(Hex.encode(value)), which nobody put"
    }
    func randomKey() -> [UInt8] { Workload.key(prefix: "k", index: random.below(entryCount)) }

    /// One of each call that reads.
    func read(_ store: SharedStore) throws {
      for _ in 0..<20 {
        let key = randomKey()
        try attempt { look(try store.bytes(key), of: key) }
        try attempt { _ = try store.contains(key) }
      }
      try attempt { _ = try store.count }
      try attempt {
        try store.forEach { key, value in
          let key = key.withUnsafeBytes { Array($0) }
          // A slot that leads nowhere near a key's own record shows what it leads to.
          if key.first == UInt8(ascii: "k") { look(value.withUnsafeBytes { Array($0) }, of: key) }
          return true
        }
      }
    }
    func watch(_ observer: SegmentObserver) throws {
      try attempt { _ = try observer.sample() }
      try attempt { _ = try observer.writeClock() }
      for _ in 0..<20 {
        let key = randomKey()
        try attempt { look(try observer.entry(key)?.value, of: key) }
      }
      try attempt {
        var cursor = TableCursor()
        for _ in 0..<1000 {
          guard try observer.scan(&cursor, slotLimit: 256, { _, _, _ in }) else { return }
        }
        wrong = "a pass over all entries did not end"
      }
      try attempt { _ = try SegmentCheck.run(name) }
    }
    func write(_ store: SharedStore) throws {
      for turn in 0..<20 {
        let key = randomKey()
        let value = DescribedValue.make(key: key, sequence: UInt64(turn), byteCount: 16 + random.below(17))
        try attempt { try store.put(key, value) }
        try attempt { try store.remove(randomKey()) }
        try attempt { try store.increment("number") }
      }
      try attempt {
        try store.transaction { transaction in
          let key = randomKey()
          try transaction.put(key, DescribedValue.make(key: key, sequence: 1, byteCount: 20))
          try transaction.remove(randomKey())
        }
      }
      try attempt { _ = try store.all() }
      try attempt { _ = try store.check() }
      try attempt { try store.reap() }
      if random.below(50) == 0 { try attempt { try store.removeAll() } }
    }

    // Attached once, as long as that was possible: it is live handles that are to endure.
    var store: SharedStore?
    var observer: SegmentObserver?
    let mode: OpenMode = request.option("mode") == "readOnly" ? .readOnly : .existing
    while !input.hasNext, wrong == nil {
      switch request.option("role") {
      case "observer":
        try attempt {
          if observer == nil { observer = try SegmentObserver(name, attachTimeout: .zero) }
        }
        if let observer { try watch(observer) }
      case let role:
        try attempt {
          if store == nil { store = try SharedStore(name, mode: mode, options: options) }
        }
        guard let store else { continue }
        if role == "writer" { try write(store) } else { try read(store) }
      }
    }
    store?.close()
    if let wrong { return .violated(wrong) }
    return .done("\(calls)", "\(refusals)")
  }
}
