import SharedSimple

extension Agent {
  /// Runs a workload until the next command or until killed, telling how far it came in a file.
  /// Answers the number of settled operations.
  mutating func work(_ request: Request) throws -> Reply {
    let store = try store(request)
    guard let profile = Workload.Profile(rawValue: request.option("profile") ?? "mixed") else {
      throw Request.Misspelt(complaint: "no such profile")
    }
    guard let progress = Progress(path: request.option("progress") ?? "") else {
      throw Request.Misspelt(complaint: "work: no progress file")
    }
    var workload = Workload(
      seed: request.seed(), profile: profile, prefix: request.option("prefix") ?? "",
      keyCount: request.number("keys", or: 200), valueLimit: store.valueLimit,
      first: UInt64(request.number("first", or: 0)))
    let end = request.number("operations").map { UInt64($0) } ?? .max
    var count: UInt64 = 0
    while count < end, let operation = workload.next() {
      count += 1
      progress.begun = count
      try operation.apply(to: store)
      progress.settled = count
      if count % 64 == 0, input.hasNext { break }
    }
    return .found(count)
  }

  /// Reads random keys of other agents' workloads until the next command: each value must be one that
  /// was put for its key, and the sequences of a key must never go back.
  mutating func read(_ request: Request) throws -> Reply {
    let store = try store(request)
    let prefixes = (request.option("prefixes") ?? "").split(separator: ",").map(String.init)
    let keyCount = request.number("keys", or: 200)
    var random = SplitMix64(seed: request.seed())
    var newest: [[UInt8]: UInt64] = [:]
    var hits = 0
    var reads = 0
    while reads % 64 != 0 || !input.hasNext {
      reads += 1
      let prefix = prefixes[random.below(prefixes.count)]
      let key = Workload.key(prefix: prefix, index: random.below(keyCount))
      let value =
        random.below(2) == 0
        ? try store.bytes(key)
        : try store.withValue(key) { span in span.withUnsafeBytes { Array($0) } }
      guard let value else { continue }
      hits += 1
      guard let sequence = DescribedValue.sequence(of: value, key: key) else {
        return .violated("\(Hex.encode(key)) had \(Hex.encode(value)), which nobody put")
      }
      if sequence < newest[key, default: 0] {
        return .violated("\(Hex.encode(key)) went back from \(newest[key] ?? 0) to \(sequence)")
      }
      newest[key] = sequence
    }
    return .done("\(hits)", "\(reads)")
  }

  /// Puts values of nearly the same length under one key, until the next command; answers how many.
  mutating func hammer(_ request: Request) throws -> Reply {
    let store = try store(request)
    let key = try request.bytes(1)
    let byteCount = request.number("bytes", or: 32)
    // Made before, so that nearly all of the time is the store's.
    let values = (0..<8).map {
      DescribedValue.make(key: key, sequence: UInt64($0), byteCount: byteCount - $0)
    }
    var count = 0
    while !input.hasNext {
      try store.put(key, values[count % values.count])
      count += 1
    }
    return .found(count)
  }

  /// Adds one to a counter so many times.
  func countUp(_ request: Request) throws -> Reply {
    let store = try store(request)
    for _ in 0..<(try request.number(2)) { try store.increment(request.bytes(1)) }
    return .done()
  }
}

extension Operation {
  /// Makes the change in a store.
  func apply(to store: SharedStore) throws {
    switch self {
    case .put(let key, let value): try store.put(key, value)
    case .remove(let key): try store.remove(key)
    case .increment(let key): try store.increment(key)
    case .removeAll: try store.removeAll()
    case .transaction(let parts):
      try store.transaction { transaction in
        for part in parts { try part.apply(to: &transaction) }
      }
    }
  }

  /// Makes the change as a part of a transaction, which has no removal of everything.
  func apply(to transaction: inout Transaction) throws {
    switch self {
    case .put(let key, let value): try transaction.put(key, value)
    case .remove(let key): try transaction.remove(key)
    case .increment(let key): try transaction.increment(key)
    case .removeAll: throw Request.Misspelt(complaint: "removeAll in a transaction")
    case .transaction(let parts): for part in parts { try part.apply(to: &transaction) }
    }
  }
}
