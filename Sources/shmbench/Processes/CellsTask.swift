import Glibc

/// Each operation by itself, in one process, on a store that grows from empty.
struct CellsTask: SubjectTask {
  let place: Place
  let plan: KeyPlan

  func run<S: Subject>(_ subject: S.Type, _ worker: WorkerRun) throws {
    let keys = S.keys(PackedKeys(plan))
    let misses = S.keys(PackedKeys(plan, missShare: 1))
    let value = Value(byteCount: plan.valueByteCount)
    let other = Value(byteCount: plan.valueByteCount, UInt8(ascii: "w"))
    var result = CellTimes()
    worker.awaitBeginning()

    // The best of several passes: what disturbs one only adds. As many as take some tens of milliseconds.
    let fillings = plan.entryCount <= 10_000 ? 10 : 2
    let passes = max(2, min(50, 500_000 / plan.entryCount))
    for filling in 0..<fillings {
      var part = place
      part.name += "-\(filling)"
      let store = try S(part, creates: true)
      try record(.insert, &result) { for key in keys { try store.put(key, value) } }
      if filling == 0 {
        var wrong = 0
        for _ in 0..<passes {
          try record(.hit, &result) { wrong += keys.count - (try Self.count(keys, in: store)) }
        }
        for _ in 0..<passes { try record(.miss, &result) { wrong += try Self.count(misses, in: store) } }
        for _ in 0..<passes { try record(.update, &result) { for key in keys { try store.put(key, other) } } }
        if wrong > 0 { result.isRight = false }
      }
      var removed = 0
      try record(.remove, &result) { for key in keys where try store.remove(key) { removed += 1 } }
      if removed != keys.count { result.isRight = false }
      store.close()
      unlink(part.path)
    }
    worker.answer(result)
    worker.awaitEnd()
  }

  @inline(__always)
  private static func count<S: Subject>(_ keys: S.Keys, in store: S) throws -> Int {
    var found = 0
    for key in keys where try store.get(key) { found += 1 }
    return found
  }

  @inline(__always)
  private func record(_ cell: Cell, _ result: inout CellTimes, _ body: () throws -> Void) rethrows {
    let start = Clock.now
    try body()
    let time = Double(Clock.now - start) / Double(plan.entryCount)
    result.times[cell] = min(time, result.times[cell] ?? .infinity)
  }
}
