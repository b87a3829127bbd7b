import Histogram

/// Reads and writes a store that is there, for a time.
struct LoadTask: SubjectTask {
  let place: Place
  let plan: KeyPlan
  let load: Load

  func run<S: Subject>(_ subject: S.Type, _ worker: WorkerRun) throws {
    let keys = S.keys(PackedKeys(plan, limit: load.keyLimit, missShare: 1 - load.hitShare, seed: load.seed))
    let value = Value(byteCount: plan.valueByteCount, UInt8(ascii: "w"))
    let uncounted = load.alternatesUncounted ? try Self.uncounted(subject, place) : nil
    let store = try S(place, creates: false)
    try warmUp(store, keys)
    if let uncounted { try warmUp(uncounted, keys) }
    worker.awaitBeginning()

    let start = Clock.now
    let end = start + UInt64(load.seconds * 1e9)
    var done = WorkDone(operationCount: 0, nanoseconds: 0, latencies: nil)
    if load.recordsLatencies {
      done.latencies = try latencies(of: store, keys, value, until: end)
      done.operationCount = Int(done.latencies?.totalCount ?? 0)
    } else if let slice = load.sliceSeconds {
      done.start = start
      for number in 1...max(1, Int(load.seconds / slice)) {
        let sliceEnd = start + UInt64(Double(number) * slice * 1e9)
        let handle = number.isMultiple(of: 2) ? store : uncounted ?? store
        done.slices.append(try operations(on: handle, keys, value, until: sliceEnd))
      }
      done.operationCount = done.slices.reduce(0, +)
    } else {
      done.operationCount = try operations(on: store, keys, value, until: end)
    }
    done.nanoseconds = Double(Clock.now - start)
    worker.answer(done)
    worker.awaitEnd()
    uncounted?.close()
    store.close()
  }

  /// A handle that has found all rows taken.
  private static func uncounted<S: Subject>(_ subject: S.Type, _ place: Place) throws -> S {
    let crowd = try Crowd(place)
    return try withExtendedLifetime(crowd) { try S(place, creates: false) }
  }

  /// Looks at each key once, so that this process's mapping has its pages; half a second at most.
  private func warmUp<S: Subject>(_ store: S, _ keys: S.Keys) throws {
    let end = Clock.now + 500_000_000
    for (count, key) in keys.enumerated() {
      _ = try store.get(key)
      if count % Self.piece == 0, Clock.now >= end { return }
    }
  }

  /// So many operations between two looks at the clock that the clock is not what is measured.
  private static var piece: Int { 64 }

  private func operations<S: Subject>(
    on store: S, _ keys: S.Keys, _ value: Value, until end: UInt64
  ) throws -> Int {
    var index = 0
    var count = 0
    // Out of 128; a mixture is drawn from a generator that costs about a nanosecond.
    let reads = UInt64((load.readShare * 128).rounded())
    var random = SplitMix(seed: load.seed)
    while Clock.now < end {
      for _ in 0..<Self.piece {
        let isRead = reads == 128 || reads > 0 && random.next() & 127 < reads
        if isRead { _ = try store.get(keys[index]) } else { try store.put(keys[index], value) }
        index += 1
        if index == keys.count { index = 0 }
      }
      count += Self.piece
    }
    return count
  }

  /// One look at the clock an operation: from one end to the next, so that nothing is left out.
  private func latencies<S: Subject>(
    of store: S, _ keys: S.Keys, _ value: Value, until end: UInt64
  ) throws -> Histogram<UInt64> {
    var histogram = Histogram<UInt64>.ofLatencies
    var index = 0
    var last = Clock.now
    while last < end {
      try store.put(keys[index], value)
      let now = Clock.now
      histogram.record(now &- last)
      last = now
      index += 1
      if index == keys.count { index = 0 }
    }
    return histogram
  }
}
