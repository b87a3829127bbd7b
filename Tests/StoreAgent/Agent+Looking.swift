import SharedSimple

extension Agent {
  /// What an observer sees: entries, sequence, slots, generation, claimed bytes of window 0, window 1, heap;
  /// allocated bytes; recoveries; what the file system has free.
  func look(_ request: Request) throws -> Reply {
    let sample = try SegmentObserver(request.text(0)).sample()
    let numbers: [UInt64] =
      [
        UInt64(sample.table.entryCount), sample.sequence, UInt64(sample.table.slotCount),
        sample.table.generation,
      ] + sample.memory.windowClaimed.map { UInt64($0) } + [
        UInt64(sample.memory.heapClaimed), UInt64(sample.memory.allocated), sample.lock.recoveries,
        UInt64(sample.memory.systemFree),
      ]
    return .done(numbers.map { "\($0)" })
  }

  /// The participants: slot, pid, liveness and name, with colons between them.
  func rows(_ request: Request) throws -> Reply {
    let sample = try SegmentObserver(request.text(0)).sample()
    return .done(
      sample.participants.map {
        "\($0.slot):\($0.pid):\($0.liveness):\(String(decoding: $0.name, as: UTF8.self))"
      })
  }

  /// Visits every entry in each way that takes no lock; answers how many there were.
  func visitAll(_ request: Request) throws -> Reply {
    let store = try store(request)
    var visits = 0
    try store.forEach { _, _ in
      visits += 1
      return true
    }
    let observer = try SegmentObserver(store.name)
    var cursor = TableCursor()
    var scanned = 0
    while try observer.scan(&cursor, slotLimit: 100, { _, _, _ in scanned += 1 }) {}
    return scanned == visits ? .found(visits) : .violated("forEach saw \(visits), scan \(scanned)")
  }

  /// The segments of this machine that bear a name, with the refusal where there is one.
  func list(_ request: Request) throws -> Reply {
    let name = try request.text(0)
    return .done(
      try SharedStore.list().filter { $0.name == name }.map { listing in
        listing.refusal.map { Reply.refused($0).description } ?? "sound"
      })
  }

  /// Lists all segments, until the next command; answers how often.
  mutating func listOn() throws -> Reply {
    var times = 0
    while !input.hasNext {
      _ = try SharedStore.list()
      times += 1
    }
    return .found(times)
  }
}
