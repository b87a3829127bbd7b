/// Makes a store, fills it, and keeps it open until nobody needs it any more.
struct FillTask: SubjectTask {
  let place: Place
  let plan: KeyPlan

  func run<S: Subject>(_ subject: S.Type, _ worker: WorkerRun) throws {
    worker.awaitBeginning()
    let store = try S(place, creates: true)
    let value = Value(byteCount: plan.valueByteCount)
    // A piece at a time: ten million keys at once take more memory than the store.
    let piece = 65_536
    for start in stride(from: 0, to: plan.entryCount, by: piece) {
      let packed = PackedKeys(plan, numbers: start..<min(start + piece, plan.entryCount))
      for key in S.keys(packed) { try store.put(key, value) }
      packed.deallocate()
    }
    worker.answer(true)
    worker.awaitEnd()
    store.close()
  }
}
