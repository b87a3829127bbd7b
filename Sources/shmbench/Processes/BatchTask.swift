import Glibc
import SharedSimple

/// Nanoseconds a key, with a call for each and with one for many.
struct BatchTimes: Codable {
  var get = Double.infinity
  var getMany = Double.infinity
  var put = Double.infinity
  var putMany = Double.infinity
}

/// Single calls and batches in turns, on one store.
struct BatchTask {
  let place: Place
  let plan: KeyPlan

  func run(_ worker: WorkerRun) throws {
    let keys = Array(PackedKeys(plan))
    let value = Value(byteCount: plan.valueByteCount)
    let batches = stride(from: 0, to: keys.count, by: Batch.keyCount).map { start in
      Array(keys[start..<min(start + Batch.keyCount, keys.count)])
    }
    let values = [UnsafeRawBufferPointer](repeating: value.bytes, count: Batch.keyCount)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: place.valueLimit, alignment: 16)
    let store = try SharedStore(place, creates: true)
    for batch in batches { try store.putMany(batch, Array(values.prefix(batch.count))) }
    worker.awaitBeginning()

    var times = BatchTimes()
    var found = 0
    // The best of several passes, as in `CellsTask`.
    let passes = max(2, min(50, 500_000 / plan.entryCount))
    for _ in 0..<passes {
      try record(&times.get) {
        for key in keys where try store.read(key.bytes, into: buffer) >= 0 { found += 1 }
      }
      try record(&times.getMany) {
        for batch in batches {
          try store.readMany(batch) { _, value in
            if value != nil { found += 1 }
            return true
          }
        }
      }
      try record(&times.put) { for key in keys { try store.put(key.bytes, value.bytes.bytes) } }
      try record(&times.putMany) {
        for batch in batches { try store.putMany(batch, Array(values.prefix(batch.count))) }
      }
    }
    store.close()
    unlink(place.path)
    guard found == 2 * passes * keys.count else { throw Failure("a batch did not find what is there") }
    worker.answer(times)
    worker.awaitEnd()
  }

  private func record(_ best: inout Double, _ body: () throws -> Void) rethrows {
    let start = Clock.now
    try body()
    best = min(best, Double(Clock.now - start) / Double(plan.entryCount))
  }
}
