import SharedSimple

extension Agent {
  /// Puts the described keys 0 ..< n, telling in a file how many are settled.
  func grow(_ request: Request) throws -> Reply {
    let store = try store(request)
    guard let progress = Progress(path: request.option("progress") ?? "") else {
      throw Request.Misspelt(complaint: "grow: no progress file")
    }
    let count = request.number("entries", or: 1000)
    for index in 0..<count {
      let key = Workload.key(prefix: "grown", index: index)
      progress.begun = UInt64(index + 1)
      try store.put(
        key, DescribedValue.make(key: key, sequence: UInt64(index), byteCount: DescribedValue.shortest))
      progress.settled = UInt64(index + 1)
    }
    return .found(count)
  }

  /// Reads keys that another agent's `grow` has settled, until the next command: none may be missing,
  /// none may have another value.
  mutating func witness(_ request: Request) throws -> Reply {
    let store = try store(request)
    guard let progress = Progress(path: request.option("progress") ?? "") else {
      throw Request.Misspelt(complaint: "witness: no progress file")
    }
    var random = SplitMix64(seed: request.seed())
    var reads = 0
    while reads % 64 != 0 || !input.hasNext {
      let settled = Int(progress.settled)
      guard settled > 0 else { continue }
      reads += 1
      // Half of the reads go to the newest keys: those that a growth is about.
      let index =
        random.below(2) == 0 ? random.below(settled) : settled - 1 - random.below(min(settled, 64))
      let key = Workload.key(prefix: "grown", index: index)
      guard let value = try store.bytes(key) else {
        return .violated("settled key \(index) of \(settled) is missing")
      }
      guard DescribedValue.sequence(of: value, key: key) == UInt64(index) else {
        return .violated("key \(index) had \(Hex.encode(value))")
      }
    }
    return .found(reads)
  }

  /// Puts described keys with values of a length until the store refuses; answers how many it took and why it
  /// took no more.
  func fill(_ request: Request) throws -> Reply {
    let store = try store(request)
    let prefix = request.option("prefix") ?? "filler"
    let byteCount = request.number("bytes", or: 32)
    let limit = request.number("entries", or: .max)
    for index in 0..<limit {
      let key = Workload.key(prefix: prefix, index: index)
      do {
        try store.put(key, DescribedValue.make(key: key, sequence: UInt64(index), byteCount: byteCount))
      } catch {
        return .done("\(index)", Reply.refused(error).description)
      }
    }
    return .done("\(limit)", "all")
  }

  /// Puts one described key with a value of a length.
  func fillOne(_ request: Request) throws -> Reply {
    let key = Workload.key(prefix: "one", index: 0)
    let value = DescribedValue.make(key: key, sequence: 0, byteCount: request.number("bytes", or: 32))
    try store(request).put(key, value)
    return .done()
  }

  /// Puts short entries until the index is full, then removes 600 of them.
  func fillIndex(_ request: Request) throws -> Reply {
    let store = try store(request)
    var count = 0
    do {
      while true {
        try store.put("\(100_000 + count)", "1")
        count += 1
      }
    } catch {
      guard case .storeFull(_, let region, let limit) = error, region == "index", limit == count else {
        return .violated("\(count) entries: \(error)")
      }
    }
    for index in 0..<600 { try store.remove("\(100_000 + index)") }
    return .done()
  }

  /// Puts 400 others in their place.
  func refillIndex(_ request: Request) throws -> Reply {
    let store = try store(request)
    for index in 0..<400 { try store.put("\(900_000 + index)", "1") }
    return .done()
  }

  /// Puts entries of one large value and compares each: little but the store's own work.
  func fillPlain(_ request: Request) throws -> Reply {
    let store = try store(request)
    let count = request.number("entries", or: 0)
    let value = [UInt8](repeating: 0xA5, count: request.number("bytes", or: 32))
    for index in 0..<count { try store.put("plain \(index)", value) }
    for index in 0..<count {
      guard try store.bytes("plain \(index)") == value else { return .violated("entry \(index) differs") }
    }
    return .found(count)
  }

  /// Looks whether every entry that `fill` put is there and right.
  func verify(_ request: Request) throws -> Reply {
    let store = try store(request)
    let prefix = request.option("prefix") ?? "filler"
    for index in 0..<request.number("entries", or: 0) {
      let key = Workload.key(prefix: prefix, index: index)
      let expected = DescribedValue.make(
        key: key, sequence: UInt64(index), byteCount: request.number("bytes", or: 32))
      let found = try store.bytes(key)
      guard found == expected else {
        return .violated("entry \(index): \(found.map(Hex.encode) ?? "missing")")
      }
    }
    return .done()
  }
}
