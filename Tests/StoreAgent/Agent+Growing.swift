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
